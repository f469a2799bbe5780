import { at } from "../../errors/at.ts";
import { assertKeys, text } from "../../errors/checks.ts";
import { DataError } from "../../errors/errors.ts";
import { type Bytes, blobBytes, ownBytes, ownList } from "../formats/bytes.ts";
import { fileKind } from "../formats/file_kind.ts";
import { assertWhole } from "../options.ts";
import type { LabelledBatch } from "../source.ts";
import { type Residency, residencyKeys } from "./image_tables.ts";
import { type ImageSource, imagesOfBytes } from "./images.ts";

export interface Cifar10Options extends Residency {
  /** Use only so many images, from the start. */
  readonly limit?: number;
  readonly name?: string;
}

const side = 32;
const channels = 3;
const planeBytes = side * side;

/** A label, then the red, the green and the blue plane. */
const recordBytes = 1 + channels * planeBytes;

const classCount = 10;

/**
 * The binary version of CIFAR-10 (Krizhevsky 2009): batches of 32 x 32 colour images in ten classes, one after the other.
 * Bytes give a source at once, `File`s and `Blob`s a promise of one.
 *
 * @throws DataError for no file, what is no file, or one that is not a whole number of such records; OptionError for a bad
 * limit, and for an option that doesn't exist.
 */
export function cifar10(
  files: Iterable<ArrayBuffer | Uint8Array>,
  options?: Cifar10Options,
): ImageSource<LabelledBatch>;
export function cifar10(files: Iterable<Bytes>, options?: Cifar10Options): Promise<ImageSource<LabelledBatch>>;
export function cifar10(
  files: Iterable<Bytes>,
  options: Cifar10Options = {},
): ImageSource<LabelledBatch> | Promise<ImageSource<LabelledBatch>> {
  assertKeys<Cifar10Options>("cifar10", options, { limit: true, name: text, ...residencyKeys });
  const { limit = Number.POSITIVE_INFINITY, name = "cifar10" } = options;
  if (limit !== Number.POSITIVE_INFINITY) assertWhole(name, "limit", limit);
  const list = ownList(name, files);
  if (list.length === 0) {
    throw new DataError(`${name}: there are no files; give at least one, such as data_batch_1.bin.`);
  }
  const nameOf = (i: number) => `${name}, file ${i + 1} of ${list.length}`;
  const given = list.map((file, i) => ownBytes(nameOf(i), file));
  const known = given.flatMap((file) => (file instanceof Blob ? [] : [file]));
  if (known.length === given.length) return fromBatches(known, nameOf, options);
  const read = given.map(async (file, i) => (file instanceof Blob ? blobBytes(nameOf(i), file) : file));
  return Promise.all(read).then((batches) => fromBatches(batches, nameOf, options));
}

function fromBatches(
  batches: readonly Uint8Array[],
  nameOf: (i: number) => string,
  { limit = Number.POSITIVE_INFINITY, name = "cifar10", ...residency }: Cifar10Options,
): ImageSource<LabelledBatch> {
  batches.forEach((batch, i) => {
    assertBatch(nameOf(i), batch);
  });
  const total = batches.reduce((sum, { length }) => sum + length / recordBytes, 0);
  const count = Math.min(limit, total);
  const values = new Uint8Array(count * channels * planeBytes);
  const labels = new Uint8Array(count);
  let index = 0;
  for (const batch of batches) {
    for (let start = 0; start < batch.length && index < count; start += recordBytes, index++) {
      labels[index] = at(batch, start);
      interleave(batch.subarray(start + 1, start + recordBytes), values.subarray(index * channels * planeBytes));
    }
  }
  return imagesOfBytes({
    ...residency,
    values,
    shape: [count, side, side, channels],
    labels,
    classes: classCount,
    name,
  });
}

/** From one plane a channel to one pixel after the other. */
function interleave(planes: Uint8Array, pixels: Uint8Array): void {
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * planeBytes;
    for (let i = 0; i < planeBytes; i++) pixels[i * channels + channel] = at(planes, plane + i);
  }
}

function assertBatch(name: string, batch: Uint8Array): void {
  if (batch.length === 0 || batch.length % recordBytes !== 0) {
    const kind = fileKind(batch);
    throw new DataError(
      `${name}: its ${batch.length} bytes are not a whole number of records of ${recordBytes}, a label and 32 x 32 x 3 ` +
        `pixels. ${kind ? `This looks like ${kind}.` : "Is it cut off, or not of the binary version?"}`,
    );
  }
  for (let start = 0; start < batch.length; start += recordBytes) {
    const label = at(batch, start);
    if (label >= classCount) {
      throw new DataError(
        `${name}: image ${start / recordBytes} has the label ${label}; CIFAR-10 has 0 to ${classCount - 1}. Is this ` +
          "another data set, or damaged?",
      );
    }
  }
}
