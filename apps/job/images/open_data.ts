/** From the user's choice of data to a source of samples. */
import { DataError, data, OptionError } from "saddlepoint";
import { type DataSetName, dataSets, type ImageSetName, imageSets } from "../options/data_sets.ts";
import {
  isPointsOfFile,
  type NumbersFile,
  notesOnPoints,
  openNumbers,
  type PointsOfFile,
} from "../points/open_numbers.ts";

/** Plain JSON; addresses are those that the page loads from, and names are for people. */
export type JobData =
  | { readonly kind: "set"; readonly name: DataSetName }
  | { readonly kind: "images"; readonly name: ImageSetName }
  /** Images in an IDX file, with or without a file of their classes. */
  | { readonly kind: "idx"; readonly url: string; readonly labelsUrl?: string; readonly name: string }
  /** Files of the binary version of CIFAR-10. */
  | { readonly kind: "cifar10"; readonly urls: readonly string[]; readonly name: string }
  /** PNG, JPEG or WebP files. Where they lie in several folders, each is a class. */
  | {
      readonly kind: "files";
      readonly urls: readonly string[];
      readonly name: string;
      readonly onBad?: "error" | "skip";
    }
  /** Points in CSV, npy or npz, or images in npy or npz. */
  | NumbersFile;

/** Pixels along each side that can be asked for: what convolutional models can be made for. */
export const imageSizeRange = { low: 16, high: 256, whole: true } as const;

const usualSizes = { generated: 28, files: 32 };

export interface OpenedData {
  readonly source: data.DataSource;
  /** What each label means; empty without labels. */
  readonly classNames: readonly string[];
  /** What the user should know about the files. */
  readonly notes: readonly string[];
}

export type OpenedImages = OpenedData & { readonly source: data.ImageSource };

/** Images in memory, with what pictures need: height, width, and 1, 3 or 4 channels. */
export function isImageSource(source: data.DataSource): source is data.ImageSource {
  return source.sampleShape.length === 3 && "values" in source;
}

/**
 * @param imageSize pixels along each side: for generated images, files of any size, and to frame smaller ones in black
 * @throws DataError for files that can't be used; OptionError for an image size that they can't have.
 */
export async function openData(chosen: JobData, imageSize?: number): Promise<OpenedData> {
  if (chosen.kind === "set") return { source: dataSets[chosen.name].create(), classNames: [], notes: [] };
  if (chosen.kind === "numbers") {
    const opened = await openNumbers(chosen, load);
    return isPointsOfFile(opened)
      ? openedPoints(opened, imageSize)
      : openedImages(chosen, { source: opened }, imageSize);
  }
  return openedImages(chosen, await openImages(chosen, imageSize), imageSize);
}

function openedPoints(source: PointsOfFile, imageSize: number | undefined): OpenedData {
  if (imageSize === undefined) return { source, classNames: source.classNames ?? [], notes: notesOnPoints(source) };
  throw new OptionError(`--image-size ${imageSize}: ${source.name} has points, no images; leave it out.`);
}

function openedImages(
  chosen: ImageData,
  { source, notes = [] }: { readonly source: data.ImageSource; readonly notes?: readonly string[] },
  imageSize: number | undefined,
): OpenedData {
  assertShowable(source);
  const framed = imageSize === undefined ? source : withFrame(source, imageSize);
  return { source: framed, classNames: classNames(chosen, source), notes };
}

/** Better said now than after the training, when the pictures are made. */
function assertShowable({ name, sampleShape: [, , channels = 0] }: data.ImageSource): void {
  if (![1, 3, 4].includes(channels)) {
    throw new DataError(
      `The images of ${name} have ${channels} channels, which no picture can show; give 1 (grey), 3 (RGB) or 4 (RGBA).`,
    );
  }
}

type ImageData = Exclude<JobData, { readonly kind: "set" }>;

async function openImages(
  chosen: Exclude<ImageData, NumbersFile>,
  imageSize: number | undefined,
): Promise<{ readonly source: data.ImageSource; readonly notes?: readonly string[] }> {
  const { name } = chosen;
  if (chosen.kind === "images") return { source: imageSets[chosen.name].create(imageSize ?? usualSizes.generated) };
  if (chosen.kind === "idx") {
    const [images, labels] = await Promise.all([load(chosen.url), chosen.labelsUrl && load(chosen.labelsUrl)]);
    return { source: await data.idxImages(images, { name, ...(labels && { labelsBytes: labels }) }) };
  }
  if (chosen.kind === "cifar10") return { source: data.cifar10(await Promise.all(chosen.urls.map(load)), { name }) };
  const folders = new Set(chosen.urls.map(data.folderOf));
  const source = await data
    .imageFiles(chosen.urls, {
      name,
      size: imageSize ?? usualSizes.files,
      onBad: chosen.onBad ?? "error",
      ...(folders.size > 1 ? { labelOf: data.folderOf } : {}),
    })
    .catch((error: unknown) => {
      throw error instanceof DataError ? new DataError(inOptions(error.message)) : error;
    });
  const [first] = source.skipped;
  const skipped = `${source.skipped.length} of ${chosen.urls.length} files were left out`;
  return { source, notes: first ? [`${skipped}, such as ${first.name}: ${first.reason}.`] : [] };
}

/** What the library calls by its own name, as the option of `npm start`. */
export function inOptions(message: string): string {
  return message.replace(/give onBad: "(\w+)"/, "give --on-bad $1");
}

async function load(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be loaded: ${response.status} ${response.statusText}.`);
  return response.arrayBuffer();
}

const cifarClasses = ["airplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/** The names that a source has for its classes, or else their numbers. */
export function classNames({ kind }: Pick<ImageData, "kind">, source: data.ImageSource): readonly string[] {
  if (!source.labels) return [];
  if (kind === "cifar10") return cifarClasses;
  if ("classNames" in source) return source.classNames as readonly string[];
  let greatest = 0;
  for (const label of source.labels) greatest = Math.max(greatest, label);
  return Array.from({ length: greatest + 1 }, (_, label) => String(label));
}

/** The images in the middle of black squares, so that a model for squares of that size can learn them. */
export function withFrame(source: data.ImageSource, size: number): data.ImageSource {
  const [height, width, channels] = source.sampleShape as [number, number, number];
  if (height === size && width === size) return source;
  if (height > size || width > size) {
    throw new OptionError(
      `The images of ${source.name} have ${height} x ${width} pixels, which an image size of ${size} cuts off; leave it ` +
        "out, or resize the images.",
    );
  }
  const values = new Uint8Array(source.count * size * size * channels);
  const [top, left] = [Math.floor((size - height) / 2), Math.floor((size - width) / 2)];
  const rowBytes = width * channels;
  for (let image = 0; image < source.count; image++) {
    for (let y = 0; y < height; y++) {
      const from = (image * height + y) * rowBytes;
      values.set(source.values.subarray(from, from + rowBytes), ((image * size + top + y) * size + left) * channels);
    }
  }
  const { labels, name, classes, classNames } = source;
  return data.images({
    values,
    shape: [source.count, size, size, channels],
    name,
    ...(labels && { labels }),
    ...(classes !== undefined && { classes }),
    ...(classNames && { classNames }),
  });
}
