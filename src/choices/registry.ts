import { type Aliases, describe, nearest, object, unknownName } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import { assertSpecs, type GivenOptions, type OptionSpecs, type OptionValues, resolveOptions } from "./options.ts";

/** What can be chosen: a loss, a penalty, an optimiser, the library's or the user's own. */
export interface Entry {
  /** Letters, digits, "-" and "_": it stands in messages, columns and the names of what lasts. */
  readonly name: string;
  /** The options that it takes; none if left out. */
  readonly options?: OptionSpecs;
}

/**
 * What entries of one kind have in common. It knows no entry: who passes objects instead of names pays for no registry.
 *
 *   resolveEntry("Trainer", lossKind, { type: myLoss, margin: 2 })
 */
export interface EntryKind<Of extends Entry, Resolved> {
  /** What sentences call it: `penalty`. */
  readonly noun: string;
  /** Functions that an entry must have; of those in an inner list, one at least. */
  readonly functions: readonly (FunctionOf<Of> | readonly FunctionOf<Of>[])[];
  /** Checks the options that were given, and gives those that were not their defaults. */
  resolve(picked: Picked<Of>): Resolved;
}

type FunctionOf<Of> = Of extends unknown ? keyof Of & string : never;

/** An entry, with the options that it was given, unchecked. */
export interface Picked<Of> {
  readonly name: string;
  readonly entry: Of;
  readonly given: Readonly<Record<string, unknown>>;
}

/** An entry with all of its options, checked. */
export interface Chosen<Of, Options = OptionValues<OptionSpecs>> {
  readonly name: string;
  readonly entry: Of;
  readonly options: Options;
}

/** How an entry of the user's own is given together with its options: `{ type: myLoss, margin: 2 }`. */
export interface OwnChoice<Of> {
  readonly type: Of;
  readonly [option: string]: unknown;
  /** An editor looks for what an array holds here as well, where several choices may be given. */
  readonly [index: number]: never;
}

/** A choice by name, with options: `{ type: "least-squares", c: 0 }`. */
export type NamedChoice<Entries> = {
  readonly [Name in keyof Entries]: { readonly type: Name } & GivenOptions<OptionsIn<Entries[Name]>>;
}[keyof Entries];

type OptionsIn<Of> = Of extends { readonly options: infer Specs extends OptionSpecs } ? Specs : Record<never, never>;

/** The options of a picked entry. @throws OptionError for one that does not exist or is out of range. */
export function chosen<Of extends Entry>({ name, entry, given }: Picked<Of>, subject = name): Chosen<Of> {
  return { name, entry, options: resolveOptions(subject, entry.options ?? {}, given) };
}

/**
 * A choice among objects alone: an entry of the user's own, or imported from the library, with or without options.
 *
 * @throws OptionError for what is no such entry, with what it lacks; for options as their kind says.
 */
export function resolveEntry<Of extends Entry, Resolved>(
  where: string,
  kind: EntryKind<Of, Resolved>,
  given: unknown,
): Resolved {
  return kind.resolve(pickEntry(where, kind, given));
}

function pickEntry<Of extends Entry, Resolved>(
  where: string,
  kind: EntryKind<Of, Resolved>,
  given: unknown,
): Picked<Of> {
  const { type, ...options } = isTyped(given) ? given : { type: given };
  assertEntry(where, kind, type);
  return { name: type.name, entry: type, given: options };
}

/** A choice with options beside its type. */
export interface Typed {
  readonly type: unknown;
  readonly [option: string]: unknown;
}

export const isTyped = (given: unknown): given is Typed => object.is(given) && "type" in Object(given);

