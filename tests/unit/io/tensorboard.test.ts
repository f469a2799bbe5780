import { describe, expect, test } from "vitest";
import { OptionError } from "../../../src/errors/errors.ts";
import { type Field, readFields } from "../../../src/io/protobuf/read.ts";
import { varint } from "../../../src/io/protobuf/write.ts";
import { crc32c, maskedCrc32c } from "../../../src/io/tensorboard/crc32c.ts";
import {
  eventFileHeader,
  histogramEvent,
  imageEvent,
  scalarEvent,
  sessionStartEvent,
} from "../../../src/io/tensorboard/events.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("checksums are those of the field", () => {
  // RFC 3720, appendix B.4, and the catalogue's check value.
  expect(crc32c(bytes("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(maskedCrc32c(bytes("123456789"))).toBe(0xc78ab0e5);
  expect(maskedCrc32c(Uint8Array.of(24, 0, 0, 0, 0, 0, 0, 0))).toBe(0x224b7fa3);
});

test("numbers take seven bits a byte", () => {
  expect([...varint(0)]).toEqual([0]);
  expect([...varint(300)]).toEqual([0xac, 0x02]);
  expect([...varint(-1)]).toEqual([...Array(9).fill(0xff), 1]);
  expect(readFields(Uint8Array.of(8, ...varint(2n ** 63n)))).toEqual([{ field: 1, value: 2n ** 63n }]);
});

test.each([
  ["a number without an end", [0x08, 0x80], /in the midst/],
  ["a number of eleven bytes", [0x08, ...Array(11).fill(0x80)], /more than ten bytes/],
  ["more bytes than there are", [0x0a, 5, 1], /declares 5 bytes, of which 1/],
  ["a group", [0x0b], /wire type 3/],
  ["field 0", [0x00, 0], /the field 0/],
])("a message with %s is refused", (_, message, says) => {
  expect(() => readFields(Uint8Array.from(message))).toThrow(says);
});

/** The events of a file, as a reader of TFRecords that checks every sum finds them. */
function eventsOf(file: Uint8Array): Map<number, Field["value"]>[] {
  const events: Map<number, Field["value"]>[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(maskedCrc32c(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(maskedCrc32c(data));
    events.push(new Map(readFields(data).map(({ field, value }) => [field, value])));
    at += 16 + length;
  }
  return events;
}

const viewOf = (value: Field["value"] | undefined) => {
  if (!(value instanceof Uint8Array)) throw new Error("no bytes");
  return { bytes: value, view: new DataView(value.buffer, value.byteOffset, value.byteLength) };
};
const fieldsOf = (value: Field["value"] | undefined) => readFields(viewOf(value).bytes);
const textOf = (value: Field["value"] | undefined) => new TextDecoder().decode(viewOf(value).bytes);

describe("an event file", () => {
  const time = { step: 300, seconds: 1.5 };

  test("begins with its version", () => {
    const [event] = eventsOf(eventFileHeader(7));
    expect(viewOf(event?.get(1)).view.getFloat64(0, true)).toBe(7);
    expect(textOf(event?.get(3))).toBe("brain.Event:2");
  });

  test("holds scalars by tag", () => {
    const [event] = eventsOf(scalarEvent(time, { "loss/generator": 0.5, gain: Number.NaN }));
    expect(event?.get(2)).toBe(300n);
    const values = fieldsOf(event?.get(5)).map(({ value }) => fieldsOf(value));
    expect(values.map(([tag]) => textOf(tag?.value))).toEqual(["loss/generator", "gain"]);
    expect(values.map(([, number]) => viewOf(number?.value).view.getFloat32(0, true))).toEqual([0.5, Number.NaN]);
  });

  test("holds pictures", () => {
    const [event] = eventsOf(imageEvent(time, "samples", Uint8Array.of(1, 2), { width: 3, height: 4, channels: 1 }));
    const [, image] = fieldsOf(fieldsOf(event?.get(5))[0]?.value);
    expect(fieldsOf(image?.value).map(({ value }) => value)).toEqual([4n, 3n, 1n, Uint8Array.of(1, 2)]);
  });

  test("holds histograms, of as many counts as limits", () => {
    const histogram = { limits: [0, 1], counts: [2, 3], min: -1, max: 1, sum: 0, sumOfSquares: 2 };
    const [event] = eventsOf(histogramEvent(time, "gradients", histogram));
    const [, histo] = fieldsOf(fieldsOf(event?.get(5))[0]?.value);
    const fields = new Map(fieldsOf(histo?.value).map(({ field, value }) => [field, viewOf(value).view]));
    expect(fields.get(3)?.getFloat64(0, true)).toBe(5);
    expect([0, 8].map((at) => fields.get(6)?.getFloat64(at, true))).toEqual([0, 1]);
    expect([0, 8].map((at) => fields.get(7)?.getFloat64(at, true))).toEqual([2, 3]);
    expect(() => histogramEvent(time, "a", { ...histogram, counts: [1] })).toThrow(OptionError);
    expect(() => histogramEvent(time, "a", { ...histogram, limits: [1, 1] })).toThrow(/limits growing/);
  });

  test("begins anew from a step", () => {
    const [event] = eventsOf(sessionStartEvent(time));
    expect(event?.get(2)).toBe(300n);
    // SessionLog.status START.
    expect(fieldsOf(event?.get(7))).toEqual([{ field: 1, value: 1n }]);
    expect(event?.has(5)).toBe(false);
  });

  test("is refused where it can't be", () => {
    expect(() => scalarEvent({ step: -1, seconds: 0 }, {})).toThrow(OptionError);
    expect(() => scalarEvent(time, { a: "1" as unknown as number })).toThrow(/"a" is no number/);
  });
});
