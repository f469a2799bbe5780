import { elementBytes, type SafeDType } from "./dtypes.ts";
import { floatOfHalf } from "./half.ts";
import { refusal } from "./header.ts";

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
    SafeDType,
    readonly [
      Float32ArrayConstructor | Int32ArrayConstructor | Uint32ArrayConstructor,
      (view: DataView, at: number) => number | bigint,
    ]
  >
>;

const isRead = (dtype: SafeDType): dtype is keyof typeof readers => Object.hasOwn(readers, dtype);

/** The numbers of a tensor. @throws DataError where 32 bits can't hold them. */
export function valuesOf(dtype: SafeDType, bytes: Uint8Array, name: string): Values {
  if (!isRead(dtype)) throw refusal(`tensor ${name} is ${dtype}, whose bytes can be had, but not its numbers`);
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
      throw refusal(`tensor ${name} holds ${value} at ${i}, which 32 bits can't hold`);
    }
  }
  return values;
}

const scratch = new DataView(new ArrayBuffer(4));

function floatOfBits(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}
