/** The main job on images, from a configuration to files, but for the server and the terminal. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobProgress } from "../../../apps/job/job_progress.ts";
import { type JobResult, runJob } from "../../../apps/job/run_job.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
let result: JobResult;
const heard: JobProgress[] = [];

beforeAll(async () => {
  engine = await createEngine();
  const config = { data: { kind: "images", name: "triangles" }, imageSize: 28, steps: 4, batchSize: 16 } as const;
  result = await runJob(config, (progress) => heard.push(progress), { engine });
});
afterAll(() => engine.destroy());

const fileNames = [
  "report.html",
  "samples.png",
  "film_strip.png",
  "interpolation.png",
  "nearest.png",
  "metrics.csv",
  "losses.svg",
  "telemetry.csv",
  "summary.json",
];

const contentOf = (name: string) => result.files.find((file) => file.name === name)?.content;

async function sizeOf(name: string): Promise<[width: number, height: number]> {
  const bitmap = await createImageBitmap(new Blob([contentOf(name) as Uint8Array<ArrayBuffer>]));
  return [bitmap.width, bitmap.height];
}

test("leaves every file of a run with images", () => {
  expect(result.failure).toBeUndefined();
  expect(result.files.map(({ name }) => name)).toEqual(expect.arrayContaining(fileNames));
});

test("draws pictures that a browser opens, three pixels for each of an image", async () => {
  const row = (count: number, gap = 1) => count * (3 * 28 + gap) - gap;
  expect(await sizeOf("samples.png")).toEqual([row(8), row(8)]);
  expect(await sizeOf("film_strip.png")).toEqual([row(10), row(4)]);
  expect(await sizeOf("interpolation.png")).toEqual([row(9), row(5)]);
  expect(await sizeOf("nearest.png")).toEqual([4 * (6 * 28 + 6) - 6, row(4, 6)]);
});

test("measures samples with intervals, n and seed, and tells of it on the way", () => {
  const { images } = result.summary;
  expect(images?.step).toBe(4);
  const distance = images?.metrics["Sliced Wasserstein distance"];
  expect(distance?.n).toEqual([500, 500]);
  expect(distance?.seed).toBe(1);
  expect(distance?.value).toBeGreaterThan(0);
  expect(distance?.interval?.high).toBeGreaterThan(distance?.interval?.low as number);
  expect(images?.nearest?.medianDistance).toBeGreaterThan(images?.nearest?.usualDistance as number);
  const states = heard.flatMap((progress) => (progress.phase === "train" ? [progress.state] : []));
  expect(states.at(-1)?.metrics?.[0]?.name).toBe("Sliced Wasserstein distance");
  expect(String(contentOf("metrics.csv"))).toContain("\r\n4,Sliced Wasserstein distance,");
});

test("shows it all in the report", () => {
  const html = String(contentOf("report.html"));
  for (const title of ["The same latent vectors over the training", "Between latent vectors", "NDB / K"]) {
    expect(html.includes(`<title>${title}</title>`), title).toBe(true);
  }
  expect(html.match(/ (?:d|x|y|width|height)="[^"]*NaN/g)).toBeNull();
});
