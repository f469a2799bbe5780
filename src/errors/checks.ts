import { at } from "./at.ts";
import { OptionError } from "./errors.ts";

/** Checks that every floor shares. Each throws an OptionError that begins with `where`, the function that the user called. */

/** What a value must be: a test, and how a sentence says it. */
export interface Kind {
  is(value: unknown): boolean;
  /** Behind "give": `a whole number of at least 1`. */
  readonly says: string;
  /** False for an option that can be left out, which `undefined` does too. */
  readonly isNeeded?: boolean;
}

/** A kind that tells TypeScript as well what a value is. */
export interface KindOf<Value> extends Kind {
  is(value: unknown): value is Value;
}

function kind<Value>(says: string, is: (value: unknown) => value is Value): KindOf<Value>;
function kind(says: string, is: (value: unknown) => boolean): Kind;
function kind(says: string, is: (value: unknown) => boolean): Kind {
  return { is, says };
}
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && !isList(value) && !("then" in value);
const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);
/** Arrays and typed arrays of anything, not a text. */
export const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
function holds<Item>(value: unknown, test: (item: unknown) => item is Item): value is ArrayLike<Item> {
  if (!isList(value)) return false;
  // A loop: `every` passes over holes.
  for (let i = 0; i < value.length; i++) if (!test(value[i])) return false;
  return true;
}

/** A finite number. */
export const finite = kind("a finite number", isNumber);
export const positive = kind("a number above 0", (value) => isNumber(value) && value > 0);
export const notNegative = kind("a number of at least 0", (value) => isNumber(value) && value >= 0);
/** A whole number of at least 1. */
export const count = kind("a whole number of at least 1", isCount);
/** A whole number of at least 0. */
export const whole = kind("a whole number of at least 0", (value) => Number.isInteger(value) && Number(value) >= 0);
/** A share between 0 and 1. */
export const inside = kind("a number between 0 and 1", (value) => isNumber(value) && value > 0 && value < 1);
export const share = kind("a number from 0 to 1", (value) => isNumber(value) && value >= 0 && value <= 1);
export const flag = kind("true or false", (value) => typeof value === "boolean");
export const text = kind("a text", (value) => typeof value === "string");
export const callback = kind("a function", (value) => typeof value === "function");
export const object = kind("an object", isRecord);
export const list = kind("an array", isArray);
/** An array or a typed array, of whatever is checked elsewhere. */
export const array = kind("an array or a typed array", isList);
export const abortSignal = kind("an AbortSignal", (value) => object.is(value) && "aborted" in Object(value));
/** Finite numbers in an array or a typed array. */
export const numbers = kind("an array of finite numbers", (value) => holds(value, isNumber));
/** Sizes of axes; a scalar has none. */
export const shape = kind("an array of whole numbers of at least 1", (value) => holds(value, isCount));
const something = kind("a value, or leave it out", (value) => value !== null);
/** The same kind, which can't be left out. */
export const needed = (given: Kind): Kind => ({ ...given, isNeeded: true });
/** An object of a class, which may have a private constructor. */
export const instanceOf = (says: string, type: { readonly prototype: object }): Kind =>
  kind(says, (value) => isObject(value) && Object.prototype.isPrototypeOf.call(type.prototype, value));

/** What each option must be; true where it is checked elsewhere. A record, so that one that is forgotten does not compile. */
export type Kinds<Options extends object> = { readonly [Key in keyof Options]-?: true | Kind };

/**
 * @throws OptionError for anything but an object of options, for a key that does not exist, with the nearest one that
 *   does, and for a value of the wrong kind.
 */
export function assertKeys<Options extends object>(
  where: string,
  given: unknown,
  kinds: Kinds<Options>,
  aliases?: Aliases,
): asserts given is Options {
  if (!object.is(given)) {
    throw new OptionError(`${where}: the options are ${describe(given)}; give an object such as ${exampleOf(kinds)}.`);
  }
  const values: Readonly<Record<string, unknown>> = given;
  for (const key of Object.keys(values))
    if (!Object.hasOwn(kinds, key)) throw unknownName(where, "option", key, kinds, aliases);
  for (const [key, wanted] of Object.entries<true | Kind>(kinds)) {
    const value = values[key];
    if (value === null) assertKind(where, key, value, wanted === true ? something : wanted);
    if (wanted !== true && (value !== undefined || wanted.isNeeded)) assertKind(where, key, value, wanted);
  }
}

/** @throws OptionError for a value of another kind: "linear: outputs is "3"; give a whole number of at least 1." */
export function assertKind<Value>(
  where: string,
  name: string,
  value: unknown,
  kind: KindOf<Value>,
): asserts value is Value;
export function assertKind(where: string, name: string, value: unknown, kind: Kind): void;
export function assertKind(where: string, name: string, value: unknown, { is, says }: Kind): void {
  if (!is(value)) throw new OptionError(`${where}: ${name} is ${describe(value)}; give ${says}.`);
}

/**
 * What the field calls some of a registry's entries: by the entry's name, or by the words for more than one choice, the
 * aliases in lower-case letters and digits, with spaces between them.
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
  const isMeant = ([, words]: readonly [string, string]) => words.split(" ").includes(letters(name));
  const meant = Object.entries(aliases).find(isMeant)?.[0] ?? nearest(name, names);
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
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const known = (up: number, left: number) => at(at(rows, i - up), j - left);
      const exchanged = known(1, 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(known(1, 0) + 1, known(0, 1) + 1, exchanged));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(known(0, 0), known(2, 2) + 1);
      }
    }
  }
  return at(at(rows, a.length), b.length);
}

/** What was thrown, as a text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a value is, for a sentence: `"adam"`, `an array of 3`, `a Float32Array of 64`, `a promise (await it first)`. */
export function describe(value: unknown, levels = 3): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object") return typeof value === "bigint" ? `the bigint ${value}n` : String(value);
  if (Array.isArray(value)) {
    // An array may hold itself.
    if (value.length > 4 || levels === 0) return `an array of ${value.length}`;
    return `[${value.map((item) => describe(item, levels - 1)).join(", ")}]`;
  }
  const name = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value)) return `a ${name} of ${"length" in value ? value.length : value.byteLength}`;
  if ("then" in value && typeof value.then === "function") return "a promise (await it first)";
  const own = value.constructor?.name;
  return name === "Object" && (own === undefined || own === "Object")
    ? "an object"
    : `${/^[AEIO]/.test(own ?? name) ? "an" : "a"} ${own ?? name}`;
}

function exampleOf(keys: object): string {
  const [first] = Object.keys(keys);
  return first === undefined ? "{}" : `{ ${first}: ... }`;
}
