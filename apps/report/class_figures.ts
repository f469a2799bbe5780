/** Samples that were asked for by class: a row of images each, or points in a colour each. */
import { io } from "saddlepoint";
import { pictureChart } from "../charts/picture_chart.ts";
import { scatterChart } from "../charts/scatter_chart.ts";
import { formatNumber } from "../charts/text.ts";
import { seriesColour } from "../charts/theme.ts";
import type { Figure } from "./figure.ts";
import { dataView } from "./run_charts.ts";
import type { ClassSamples, Column, ImageSamples, RunReport } from "./run_report.ts";

/** The natural width of a sheet, and what a phone scrolls, so that the names of classes stay readable. */
const sheetWidth = { natural: 480, least: 420 };

const shapes = ["circle", "square", "cross"] as const;

export async function classFigures({ classSamples }: RunReport): Promise<Figure[]> {
  if (!classSamples || classSamples.rows.length === 0) return [];
  if (classSamples.shape.length === 4) return [await imageSheet(classSamples)];
  return [pointSheet(classSamples)];
}

async function imageSheet({ names, rows, shape }: ClassSamples): Promise<Figure> {
  const [columns, height, width, channels] = shape as ImageSamples["shape"];
  return {
    svg: await pictureChart({
      title: "A row for each class",
      description:
        `Samples of ${formatNumber(rows.length)} classes, ${columns} of each; each of the ${columns} columns has one latent ` +
        "vector.",
      labelTitle: "class",
      rows: rows.map((values, label) => ({
        label: names[label] ?? String(label),
        picture: io.imageGrid(values, [columns, height, width, channels], { columns }),
      })),
      width: sheetWidth.natural,
    }),
    caption:
      "Each row was asked for by its class, each column is one latent vector. Rows that are alike show labels that are " +
      "ignored; images that are alike within a row show a class that has collapsed.",
    leastWidth: sheetWidth.least,
    isWide: true,
  };
}

function pointSheet(classSamples: ClassSamples): Figure {
  const { names, rows, note, shape, axes = ["x", "y"] } = classSamples;
  const [dimensions, isOfFile] = [shape[1] ?? 2, classSamples.axes !== undefined];
  const layers = rows.map((values, label) => ({
    name: names[label] ?? String(label),
    points: pairsOf(values, dimensions),
    colour: seriesColour(label),
    // After eight the colours repeat.
    shape: shapes[Math.floor(label / 8) % shapes.length] ?? "circle",
  }));
  return {
    svg: scatterChart({
      title: "Samples by the class that was asked for",
      description: `Samples of ${formatNumber(rows.length)} classes in the plane, each class in a colour.`,
      xLabel: `${axes[0]} (data units)`,
      yLabel: dimensions === 1 ? "" : `${axes[1]} (data units)`,
      layers,
      equalAspect:
        !isOfFile ||
        (dataView(
          layers.flatMap(({ points }) => points),
          true,
        )?.equalAspect ??
          true),
    }),
    caption: [
      "Each class from the same latent vectors.",
      ...(note ? [`${note.replace(/;.*$/, "")}, by the nearest mode.`] : []),
    ].join(" "),
  };
}

const pairsOf = (values: ClassSamples["rows"][number], dimensions: number): Column[] =>
  Array.from({ length: values.length / dimensions }, (_, i) => [
    values[dimensions * i] ?? null,
    // Of points on a line there is no other.
    dimensions === 1 ? 0 : (values[dimensions * i + 1] ?? null),
  ]);
