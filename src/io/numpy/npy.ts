import { assertKind, describe, object, text } from "../../errors/checks.ts";
import { DataError, OptionError, ShapeError } from "../../errors/errors.ts";
import { concatenated } from "../bytes.ts";
import { type ElementType, elementBytes } from "../numbers/element_types.ts";
import { valuesOf } from "../numbers/values.ts";

/** An array of NumPy's: its numbers row by row. */
export interface NumpyArray {
  /** [] is a scalar. */
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
}

/** An array to write. */
export interface NumpyArrayToWrite {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint32Array | Uint8Array;
}

/** NumPy's names of little-endian types. */
const elementTypes: Readonly<Record<string, ElementType>> = {
  f8: "F64",
  f4: "F32",
  f2: "F16",
  i8: "I64",
  i4: "I32",
  i2: "I16",
  i1: "I8",
  u8: "U64",
  u4: "U32",
  u2: "U16",
  u1: "U8",
  b1: "BOOL",
};

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** An array as it lies in a .npy file. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Whether it lies column by column, its first axis the fastest. */
  readonly isFortran: boolean;
  /** A view of the file, as long as the shape says. */
  readonly bytes: Uint8Array;
}

/**
 * Reads a .npy file (versions 1 to 3): numbers of any width, row by row, little-endian.
 *
 * @param where what errors call the file.
 * @throws DataError for what is no such file, with what to do in NumPy.
 */
export function readNpy(file: Uint8Array, where = "npy"): NumpyArray {
  assertKind("readNpy", "where", where, text);
  const { shape, type, isFortran, bytes } = parseNpy(file, where);
  if (isFortran && shape.length > 1) {
    throw new DataError(`${where}: the array lies column by column; save np.ascontiguousarray(array).`);
  }
  return { shape, values: valuesOf(type, bytes, `${where}: the array`) };
}

/** What a .npy file says of its array, and the bytes of it. @throws as `readNpy`, but for the order. */
export function parseNpy(file: Uint8Array, where: string): StoredArray {
  const refuse = (what: string) => new DataError(`${where}: ${what}.`);
  if (!(file instanceof Uint8Array)) throw refuse(`got ${describe(file)}; give the bytes of a file`);
  const major = file[6] ?? 0;
  if (file.length < 12 || magic.some((byte, i) => file[i] !== byte) || major < 1 || major > 3) {
    throw refuse("these bytes are no .npy file of version 1 to 3");
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const [headerStart, headerBytes] = major === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const dataStart = headerStart + headerBytes;
  if (dataStart > file.length)
    throw refuse(`the header has ${headerBytes} bytes, of which ${file.length - headerStart} are there`);
  const { descr, isFortran, shape } = parseHeader(
    new TextDecoder().decode(file.subarray(headerStart, dataStart)),
    refuse,
  );
  const type = elementTypes[descr.slice(1)];
  if (!type || !/^[<|]/.test(descr)) {
    throw refuse(`the type is ${JSON.stringify(descr)}; save numbers, little-endian, as array.astype("<f4") has them`);
  }
  const size = shape.includes(0) ? 0 : shape.reduce((product, axis) => product * axis, elementBytes[type]);
  if (size !== file.length - dataStart) {
    throw refuse(
      `an array of ${descr} [${shape}] has ${size} bytes, and the file has ${file.length - dataStart} for it`,
    );
  }
  return { shape, type, isFortran, bytes: file.subarray(dataStart) };
}

/** The header is a Python dictionary of three keys, in any order, as `repr` writes it. */
function parseHeader(header: string, refuse: (what: string) => DataError) {
  const descr = /'descr'\s*:\s*'([<>|=]?[A-Za-z]\d*)'/.exec(header)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (descr === undefined || fortran === undefined || sizes === undefined) {
    const says = header
      .trim()
      .slice(0, 120)
      .replace(/[^\u0020-\u007e]/g, "?");
    throw refuse(`its header is not that of an array of numbers: ${says}`);
  }
  const shape = sizes
    .split(",")
    .map((size) => size.trim().replace(/L$/, ""))
    .filter((size) => size !== "")
    .map(Number);
  if (!shape.every((size) => Number.isSafeInteger(size))) throw refuse(`the shape (${sizes}) has sizes beyond 2^53`);
  return { descr, isFortran: fortran === "True", shape };
}

/** A .npy file (version 1). @throws OptionError for values of another type; ShapeError where they don't fill the shape. */
export function writeNpy(array: NumpyArrayToWrite): Uint8Array<ArrayBuffer> {
  assertKind("writeNpy", "the array", array, object);
  const { shape, values } = array;
  const descr = descrOf(values);
  if (!descr) {
    throw new OptionError(
      `writeNpy: the values are ${describe(values)}; give a Float32Array, Int32Array, Uint32Array or Uint8Array.`,
    );
  }
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape || shape.reduce((product, size) => product * size, 1) !== values.length) {
    throw new ShapeError(`writeNpy: ${values.length} values don't fill the shape ${describe(shape)}.`);
  }
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  // The data begins at a multiple of 64 bytes.
  const length = 64 * Math.ceil((10 + text.length + 1) / 64) - 10;
  const prefix = Uint8Array.of(...magic, 1, 0, length & 0xff, length >>> 8);
  const header = new TextEncoder().encode(`${text.padEnd(length - 1)}\n`);
  return concatenated([prefix, header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
}

function descrOf(values: unknown): string | undefined {
  if (values instanceof Float32Array) return "<f4";
  if (values instanceof Int32Array) return "<i4";
  if (values instanceof Uint32Array) return "<u4";
  return values instanceof Uint8Array ? "|u1" : undefined;
}
