import { type Aliases, describe, list, object, text, unknownName } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";

/**
 * An option that a loss, a penalty or a trick can be given. What it means stands in the comment above it, from where it
 * reaches the types of a user's editor, and the command line (tools/option_texts.mjs).
 */
export type OptionSpec = NumberSpec | FlagSpec | ChoiceSpec;

/** A number. */
export interface NumberSpec {
  readonly default: number;
  /** Both ends included. */
  readonly low: number;
  readonly high: number;
  readonly whole?: boolean;
}

/** True or false. */
export interface FlagSpec {
  readonly default: boolean;
}

/** One of a few words. */
export interface ChoiceSpec {
  readonly default: string;
  readonly choices: readonly string[];
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What an option of a kind is. */
export type OptionValue<Spec extends OptionSpec = OptionSpec> = Spec extends ChoiceSpec
  ? Spec["choices"][number]
  : Spec extends FlagSpec
    ? boolean
    : number;

export type OptionValues<Specs extends OptionSpecs> = { readonly [Name in keyof Specs]: OptionValue<Specs[Name]> };

/** Options as a user gives them beside the name in `type`: the rest keep their defaults. */
export type GivenOptions<Specs extends OptionSpecs> = { readonly [Name in keyof Specs]?: OptionValue<Specs[Name]> };

/**
 * Every option with its value.
 *
 * @throws OptionError for an option that does not exist, is of another kind, or out of range.
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

function checked(what: string, name: string, spec: OptionSpec, given: unknown): OptionValue {
  const value = given ?? spec.default;
  if (isValueOf(spec, value)) return value;
  throw new OptionError(`${what}: ${name} is ${describe(value)}; it must be ${rangeOf(spec)}.`);
}

function isValueOf(spec: OptionSpec, value: unknown): value is OptionValue {
  if ("choices" in spec) return typeof value === "string" && spec.choices.includes(value);
  if (!("low" in spec)) return typeof value === "boolean";
  const isInside = typeof value === "number" && value >= spec.low && value <= spec.high;
  return isInside && !(spec.whole && !Number.isInteger(value));
}

/** What an option may be, behind "it must be": `a whole number from 1 to 8`, `true or false`, `one of "zero", "edge"`. */
export function rangeOf(spec: OptionSpec): string {
  if ("choices" in spec) return `one of ${spec.choices.map((choice) => `"${choice}"`).join(", ")}`;
  if (!("low" in spec)) return "true or false";
  return `${spec.whole ? "a whole number" : "a number"} from ${spec.low} to ${spec.high}`;
}

/**
 * The options that an entry of the user's own states.
 *
 * @throws OptionError for what states none: no object, or an option without a default that fits its range.
 */
export function assertSpecs(what: string, specs: unknown): asserts specs is OptionSpecs {
  if (!object.is(specs)) {
    throw new OptionError(`${what}: its options are ${describe(specs)}; give an object such as ${exampleSpecs}.`);
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (isSpec(spec) && isValueOf(spec, spec.default)) continue;
    throw new OptionError(
      `${what}: its option "${name}" is ${describe(spec)} that says no default of a range; give it as in ${exampleSpecs}.`,
    );
  }
}

const exampleSpecs =
  '{ rate: { default: 0.5, low: 0, high: 1 }, mirror: { default: true }, edge: { default: "zero", choices: ["zero", "edge"] } }';

function isSpec(spec: unknown): spec is OptionSpec {
  if (!object.is(spec)) return false;
  const { default: usual, low, high, choices } = spec;
  if (typeof usual === "boolean") return true;
  if (text.is(usual)) return list.is(choices);
  return typeof usual === "number" && typeof low === "number" && typeof high === "number";
}
