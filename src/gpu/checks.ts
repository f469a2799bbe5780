import { OptionError } from "./errors.ts";

/** Checks that every floor shares. Each throws an OptionError that begins with `where`, the function that the user called. */

/**
 * @throws OptionError for anything but an object of options, or for a key that does not exist, with the nearest one that
 *   does. `keys` names every option; typed as a record, so that one that is forgotten does not compile.
 */
export function assertKeys<Options extends object>(
  where: string,
  given: unknown,
  keys: { readonly [Key in keyof Options]-?: true },
): asserts given is Options {
  if (given === null || typeof given !== "object" || Array.isArray(given) || ArrayBuffer.isView(given)) {
    throw new OptionError(`${where}: the options are ${describe(given)}; give an object such as ${exampleOf(keys)}.`);
  }
  for (const key of Object.keys(given)) if (!Object.hasOwn(keys, key)) throw unknownName(where, "option", key, keys);
}

/**
 * What the field calls some of a registry's entries, in lower-case letters and digits, with the entry's name; or, where it is
 * more than one choice, with the words for it.
 */
export type Aliases = Readonly<Record<string, string>>;

/** The error for a name that is none of those of `known`. */
export function unknownName(where: string, kind: string, name: unknown, known: object, aliases?: Aliases): OptionError {
  const names = Object.keys(known);
  return new OptionError(
    `${where}: there is no ${kind} ${typeof name === "string" ? `"${name}"` : describe(name)}.` +
      `${didYouMean(name, names, aliases)} These exist: ${names.join(", ") || "none"}.`,
  );
}

/** A sentence with a space in front of it; nothing for a name that is near none. */
export function didYouMean(name: unknown, names: readonly string[], aliases: Aliases = {}): string {
  if (typeof name !== "string") return "";
  const alias = letters(name);
  const meant = Object.hasOwn(aliases, alias) ? aliases[alias] : nearest(name, names);
  if (meant === undefined) return "";
  return ` Did you mean ${names.includes(meant) ? `"${meant}"` : meant}?`;
}

const letters = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");

/** The name that a mistyped one most likely means; undefined if none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const wanted = letters(name);
  const ranked = names
    .map((known) => ({ known, distance: distance(wanted, letters(known)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best && best.distance <= Math.max(1, Math.floor(wanted.length / 3))) return best.known;
  return names.find((known) => wanted.length > 2 && letters(known).includes(wanted));
}

/** Letters to insert, remove or exchange (neighbours may swap) from one word to the other. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (up: number, left: number) => (rows[i - up]?.[j - left] ?? 0) as number;
      const exchanged = at(1, 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(at(1, 0) + 1, (row[j - 1] as number) + 1, exchanged));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j] as number, at(2, 2) + 1);
      }
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] as number;
}

/** What a value is, for a sentence: `"adam"`, `an array of 3`, `a Float32Array of 64`, `a promise (await it first)`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object") return typeof value === "bigint" ? `the bigint ${value}n` : String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value)) return `a ${name} of ${"length" in value ? value.length : value.byteLength}`;
  if ("then" in value && typeof value.then === "function") return "a promise (await it first)";
  const own = value.constructor?.name;
  return name === "Object" && (own === undefined || own === "Object") ? "an object" : `a ${own ?? name}`;
}

function exampleOf(keys: object): string {
  const [first] = Object.keys(keys);
  return first === undefined ? "{}" : `{ ${first}: ... }`;
}
