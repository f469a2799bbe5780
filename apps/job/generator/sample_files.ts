/** Drawn samples as files. */
import { io } from "saddlepoint";
import { writeNpz } from "saddlepoint/files";
import { csvTable } from "../files/csv.ts";
import type { JobFile } from "../files/job_files.ts";
import { pointChart, type ShownPoints } from "../files/point_chart.ts";
import type { JobEntry } from "../job_entry.ts";
import type { DrawAnswer } from "../tasks/draw.ts";

/** What is shown besides the samples. */
export type Beside = Pick<ShownPoints, "real" | "modes" | "step">;

/** Images in a picture, and points in a plot; more than that nobody looks at. */
const mostShown = { images: 400, points: 10_000 } as const;
const fileScale = 3;
const wholeSide = 1024;

/** What a run's log knows of its data. */
export function besideOf(told: readonly JobEntry[]): Pick<Beside, "real" | "modes"> {
  const start = told.find((entry) => entry.kind === "start");
  const ready = told.find((entry) => entry.kind === "ready");
  return { real: start?.isImages ? undefined : ready?.real, modes: start?.modes };
}

/** One batch of all parts. */
export function joined(parts: readonly DrawAnswer[]): DrawAnswer {
  const [first] = parts;
  const count = parts.reduce((sum, { shape: [n = 0] }) => sum + n, 0);
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  const labels = first?.labels && Uint32Array.from(parts.flatMap((part) => [...(part.labels ?? [])]));
  return { kind: "samples", values, shape: [count, ...(first?.shape.slice(1) ?? [])], ...(labels && { labels }) };
}

/** All of them as npz; images as a picture, points as a plot and a table. */
export async function sampleFiles(drawn: DrawAnswer, beside: Beside): Promise<JobFile[]> {
  const { values, shape, labels } = drawn;
  const arrays = { samples: { shape, values }, ...(labels && { labels: { shape: [labels.length], values: labels } }) };
  return [...(await shownFiles(drawn, beside)), { name: "samples.npz", content: writeNpz(arrays) }];
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
  const names = size === 2 ? ["x", "y"] : Array.from({ length: size }, (_, i) => `x${i}`);
  const rows = Array.from({ length: count }, (_, i) => [
    ...values.subarray(i * size, (i + 1) * size),
    ...(labels ? [labels[i]] : []),
  ]);
  const table = csvTable([...names, ...(labels ? ["label"] : [])], rows);
  const points = values.subarray(0, 2 * Math.min(count, mostShown.points));
  return [
    ...(size === 2 ? [{ name: "samples.svg", content: pointChart({ ...beside, generated: points }) }] : []),
    { name: "samples.csv", content: table },
  ];
}
