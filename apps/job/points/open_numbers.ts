/** From a file of numbers to a source of samples: points from CSV, npy or npz, or images from npy or npz. */
import { DataError, data, OptionError } from "saddlepoint";
import { classesOfEntries } from "../../../src/data/tables/classes.ts";
import { fileContent } from "../../../src/data/tables/file_content.ts";
import { imagesOfArray } from "../../../src/data/tables/read_images.ts";
import { pointsOfTable, tableOf } from "../../../src/data/tables/read_points.ts";
import type { ColumnChoice } from "../../../src/data/tables/table.ts";
import { labelEntries } from "./label_file.ts";

/** Plain JSON; addresses are those that the page loads from. */
export interface NumbersFile {
  readonly kind: "numbers";
  readonly url: string;
  /** A file of the classes: npy, IDX, or a class a line. */
  readonly labelsUrl?: string;
  readonly name: string;
  /** Where the classes are in the file itself: a column, or an array of an archive. */
  readonly labels?: ColumnChoice;
  /** Those that hold coordinates; all others by default. */
  readonly columns?: readonly ColumnChoice[];
  /** Of an archive. */
  readonly array?: string;
}

/** Points of a file: the networks see each coordinate minus its mean, by its standard deviation. */
export interface PointsOfFile extends data.DataSource {
  readonly coordinates: readonly Coordinate[];
}

export interface Coordinate {
  readonly name: string;
  readonly mean: number;
  readonly deviation: number;
}

export const isPointsOfFile = (source: data.DataSource): source is PointsOfFile => "coordinates" in source;

/** @throws DataError for a file that can't be used; OptionError for columns or arrays that it has not. */
export async function openNumbers(
  { name, labels, columns, array, labelsUrl, url }: NumbersFile,
  load: (url: string) => Promise<ArrayBuffer>,
): Promise<data.ImageSource | PointsOfFile> {
  const [file, labelsFile] = await Promise.all([load(url), labelsUrl === undefined ? undefined : load(labelsUrl)]);
  const ofArchive = typeof labels === "string" ? labels : undefined;
  const content = await inOptions(() => fileContent(name, file, { array, labels: ofArchive }));
  const given = labelsFile && classesOfEntries(name, "the labels", await labelEntries(`labels of ${name}`, labelsFile));
  const isImages = content.format !== "text" && content.samples.shape.length > 2;
  if (isImages) {
    if (columns || typeof labels === "number" || (labels !== undefined && content.format === "npy")) {
      throw new OptionError(`${name} has images, not columns; leave --${columns ? "columns" : "labels"} out.`);
    }
    return data.images({ ...imagesOfArray(name, content.samples, content.labels), ...given });
  }
  const options = { ...(labels !== undefined && { labels }), ...(columns && { columns }) };
  const table = await inOptions(() => tableOf(name, content, options));
  const source = data.points({ ...pointsOfTable(name, table), ...given, standardise: true });
  const { factor = [], offset = [] } = source.scale?.affine ?? {};
  return {
    ...source,
    coordinates: factor.map((deviation, i) => ({
      name: table.names?.[i] || usualName(i),
      mean: offset[i] ?? 0,
      deviation,
    })),
  };
}

/** Of coordinates without one. */
const usualName = (index: number): string => ["x", "y", "z"][index] ?? `coordinate ${index + 1}`;

/** What a user should know of the points. */
export function notesOnPoints({ name, coordinates }: PointsOfFile): string[] {
  const shown = coordinates
    .slice(0, shownCoordinates)
    .map((each) => `${each.name} (${short(each.mean)} ± ${short(each.deviation)})`);
  const more = coordinates.length > shown.length ? ` and ${coordinates.length - shown.length} more` : "";
  return [
    `The networks see the coordinates of ${name} minus their means, by their standard deviations: ${shown.join(", ")}${more}. ` +
      "Samples come out as the file has them.",
    ...(coordinates.length > 2
      ? [
          `The plots show the first two of the ${coordinates.length} coordinates; all of them are trained, and in samples.npz.`,
        ]
      : []),
  ];
}

const shownCoordinates = 4;
const short = (value: number): string => String(Number(value.toPrecision(4)));

/** What the library calls by its own name, as an option of the command. */
async function inOptions<Value>(task: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof OptionError || error instanceof DataError)) throw error;
    const message = error.message
      .replace(/`(array|columns|labels)`/g, "--$1")
      .replace("say `header: true`", "give none of them a number as its name");
    throw error instanceof OptionError ? new OptionError(message) : new DataError(message);
  }
}
