import { DataError } from "../../errors/errors.ts";
import { type ElementType, elementBytes } from "./element_types.ts";
import { floatOfHalf } from "./half.ts";

type Values = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** How the numbers of a type are read, each at a byte, and the array that holds them. */
const readers = {
  F64: [Float32Array, (view, at) => view.getFloat64(at, true)],
  F32: [Float32Array, (view, at) => view.getFloat32(at, true)],
  F16: [Float32Array, (view, at) => floatOfHalf(view.getUint16(at, true))],
  BF16: [Float32Array, (view, at) => floatOfBits(view.getUint16(at, true) << 16)],
  I64: [Int32Array, (view, at) => view.getBigInt64(at, true)],
  I32: [Int32Array, (view, at) => view.getInt32(at, true)],
  I16: [Int32Array, (view, at) => view.getInt16(at, true)],
  I8: [Int32Array, (view, at) => view.getInt8(at)],
  U64: [Uint32Array, (view, at) => view.getBigUint64(at, true)],
  U32: [Uint32Array, (view, at) => view.getUint32(at, true)],
  U16: [Uint32Array, (view, at) => view.getUint16(at, true)],
  U8: [Uint32Array, (view, at) => view.getUint8(at)],
  BOOL: [Uint32Array, (view, at) => view.getUint8(at)],
} as const satisfies Partial<
  Record<
    ElementType,
    readonly [
      Float32ArrayConstructor | Int32ArrayConstructor | Uint32ArrayConstructor,
      (view: DataView, at: number) => number | bigint,
    ]
  >
>;

const isRead = (dtype: ElementType): dtype is keyof typeof readers => Object.hasOwn(readers, dtype);

/** The numbers of an array of `where`. @throws DataError where 32 bits can't hold them. */
export function valuesOf(dtype: ElementType, bytes: Uint8Array, where: string): Values {
  if (!isRead(dtype)) throw new DataError(`${where} is ${dtype}, whose bytes can be had, but not its numbers.`);
  const [Numbers, read] = readers[dtype];
  const size = elementBytes[dtype];
  const values = new Numbers(bytes.byteLength / size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < values.length; i++) {
    const value = read(view, i * size);
    const number = Number(value);
    values[i] = number;
    // Floats are rounded; whole numbers must stay what they are.
    if (typeof value === "bigint" && values[i] !== number) {
      throw new DataError(`${where} holds ${value} at ${i}, which 32 bits can't hold.`);
    }
  }
  return values;
}

/** The same as 64-bit floats: exact, but for whole numbers beyond 2^53. @throws DataError for bytes that are no numbers. */
export function doublesOf(dtype: ElementType, bytes: Uint8Array, where: string): Float64Array {
  if (!isRead(dtype)) throw new DataError(`${where} is ${dtype}, whose bytes can be had, but not its numbers.`);
  const read: (view: DataView, at: number) => number | bigint = readers[dtype][1];
  const size = elementBytes[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.byteLength / size }, (_, i) => Number(read(view, i * size)));
}

const scratch = new DataView(new ArrayBuffer(4));

function floatOfBits(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}
