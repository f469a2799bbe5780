import { concatenated } from "../bytes.ts";

/**
 * The wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding), as far as messages are written: a
 * message is the bytes of its fields, one after the other, and a field is its number and its wire type, then its value.
 */
type Bytes = Uint8Array<ArrayBuffer>;

const wire = { varint: 0, eightBytes: 1, length: 2, fourBytes: 5 } as const;

/** Seven bits a byte, the lowest first; a negative number takes ten bytes, as int64 has it. */
export function varint(value: number | bigint): Bytes {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const seven = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? seven : seven | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

const key = (field: number, type: number): Bytes => varint(field * 8 + type);

export const message = (...fields: readonly Uint8Array[]): Bytes => concatenated(fields);

export const varintField = (field: number, value: number | bigint): Bytes =>
  concatenated([key(field, wire.varint), varint(value)]);

/** Bytes, or a message inside of another one. */
export const bytesField = (field: number, bytes: Uint8Array): Bytes =>
  concatenated([key(field, wire.length), varint(bytes.byteLength), bytes]);

export const textField = (field: number, text: string): Bytes => bytesField(field, new TextEncoder().encode(text));

export function floatField(field: number, value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concatenated([key(field, wire.fourBytes), bytes]);
}

export const doubleField = (field: number, value: number): Bytes =>
  concatenated([key(field, wire.eightBytes), doubles([value])]);

/** `repeated double`, packed. */
export const doublesField = (field: number, values: readonly number[]): Bytes => bytesField(field, doubles(values));

/** `repeated int64`, packed. */
export const varintsField = (field: number, values: readonly (number | bigint)[]): Bytes =>
  bytesField(field, concatenated(values.map(varint)));

function doubles(values: readonly number[]): Bytes {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat64(8 * i, value, true);
  });
  return bytes;
}
