import { DataError } from "../../errors/errors.ts";

/** One field of a message, as it stands: a varint as bigint, all others as their bytes. */
export interface Field {
  readonly field: number;
  readonly value: bigint | Uint8Array;
}

/**
 * The fields of a message in their order. Groups, which nobody writes any more, are refused.
 *
 * @throws DataError for bytes that are no message.
 */
export function readFields(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw refusal("ends in the midst of a number");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw refusal("has a number of more than ten bytes");
  };
  const take = (size: bigint): Uint8Array => {
    if (size > BigInt(bytes.byteLength - at))
      throw refusal(`declares ${size} bytes, of which ${bytes.byteLength - at} are there`);
    const start = at;
    at += Number(size);
    return bytes.subarray(start, at);
  };
  while (at < bytes.byteLength) {
    const key = varint();
    const field = Number(key >> 3n);
    const type = Number(key & 7n);
    if (field < 1 || field >= 2 ** 29) throw refusal(`has the field ${field}, which is no field's number`);
    if (type === 0) fields.push({ field, value: varint() });
    else if (type === 1) fields.push({ field, value: take(8n) });
    else if (type === 2) fields.push({ field, value: take(varint()) });
    else if (type === 5) fields.push({ field, value: take(4n) });
    else throw refusal(`has a field of wire type ${type}`);
  }
  return fields;
}

const refusal = (what: string): DataError => new DataError(`protobuf: the message ${what}.`);
