import { DataError } from "../../errors/errors.ts";
import { type ElementType, elementBytes, isElementType } from "../numbers/element_types.ts";

/** What the header says of one tensor. `begin` and `end` in bytes from the start of the data. */
export interface TensorEntry {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** The key that is no tensor. */
export const metadataKey = "__metadata__";
/** The format's own bound on the header's text. */
export const mostHeaderBytes = 100_000_000;
/** More are no network's, but a way to make a reader allocate. */
const mostTensors = 100_000;

export const refusal = (what: string): DataError => new DataError(`safetensors: ${what}.`);

/**
 * The header's JSON, read by hand: `JSON.parse` keeps the last of two equal keys without a word, takes 4.0 for 4, and rounds
 * numbers that a file of another size could hide behind.
 *
 * @throws DataError for whatever the format does not allow, with what it is.
 */
export function parseHeader(text: string): Header {
  const scanner = scan(text);
  const metadata = new Map<string, string>();
  const tensors = new Map<string, TensorEntry>();
  let hasMetadata = false;
  scanner.object("the header", (name) => {
    if (name === metadataKey) {
      if (hasMetadata) throw refusal(`the header has "${metadataKey}" twice`);
      hasMetadata = true;
      scanner.object("the metadata", (key) => {
        if (metadata.has(key)) throw refusal(`the metadata has ${shown(key)} twice`);
        metadata.set(key, scanner.string(`the metadata ${shown(key)}`));
      });
      return;
    }
    if (tensors.has(name)) throw refusal(`the header has two tensors of the name ${shown(name)}`);
    if (tensors.size === mostTensors) throw refusal(`the header has more than ${mostTensors} tensors`);
    tensors.set(name, entryOf(scanner, name));
  });
  scanner.end();
  return { metadata, tensors };
}

function entryOf(scanner: Scanner, name: string): TensorEntry {
  const tensor = `tensor ${shown(name)}`;
  let dtype: string | undefined;
  let shape: readonly number[] | undefined;
  let offsets: readonly number[] | undefined;
  scanner.object(tensor, (key) => {
    if (key === "dtype" && dtype === undefined) dtype = scanner.string(`the dtype of ${tensor}`);
    else if (key === "shape" && !shape) shape = scanner.naturals(`the shape of ${tensor}`);
    else if (key === "data_offsets" && !offsets) offsets = scanner.naturals(`the data_offsets of ${tensor}`);
    else throw refusal(`${tensor} has ${shown(key)} twice, or it is no key of the format (dtype, shape, data_offsets)`);
  });
  if (dtype === undefined || !shape || !offsets) throw refusal(`${tensor} lacks its dtype, shape or data_offsets`);
  if (!isElementType(dtype)) {
    throw refusal(
      `${tensor} has the dtype ${shown(dtype)}; those that are read are ${Object.keys(elementBytes).join(", ")}`,
    );
  }
  const [begin, end, ...more] = offsets;
  if (begin === undefined || end === undefined || more.length > 0) {
    throw refusal(`${tensor} has ${offsets.length} data_offsets; there are two, where it begins and where it ends`);
  }
  if (end < begin) throw refusal(`${tensor} ends at byte ${end}, before it begins at ${begin}`);
  // A size of 0 anywhere makes it empty, whatever the others are.
  const size = shape.includes(0) ? 0 : shape.reduce((product, axis) => product * axis, elementBytes[dtype]);
  if (size > Number.MAX_SAFE_INTEGER) throw refusal(`${tensor} of shape [${shape}] has more bytes than can be counted`);
  if (size !== end - begin) {
    throw refusal(
      `${tensor} is ${dtype}[${shape}], which is ${size} bytes, but its data_offsets are ${end - begin} bytes apart`,
    );
  }
  return { dtype, shape, begin, end };
}

/** A name of a file as a message may hold it: short, and without what moves a terminal's cursor. */
export function shown(name: string): string {
  const short = name.length > 60 ? `${name.slice(0, 57)}...` : name;
  return JSON.stringify(short).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

interface Scanner {
  /** `member` reads the value of a key. */
  object(what: string, member: (key: string) => void): void;
  string(what: string): string;
  /** An array of whole numbers of at least 0, written as digits alone. */
  naturals(what: string): readonly number[];
  /** Nothing but spaces is left. */
  end(): void;
}

function scan(text: string): Scanner {
  let position = 0;
  const isSpace = () => {
    const letter = text.charAt(position);
    return letter === " " || letter === "\n" || letter === "\r" || letter === "\t";
  };
  const next = () => {
    while (position < text.length && isSpace()) position++;
    return text.charAt(position);
  };
  const fault = (what: string, wanted: string) => {
    const found = position < text.length ? shown(text.charAt(position)) : "its end";
    return refusal(`${what} has ${found} at letter ${position} of the header, where ${wanted} should be`);
  };
  const take = (letter: string, what: string) => {
    if (next() !== letter) throw fault(what, `"${letter}"`);
    position++;
  };
  const taken = (letter: string) => {
    if (next() !== letter) return false;
    position++;
    return true;
  };
  const string = (what: string) => {
    if (next() !== '"') throw fault(what, "a string");
    const start = position;
    let end = start;
    let slashes: number;
    do {
      end = text.indexOf('"', end + 1);
      if (end < 0) throw refusal(`${what} has a string that does not end`);
      for (slashes = 0; text.charAt(end - 1 - slashes) === "\\"; slashes++);
    } while (slashes % 2 === 1);
    position = end + 1;
    const value = parsedString(text.slice(start, position));
    if (value === undefined) throw refusal(`${what} has a string that is not JSON's`);
    return value;
  };
  const natural = (what: string) => {
    next();
    const start = position;
    while (text.charAt(position) >= "0" && text.charAt(position) <= "9") position++;
    const digits = text.slice(start, position);
    if (digits === "" || (digits.startsWith("0") && digits !== "0")) throw fault(what, "a whole number of at least 0");
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) throw refusal(`${what} has ${digits.slice(0, 40)}, which is above 2^53`);
    return value;
  };
  return {
    string,
    object(what, member) {
      take("{", what);
      if (taken("}")) return;
      do {
        const key = string(what);
        take(":", what);
        member(key);
      } while (taken(","));
      take("}", what);
    },
    naturals(what) {
      const values: number[] = [];
      take("[", what);
      if (taken("]")) return values;
      do values.push(natural(what));
      while (taken(","));
      take("]", what);
      return values;
    },
    end() {
      next();
      if (position < text.length) throw fault("the header", "its end");
    },
  };
}

function parsedString(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    // Half of a surrogate pair has no UTF-8: such a name could not be written again.
    return typeof value === "string" && !/\p{Surrogate}/u.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
