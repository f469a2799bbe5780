/** Drawn samples as files. */
import { type data, io } from "saddlepoint";
import { standaloneSvg } from "../../charts/charts.ts";
import { csvTable } from "../files/csv.ts";
import type { JobFile } from "../files/job_files.ts";
import { pointChart } from "../files/point_chart.ts";
import { samplesNpz } from "../files/samples_npz.ts";
import type { ResolvedJob } from "../job_config.ts";
import type { JobEntry } from "../job_entry.ts";
import { pointSamples } from "../points/point_sections.ts";
import type { DrawAnswer } from "../tasks/draw.ts";

/** What is shown besides the samples, as far as it is known. */
export interface Beside {
  /** Real samples in a row. */
  readonly real?: Float32Array | undefined;
  readonly modes?: data.DataSource["modes"] | undefined;
  /** Of points from a file. */
  readonly coordinates?: ResolvedJob["coordinates"];
  /** Generator steps done. */
  readonly step: number;
}

/** Images in a picture, and points in a plot; more than that nobody looks at. */
const mostShown = { images: 400, points: 10_000 } as const;
const fileScale = 3;
const wholeSide = 1024;

/** What a run's log knows of its data. */
export function besideOf(told: readonly JobEntry[]): Omit<Beside, "step"> {
  const start = told.find((entry) => entry.kind === "start");
  const ready = told.find((entry) => entry.kind === "ready");
  const { coordinates } = start?.job ?? {};
  return {
    real: start?.isImages ? undefined : ready?.real,
    modes: start?.modes,
    ...(coordinates && { coordinates }),
  };
}

/** All of them as npz; images as a picture, points as a plot and a table. */
export async function sampleFiles(drawn: DrawAnswer, beside: Beside): Promise<JobFile[]> {
  const { values, shape, labels } = drawn;
  const content = samplesNpz({ shape, generated: values, ...(labels && { labels: [...labels] }) });
  return [...(await shownFiles(drawn, beside)), { name: "samples.npz", content }];
}

async function shownFiles({ values, shape, labels }: DrawAnswer, beside: Beside): Promise<JobFile[]> {
  const [count = 0, ...sizes] = shape;
  if (sizes.length === 3 && [1, 3, 4].includes(sizes[2] ?? 0)) {
    const shown = Math.min(count, mostShown.images);
    const [height = 1, width = 1, channels = 1] = sizes;
    // Small images large enough to be seen, and no picture beyond what viewers open.
    const scale = Math.max(height, width) * fileScale * Math.sqrt(shown) > 8 * wholeSide ? 1 : fileScale;
    const grid = io.imageGrid(values.subarray(0, shown * height * width * channels), [shown, ...sizes], { scale });
    return [{ name: "samples.png", content: await io.encodePng(grid.pixels, grid.width, grid.height, grid.channels) }];
  }
  if (sizes.length !== 1) return [];
  const [size = 1] = sizes;
  const { real = new Float32Array(0), modes, coordinates, step } = beside;
  const usual = size === 2 ? ["x", "y"] : Array.from({ length: size }, (_, i) => `x${i}`);
  const names = coordinates?.length === size ? coordinates.map(({ name }) => name) : usual;
  const rows = Array.from({ length: count }, (_, i) => [
    ...values.subarray(i * size, (i + 1) * size),
    ...(labels ? [labels[i]] : []),
  ]);
  const generated = values.subarray(0, size * Math.min(count, mostShown.points));
  const points = pointSamples({ shape: [generated.length / size, size], generated, real }, { modes }, coordinates);
  return [
    ...(points ? [{ name: "samples.svg", content: standaloneSvg(pointChart(points, step)) }] : []),
    { name: "samples.csv", content: csvTable([...names, ...(labels ? ["label"] : [])], rows) },
  ];
}
