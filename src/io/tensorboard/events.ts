import {
  assertKeys,
  assertKind,
  count,
  finite,
  type Kind,
  needed,
  numbers,
  object,
  text,
  whole,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { concatenated } from "../bytes.ts";
import {
  bytesField,
  doubleField,
  doublesField,
  floatField,
  message,
  textField,
  varintField,
} from "../protobuf/write.ts";
import { maskedCrc32c } from "./crc32c.ts";

/**
 * Files that TensorBoard shows: records in the TFRecord framing, each an `Event` of TensorFlow's `event.proto`. Append what the
 * functions return to one file, `eventFileHeader` first; its name must contain "tfevents".
 */

/** When something was measured. */
export interface EventTime {
  readonly step: number;
  /** Seconds since 1970. */
  readonly seconds: number;
}

/** How often values fell between two limits: bucket i counts those from limit i - 1 up to limit i. */
export interface EventHistogram {
  /** Growing. */
  readonly limits: readonly number[];
  readonly counts: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/** The record that a file begins with. */
export const eventFileHeader = (seconds: number): Uint8Array<ArrayBuffer> => {
  assertKind("eventFileHeader", "seconds", seconds, finite);
  return record(message(doubleField(1, seconds), textField(3, "brain.Event:2")));
};

/**
 * The record that the file of a run that goes on from a step begins with, behind the header: what other files of the folder have
 * of this step and later ones, TensorBoard leaves out.
 */
export function sessionStartEvent(time: EventTime): Uint8Array<ArrayBuffer> {
  // SessionLog of event.proto, with the status START.
  return eventOf("sessionStartEvent", time, bytesField(7, message(varintField(1, 1))));
}

/** One number a tag. Numbers that are not finite are kept as they are: TensorBoard draws them as marks. */
export function scalarEvent(time: EventTime, scalars: Readonly<Record<string, number>>): Uint8Array<ArrayBuffer> {
  assertKind("scalarEvent", "the scalars", scalars, object);
  const values = Object.entries(scalars).map(([tag, value]) => {
    if (typeof value !== "number") throw new OptionError(`scalarEvent: "${tag}" is no number.`);
    return summaryValue(tag, floatField(2, value));
  });
  return eventOf("scalarEvent", time, summary(values));
}

/** What a picture measures. */
export interface EventImageSize {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for colours, 4 with transparency. */
  readonly channels: number;
}

const file: Kind = { says: "the bytes of a file as a Uint8Array", is: (value) => value instanceof Uint8Array };

/** A picture a tag, as a PNG file of that size. */
export function imageEvent(
  time: EventTime,
  tag: string,
  png: Uint8Array,
  size: EventImageSize,
): Uint8Array<ArrayBuffer> {
  assertKind("imageEvent", "the tag", tag, text);
  assertKind("imageEvent", "the picture", png, file);
  const pixels = needed(count);
  assertKeys<EventImageSize>("imageEvent", size, { width: pixels, height: pixels, channels: pixels });
  const { width, height, channels } = size;
  const image = message(varintField(1, height), varintField(2, width), varintField(3, channels), bytesField(4, png));
  return eventOf("imageEvent", time, summary([summaryValue(tag, bytesField(4, image))]));
}

/** A histogram a tag. @throws OptionError for as many counts as there are not limits. */
export function histogramEvent(time: EventTime, tag: string, histogram: EventHistogram): Uint8Array<ArrayBuffer> {
  assertKind("histogramEvent", "the tag", tag, text);
  const [several, one] = [needed(numbers), needed(finite)];
  assertKeys<EventHistogram>("histogramEvent", histogram, {
    limits: several,
    counts: several,
    min: one,
    max: one,
    sum: one,
    sumOfSquares: one,
  });
  const { limits, counts, min, max, sum, sumOfSquares } = histogram;
  if (limits.length !== counts.length || limits.some((limit, i) => i > 0 && !(limit > (limits[i - 1] ?? 0)))) {
    throw new OptionError(
      `histogramEvent: "${tag}" has ${limits.length} limits and ${counts.length} counts; give as many of each, limits growing.`,
    );
  }
  const total = counts.reduce((all, count) => all + count, 0);
  const fields = [min, max, total, sum, sumOfSquares].map((value, i) => doubleField(i + 1, value));
  const histo = message(...fields, doublesField(6, limits), doublesField(7, counts));
  return eventOf("histogramEvent", time, summary([summaryValue(tag, bytesField(5, histo))]));
}

const summaryValue = (tag: string, value: Uint8Array): Uint8Array => bytesField(1, message(textField(1, tag), value));

const summary = (values: readonly Uint8Array[]): Uint8Array => bytesField(5, message(...values));

function eventOf(where: string, time: EventTime, what: Uint8Array): Uint8Array<ArrayBuffer> {
  assertKeys<EventTime>(where, time, { step: needed(whole), seconds: needed(finite) });
  const { step, seconds } = time;
  return record(message(doubleField(1, seconds), varintField(2, step), what));
}

/** TFRecord: the length and its checksum, the data and its checksum. */
function record(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(data.byteLength), true);
  return concatenated([length, checksum(length), data, checksum(data)]);
}

function checksum(bytes: Uint8Array): Uint8Array {
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, maskedCrc32c(bytes), true);
  return sum;
}
