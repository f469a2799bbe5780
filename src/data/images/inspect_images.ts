import { at } from "../../errors/at.ts";
import { assertKeys, count as atLeastOne, describe } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../graph/shape.ts";
import { type Remedy, remedy } from "../../probes/remedies.ts";
import { classLabels } from "../labels.ts";
import { assertImages, type ImageSource } from "./images.ts";
import { type Pixels, pixelBytes } from "./pixels.ts";

/** Something about a set of images that training would suffer from, as a sentence for people, with what helps. */
export type ImageFinding = { readonly message: string; readonly remedies?: readonly Remedy[] } & (
  | { readonly kind: "range"; readonly least: number; readonly greatest: number }
  | { readonly kind: "constant"; readonly count: number; readonly first: readonly number[] }
  | { readonly kind: "duplicate"; readonly count: number; readonly first: readonly (readonly [number, number])[] }
  | { readonly kind: "missing class"; readonly classes: readonly number[]; readonly histogram: readonly number[] }
  | { readonly kind: "rare class"; readonly classes: readonly number[]; readonly histogram: readonly number[] }
  | { readonly kind: "few images"; readonly count: number; readonly batchSize: number }
  | { readonly kind: "odd size"; readonly height: number; readonly width: number }
);

export interface RawImages extends Pixels {
  readonly labels?: ArrayLike<number>;
}

export interface InspectOptions {
  /** That training will use; 64 by default. */
  readonly batchSize?: number;
}

/** How many examples a finding names. */
const shown = 5;

/** Fewer minibatches than this an epoch, and the discriminator soon knows every image. */
const fewBatches = 10;

/** A class is rare below this share of the mean. */
const rareShare = 0.1;

/** Two strided layers, the least that models of images have, halve the sides twice. */
const sideMultiple = 4;

/** Bytes up to here look dark throughout: most likely they are numbers of another scale. */
const darkBelow = 64;

/**
 * A check before training: what about these images will make a GAN fail, or look as if it did. An empty list is good news.
 *
 * @throws DataError for a shape that the bytes don't fill; OptionError for a bad batch size.
 */
export function inspectImages(images: ImageSource | RawImages, options: InspectOptions = {}): ImageFinding[] {
  assertKeys<InspectOptions>("inspectImages", options, { batchSize: atLeastOne });
  const { batchSize = 64 } = options;
  if (typeof images !== "object" || images === null || !("values" in images)) {
    throw new OptionError(`inspectImages: the images are ${describe(images)}; give a source, or { values, shape }.`);
  }
  const isSource = "count" in images;
  if (!isSource) {
    assertKeys<RawImages>("inspectImages", images, { values: true, shape: true, range: true, labels: true });
  }
  const given = isSource ? { values: images.values, shape: [images.count, ...images.sampleShape] } : images;
  const { values, shape } = pixelBytes("inspectImages", given);
  assertImages("inspectImages", values, shape);
  const rows = rowsOf(values, shape);
  return [
    ...rangeFindings(values),
    ...constantFindings(rows),
    ...duplicateFindings(rows),
    ...(images.labels ? classFindings(classLabels("inspectImages", images.labels, rows.length)) : []),
    ...countFindings(rows.length, batchSize),
    ...sizeFindings(shape),
  ];
}

function rowsOf(values: Uint8Array, shape: Shape): Uint8Array[] {
  const width = sizeOf(shape.slice(1));
  return Array.from({ length: at(shape, 0) }, (_, i) => values.subarray(i * width, (i + 1) * width));
}

function rangeFindings(values: Uint8Array): ImageFinding[] {
  let [least, greatest] = [255, 0];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const found = (message: string): ImageFinding[] => [{ kind: "range", least, greatest, message }];
  if (greatest <= 1) {
    return found(
      `No byte is above ${greatest}: these are probably numbers from 0 to 1 that were stored as bytes. Multiply by 255 first.`,
    );
  }
  if (greatest < darkBelow) {
    return found(
      `The brightest byte is ${greatest} of 255: the images are nearly black. Was another scale meant, such as 0 to ${greatest}?`,
    );
  }
  if (least > 255 - darkBelow) return found(`The darkest byte is ${least}: the images are nearly white.`);
  return [];
}

