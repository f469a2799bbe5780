/** A page's setup as the part of its address after "#", so that an address shares a run. */

export interface Range {
  /** Both ends included. */
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
}

/** A flat record of words and numbers. */
export type Flat<Setup> = { readonly [Key in keyof Setup]: string | number };

/** What each part of a setup can be: one of some choices, or a number of a range. */
export interface SetupFields<Setup> {
  readonly defaults: Setup;
  readonly choices: { readonly [Key in keyof Setup]?: readonly (string | number)[] };
  readonly ranges: { readonly [Key in keyof Setup]?: Range };
}

/** Three digits are more than a slider tells. */
const digits = 3;

/** What differs from the default, so that short means usual. */
export function formatAddress<Setup extends Flat<Setup>>({ defaults }: SetupFields<Setup>, setup: Setup): string {
  const pairs = keysOf(defaults)
    .filter((key) => setup[key] !== defaults[key])
    .map((key): [string, string] => [String(key), shown(setup[key])]);
  return new URLSearchParams(pairs).toString();
}

function shown(value: string | number): string {
  return typeof value === "string" || Number.isInteger(value)
    ? String(value)
    : String(Number(value.toPrecision(digits)));
}

/** The setup that an address asks for. What can't be understood stays at its default, and is named in `ignored`. */
export function parseAddress<Setup extends Flat<Setup>>(
  fields: SetupFields<Setup>,
  hash: string,
): { readonly setup: Setup; readonly ignored: readonly string[] } {
  const { defaults } = fields;
  const ignored: string[] = [];
  const chosen: Partial<Record<keyof Setup, string | number>> = {};
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const value = Object.hasOwn(defaults, key) ? read(fields, key as keyof Setup, text) : undefined;
    if (value === undefined) ignored.push(`${key}=${text}`);
    else chosen[key as keyof Setup] = value;
  }
  return { setup: { ...defaults, ...(chosen as Partial<Setup>) }, ignored };
}

function read<Setup>(
  { choices, ranges }: SetupFields<Setup>,
  key: keyof Setup,
  text: string,
): string | number | undefined {
  const range = ranges[key];
  if (!range) return choices[key]?.find((choice) => String(choice) === text);
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const isInside = value >= range.low && value <= range.high;
  return isInside && (!range.whole || Number.isInteger(value)) ? value : undefined;
}

/** Whether two setups differ in more than what moves while the training runs. */
export function differsBeyond<Setup extends object>(
  live: readonly (keyof Setup)[],
  before: Setup,
  after: Setup,
): boolean {
  return keysOf(before).some((key) => !live.includes(key) && before[key] !== after[key]);
}

const keysOf = <Setup extends object>(setup: Setup) => Object.keys(setup) as (keyof Setup)[];
