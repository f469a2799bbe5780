/** A reader of event files that is none of the library's. */

/** A message of protocol buffers: the values of each field, numbers of 64 and 32 bits as bytes. */
export function fieldsOf(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = () => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key & 7;
    const length = wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : undefined;
    const value = length === undefined ? varint() : bytes.subarray(at, at + length);
    at += length ?? 0;
    fields.set(key >>> 3, [...(fields.get(key >>> 3) ?? []), value]);
  }
  return fields;
}

export const bytesAt = (fields: Map<number, (number | Uint8Array)[]>, field: number): Uint8Array => {
  const [value] = fields.get(field) ?? [];
  if (!(value instanceof Uint8Array)) throw new Error(`The field ${field} has no bytes.`);
  return value;
};
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
export const doubles = (bytes: Uint8Array) => [...new Float64Array(bytes.slice().buffer)];

export interface Event {
  readonly seconds: number;
  readonly step: number;
  readonly version: string | undefined;
  readonly isStart: boolean;
  readonly values: Readonly<Record<string, Map<number, (number | Uint8Array)[]>>>;
}

export function eventsOf(file: Uint8Array): Event[] {
  const events: Event[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(viewOf(file).getBigUint64(at, true));
    const fields = fieldsOf(file.subarray(at + 12, at + 12 + length));
    const summary = fields.has(5) ? (fieldsOf(bytesAt(fields, 5)).get(1) ?? []) : [];
    const values = summary.map((value) => fieldsOf(value as Uint8Array));
    events.push({
      seconds: viewOf(bytesAt(fields, 1)).getFloat64(0, true),
      step: Number(fields.get(2)?.[0] ?? 0),
      version: fields.has(3) ? new TextDecoder().decode(bytesAt(fields, 3)) : undefined,
      isStart: fields.has(7) && fieldsOf(bytesAt(fields, 7)).get(1)?.[0] === 1,
      values: Object.fromEntries(values.map((value) => [new TextDecoder().decode(bytesAt(value, 1)), value])),
    });
    at += 16 + length;
  }
  return events;
}

export const scalarOf = (event: Event | undefined, tag: string) => {
  const value = event?.values[tag];
  return value && viewOf(bytesAt(value, 2)).getFloat32(0, true);
};