/** @throws OptionError unless it has a name and the functions of its kind. */
export function assertEntry<Of extends Entry>(
  where: string,
  { noun, functions }: Pick<EntryKind<Of, unknown>, "noun" | "functions">,
  given: unknown,
): asserts given is Of {
  const wanted = ["name", ...functions.map((one) => (typeof one === "string" ? one : one[0]))].join(", ");
  if (!object.is(given)) {
    throw new OptionError(`${where}: the ${noun} is ${describe(given)}; give an object of the form { ${wanted} }.`);
  }
  const { name, options, ...parts } = given;
  if (typeof name !== "string" || !/^[\w-]+$/.test(name)) {
    throw new OptionError(
      `${where}: the name of the ${noun} is ${describe(name)}; give it a \`name\` of letters, digits, "-" and "_".`,
    );
  }
  const isFunction = (part: string) => typeof parts[part] === "function";
  for (const one of functions) {
    const some = typeof one === "string" ? [one] : one;
    if (some.some(isFunction)) continue;
    const [first = "", ...others] = some;
    const instead = nearest(first, Object.keys(parts));
    const found = parts[first] === undefined ? "is missing" : `is ${describe(parts[first])}`;
    throw new OptionError(
      `${where}: the ${noun} "${name}" needs the function ${[first, ...others].map((each) => `\`${each}\``).join(" or ")}, ` +
        `which ${found}${instead === undefined || instead === first ? "" : ` (it has \`${instead}\`)`}.`,
    );
  }
  if (options !== undefined) assertSpecs(`${where}: the ${noun} "${name}"`, options);
}

/** Entries by their own names. */
export type ByName<Entries> = { readonly [Key in keyof Entries as NameOf<Key, Entries[Key]>]: Entries[Key] };

/** A function goes by the name under which it is registered: its own does not outlive a minifier. */
type NameOf<Key, Of> = Of extends (...given: never) => unknown
  ? Key
  : Of extends { readonly name: infer Name extends string }
    ? Name
    : Key;

export interface RegistryOptions {
  /** What papers and other libraries call entries: from a name to words with spaces between them. */
  readonly aliases?: Aliases;
  /** Those that come first wherever names are listed, the usual ones; the others follow in the order of the alphabet. */
  readonly first?: readonly string[];
}

/** Entries of one kind by name. */
export interface Registry<Of extends Entry, Resolved, Entries> {
  readonly entries: Entries;
  /**
   * A choice: a name, `{ type: name, ...options }`, an entry of the user's own, or `{ type: entry, ...options }`.
   *
   * @throws OptionError for an unknown name, with those that exist and the nearest, and as `resolveEntry`.
   */
  resolve(where: string, given: unknown): Resolved;
  /** The entry of a name. @throws OptionError for an unknown one. */
  find(where: string, name: unknown): Of;
}

/**
 * A registry of entries, which may be the namespace of a module that exports each of them in a line.
 *
 *   import * as all from "./all.ts";
 *   const registry = defineRegistry(lossKind, all, { aliases: { "least-squares": "lsgan" } });
 */
export function defineRegistry<Of extends Entry, Resolved, All extends Readonly<Record<string, Of>>>(
  kind: EntryKind<Of, Resolved>,
  all: All,
  { aliases = {}, first = [] }: RegistryOptions = {},
): Registry<Of, Resolved, ByName<All>> {
  const { noun } = kind;
  const entries = inOrder(
    Object.values(all).map((entry) => [entry.name, entry] as const),
    first,
  );
  const find = (where: string, name: unknown): Of => entryOf(where, noun, name, entries, aliases);
  const pick = (where: string, given: unknown): Picked<Of> => {
    const { type, ...options } = isTyped(given) ? given : { type: given };
    if (typeof type === "string" || (isTyped(given) && !object.is(type))) {
      const entry = find(where, type);
      return { name: entry.name, entry, given: options };
    }
    if (isTyped(given) || seemsEntry(kind, given)) return pickEntry(where, kind, given);
    const example = JSON.stringify(Object.keys(entries)[0]);
    const without = object.is(given) ? " without a type" : "";
    throw new OptionError(
      `${where}: the ${noun} is ${describe(given)}${without}; give a name such as ${example}, or { type: ${example} } with options.`,
    );
  };
  return {
    entries: entries as unknown as ByName<All>,
    find,
    resolve: (where, given) => kind.resolve(pick(where, given)),
  };
}

/** Whether an object is meant as an entry, complete or not, rather than as options. */
function seemsEntry<Of extends Entry, Resolved>({ functions }: EntryKind<Of, Resolved>, given: unknown): boolean {
  return object.is(given) && ["name", ...functions.flat()].some((part) => part in Object(given));
}

/** The named entries first, then the others by name: a module's namespace has an order that depends on who bundles it. */
export function inOrder<Of>(
  named: readonly (readonly [name: string, entry: Of])[],
  first: readonly string[] = [],
): Readonly<Record<string, Of>> {
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  return Object.fromEntries(
    [...named].sort(([a], [b]) => rank(a) - rank(b) || (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
  );
}

/** @throws OptionError with the names that exist, and the nearest. */
export function entryOf<Of>(
  where: string,
  noun: string,
  name: unknown,
  entries: Readonly<Record<string, Of>>,
  aliases?: Aliases,
): Of {
  const entry = typeof name === "string" && Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (entry === undefined) throw unknownName(where, noun, name, entries, aliases);
  return entry;
}
