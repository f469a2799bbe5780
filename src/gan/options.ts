import { type Aliases, describe, unknownName } from "../gpu/checks.ts";
import { OptionError } from "../gpu/errors.ts";

/**
 * A number that a loss, a penalty or a trick can be given. What it means stands in the comment above its entry, from where
 * it reaches the types of a user's editor, and the command line (tools/option_texts.mjs).
 */
export interface OptionSpec {
  readonly default: number;
  /** Both ends included. */
  readonly low: number;
  readonly high: number;
  readonly whole?: boolean;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export type OptionValues<Specs extends OptionSpecs> = { readonly [Name in keyof Specs]: number };

/** Options as a user gives them beside the name in `type`: the rest keep their defaults. */
export type GivenOptions<Specs extends OptionSpecs> = { readonly [Name in keyof Specs]?: number };

/**
 * Every option with its value.
 *
 * @throws OptionError for an option that does not exist, is no number, or out of range.
 */
export function resolveOptions<Specs extends OptionSpecs>(
  what: string,
  specs: Specs,
  given: Readonly<Record<string, unknown>>,
  aliases?: Aliases,
): OptionValues<Specs> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) throw unknownName(what, "option", name, specs, aliases);
  }
  const values = Object.entries(specs).map(([name, spec]) => [name, checked(what, name, spec, given[name])] as const);
  return Object.fromEntries(values) as OptionValues<Specs>;
}

function checked(what: string, name: string, spec: OptionSpec, given: unknown): number {
  const value = given ?? spec.default;
  const isFine = typeof value === "number" && value >= spec.low && value <= spec.high;
  if (isFine && !(spec.whole && !Number.isInteger(value))) return value;
  const kind = spec.whole ? "a whole number" : "a number";
  throw new OptionError(`${what}: ${name} is ${describe(value)}; it must be ${kind} from ${spec.low} to ${spec.high}.`);
}
