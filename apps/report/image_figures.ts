/** Samples of images: at the end, over the training, between latent vectors, and beside the data. */
import { io } from "saddlepoint";
import { type PictureRow, pictureChart } from "../charts/picture_chart.ts";
import { formatNumber } from "../charts/text.ts";
import type { Figure } from "./figure.ts";
import type { FilmStrip, ImageRows, ImageSamples, NearestImages, RunReport } from "./run_report.ts";

/** The natural width of the film strip, and the one below which its labels are too small: a phone scrolls it. */
const stripWidth = { natural: 640, least: 560 };
/** Pairs of a sample and a training image in a row, which leaves room for their distances. */
const pairsInRow = 4;
/** More training steps in a film strip than this make it longer than a screen. */
export const mostFrames = 10;

/** Every figure that the run has images for. */
export async function imageFigures({ samples, filmStrip, interpolation, nearest }: RunReport): Promise<Figure[]> {
  return Promise.all([
    ...(samples?.kind === "images" ? sampleGrids(samples) : []),
    ...(nearest && nearest.distances.length > 0 ? [nearestFigure(nearest)] : []),
    ...(filmStrip && filmStrip.rows.length > 0 ? [filmStripFigure(filmStrip)] : []),
    ...(interpolation && interpolation.rows.length > 0 ? [interpolationFigure(interpolation)] : []),
  ]);
}

function sampleGrids({ images, shape, real = [] }: ImageSamples): Promise<Figure>[] {
  const [count, height, width, channels] = shape;
  const realCount = Math.floor(real.length / (height * width * channels));
  const grid = async (name: string, values: ImageSamples["images"], n: number) => {
    const title = `${name} images (${formatNumber(n)})`;
    const picture = io.imageGrid(values, [n, height, width, channels]);
    const description = `${title}, ${height} × ${width} pixels each.`;
    return { svg: await pictureChart({ title, description, rows: [{ picture }] }), caption: "" };
  };
  return [grid("Generated", images, count), ...(realCount > 0 ? [grid("Real", real, realCount)] : [])];
}

async function filmStripFigure({ steps, rows, shape }: FilmStrip): Promise<Figure> {
  const [columns] = shape;
  const frames = io.evenlyChosen(
    rows.map((values, index) => ({ values, label: formatNumber(steps[index] ?? Number.NaN) })),
    mostFrames,
  );
  const pictures = frames.map(({ values, label }) => ({ label, picture: io.imageGrid(values, shape, { columns }) }));
  return {
    svg: await pictureChart({
      title: "The same latent vectors over the training",
      description:
        `Samples at ${frames.length} steps of the training, from step ${frames[0]?.label} in the first row to step ` +
        `${frames.at(-1)?.label} in the last; each of the ${columns} columns keeps its latent vector.`,
      labelTitle: "step",
      rows: pictures,
      width: stripWidth.natural,
    }),
    caption:
      "Each column is one latent vector. Columns that turn alike show modes dropping out; columns that never come to " +
      "rest show a game that goes in circles.",
    leastWidth: Math.max(stripWidth.least, leastWidth(shape)),
    isWide: true,
  };
}

async function interpolationFigure({ rows, shape }: ImageRows): Promise<Figure> {
  const [columns] = shape;
  return {
    svg: await pictureChart({
      title: "Between latent vectors",
      description: `Samples along ${rows.length} walks from one latent vector to another, in ${columns} steps each.`,
      rows: rows.map((values) => ({ picture: io.imageGrid(values, shape, { columns }) })),
    }),
    caption:
      "Each row walks from one latent vector (left) to another (right) on a great circle. A smooth change shows a " +
      "generator that has learnt more than single images; a jump shows a border between memorised ones.",
    leastWidth: leastWidth(shape),
  };
}

async function nearestFigure({ samples, real, shape, distances, note }: NearestImages): Promise<Figure> {
  const [count, ...size] = shape;
  const pairs = io.besideEachOther({ values: samples, shape }, { values: real, shape });
  const [, height, width, channels] = pairs.shape as [number, number, number, number];
  const inRow = Math.min(pairsInRow, count);
  const length = height * width * channels;
  const rows = Array.from({ length: Math.ceil(count / inRow) }, (_, row): PictureRow => {
    const first = row * inRow;
    const last = Math.min(count, first + inRow);
    const values = Array.from(pairs.values).slice(first * length, last * length);
    return {
      picture: io.imageGrid(values, [last - first, height, width, channels], { columns: inRow, gap: gapOf(width) }),
      captions: Array.from({ length: inRow }, (_, i) => {
        const distance = distances[first + i];
        return distance === undefined ? "" : formatNumber(distance ?? Number.NaN);
      }),
    };
  });
  return {
    svg: await pictureChart({
      title: `Samples and the nearest training images (${formatNumber(count)} pairs)`,
      description:
        `Pairs of a sample, left, and the training image nearest to it, right, ${size[0]} × ${size[1]} pixels each, with ` +
        "their distance below.",
      rows,
    }),
    caption: `Left the sample, right the nearest training image, below their distance. ${note}`.trim(),
  };
}

/** Wide enough to tell the pairs apart. */
function gapOf(pairWidth: number): number {
  return Math.max(2, Math.round(pairWidth / 10));
}

/** A little less than the pixels of the images, which are still told apart then; a phone shows ten of 32 in a row. */
function leastWidth([columns, , imageWidth]: ImageSamples["shape"]): number {
  return Math.round(columns * Math.max(24, 0.6 * imageWidth)) + 48;
}
