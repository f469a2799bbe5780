/** What the report shows of points: the first two coordinates, and where these are not all there is, how each is spread. */
import type { PointSamples, ShareHistogram } from "../../report/run_report.ts";
import type { KnownModes, SampleSet } from "../files/to_run_report.ts";
import type { ResolvedJob } from "../job_config.ts";

type Coordinates = ResolvedJob["coordinates"];

/** More histograms than anybody looks at. */
const mostHistograms = 6;
const bins = 24;

/** Undefined for points on a line, which no plane shows. */
export function pointSamples(
  { shape: [, dimensions = 2], generated, real }: SampleSet,
  { modes }: KnownModes,
  coordinates: Coordinates,
): PointSamples | undefined {
  if (dimensions < 2) return undefined;
  const axes = axesOf(coordinates);
  return {
    kind: "points",
    generated: pairs(generated, dimensions),
    real: pairs(real, dimensions),
    ...(axes && { axes }),
    ...(dimensions > 2 && { dimensions }),
    ...(modes ? { modes: modes.centers.map(([x = 0, y = 0]) => ({ x, y })), std: modes.standardDeviation } : {}),
  };
}

/** The names of those that are shown. */
export function axesOf(coordinates: Coordinates): readonly [string, string] | undefined {
  const [x, y] = coordinates ?? [];
  return x && y && [x.name, y.name];
}

/** The first two coordinates of each point. */
export function pairs(values: Float32Array, dimensions = 2): [number, number][] {
  return Array.from({ length: values.length / dimensions }, (_, i) => [
    values[dimensions * i] ?? Number.NaN,
    values[dimensions * i + 1] ?? Number.NaN,
  ]);
}

/** One a coordinate, of points that are not in the plane. */
export function coordinateHistograms(
  { shape: [, dimensions = 2], generated, real }: SampleSet,
  coordinates: Coordinates,
): ShareHistogram[] {
  if (dimensions === 2) return [];
  return Array.from({ length: Math.min(dimensions, mostHistograms) }, (_, index) => {
    const name = coordinates?.[index]?.name ?? `coordinate ${index + 1}`;
    return histogram(name, column(generated, dimensions, index), column(real, dimensions, index));
  });
}

const column = (values: Float32Array, dimensions: number, index: number): number[] =>
  Array.from({ length: values.length / dimensions }, (_, i) => values[dimensions * i + index] ?? Number.NaN);

function histogram(name: string, generated: readonly number[], real: readonly number[]): ShareHistogram {
  const [least, greatest] = [Math.min(...real), Math.max(...real)];
  const width = (greatest - least || 1) / bins;
  // Enough to tell a part from the next, wherever the data lies.
  const decimals = Math.min(20, Math.max(0, 1 - Math.floor(Math.log10(width))));
  const shares = (values: readonly number[]) => {
    const counts = new Array<number>(bins).fill(0);
    for (const value of values) {
      const bin = value === greatest ? bins - 1 : Math.floor((value - least) / width);
      if (bin >= 0 && bin < bins) counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts.map((count) => count / values.length);
  };
  const shown = shares(generated);
  const outside = 1 - shown.reduce((sum, share) => sum + share, 0);
  return {
    title: name,
    xLabel: `${name} (data units)`,
    unit: "samples",
    categories: shown.map((_, bin) => String(Number((least + (bin + 0.5) * width).toFixed(decimals)))),
    generated: shown,
    real: shares(real),
    note: `From the least to the greatest of the data in ${bins} parts; ${(100 * outside).toFixed(1)} % of the samples lie outside.`,
  };
}