function constantFindings(rows: readonly Uint8Array[]): ImageFinding[] {
  const constant = rows.flatMap((row, i) => (isConstant(row) ? [i] : []));
  if (constant.length === 0) return [];
  const first = constant.slice(0, shown);
  const message =
    `${of(constant.length, rows.length)} the same value in every pixel (${listed(first, constant.length)}): empty or ` +
    "badly decoded ones, which a generator learns first. Take them out.";
  return [{ kind: "constant", count: constant.length, first, message }];
}

function isConstant(row: Uint8Array): boolean {
  const first = row[0];
  return row.every((value) => value === first);
}

function duplicateFindings(rows: readonly Uint8Array[]): ImageFinding[] {
  const twins: (readonly [number, number])[] = [];
  const byHash = new Map<number, number[]>();
  rows.forEach((row, i) => {
    const hash = fnv1a(row);
    const candidates = byHash.get(hash) ?? [];
    const twin = candidates.find((candidate) => sameBytes(at(rows, candidate), row));
    if (twin !== undefined) twins.push([twin, i]);
    else byHash.set(hash, [...candidates, i]);
  });
  if (twins.length === 0) return [];
  const first = twins.slice(0, shown);
  const pairs = first.map(([a, b]) => `${b} of ${a}`);
  const message =
    `${of(twins.length, rows.length)} every byte in common with an earlier one (${listed(pairs, twins.length)}). The ` +
    "discriminator sees such images more often, and the generator will make more of them.";
  return [{ kind: "duplicate", count: twins.length, first, message }];
}

/** The 32-bit hash of Fowler, Noll and Vo. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((value, i) => value === b[i]);
}

function classFindings(labels: ArrayLike<number>): ImageFinding[] {
  const histogram: number[] = [];
  for (const label of Array.from(labels)) histogram[label] = (histogram[label] ?? 0) + 1;
  for (let label = 0; label < histogram.length; label++) histogram[label] ??= 0;
  const present = histogram.filter((count) => count > 0);
  const mean = labels.length / present.length;
  const where = (test: (count: number) => boolean) => histogram.flatMap((count, label) => (test(count) ? [label] : []));
  const missing = where((count) => count === 0);
  const rare = where((count) => count > 0 && count < rareShare * mean);
  const findings: ImageFinding[] = [];
  if (missing.length > 0) {
    const message =
      `${missing.length} of the ${histogram.length} classes up to ${histogram.length - 1} ${missing.length === 1 ? "has" : "have"} ` +
      `no image (${listed(missing.slice(0, shown), missing.length)}).`;
    findings.push({ kind: "missing class", classes: missing, histogram, message });
  }
  if (rare.length > 0) {
    const examples = rare.slice(0, shown).map((label) => `class ${label} has ${histogram[label]}`);
    const message =
      `${rare.length} of ${present.length} classes ${rare.length === 1 ? "has" : "have"} less than a tenth of the mean of ` +
      `${Math.round(mean)} images (${listed(examples, rare.length)}). A generator drops the rare ones first.`;
    findings.push({ kind: "rare class", classes: rare, histogram, message });
  }
  return findings;
}

function countFindings(count: number, batchSize: number): ImageFinding[] {
  if (count >= fewBatches * batchSize) return [];
  const message =
    count < batchSize
      ? `There are ${count} images, fewer than the ${batchSize} of a minibatch.`
      : `There are ${count} images, fewer than ${fewBatches} minibatches of ${batchSize}: the discriminator will soon know ` +
        "each by heart.";
  const remedies = [
    remedy("", { kind: "advice", about: "data", text: "use more images" }),
    ...(count < batchSize ? [] : [remedy("", { kind: "trick", name: "diffAugment" })]),
    remedy("", { kind: "scale", name: "batchSize", factor: 0.5 }),
  ];
  return [{ kind: "few images", count, batchSize, message, remedies }];
}

function sizeFindings(shape: Shape): ImageFinding[] {
  const [, height = 0, width = 0] = shape;
  if (height % sideMultiple === 0 && width % sideMultiple === 0) return [];
  const message =
    `The images have ${formatShape([height, width])} pixels; layers of stride 2 halve the sides, which should be multiples ` +
    `of ${sideMultiple}. Resize or pad them.`;
  return [{ kind: "odd size", height, width, message }];
}

const of = (count: number, total: number) => `${count} of ${total} images ${count === 1 ? "has" : "have"}`;

function listed(examples: readonly (string | number)[], total: number): string {
  return examples.join(", ") + (total > examples.length ? ", ..." : "");
}
