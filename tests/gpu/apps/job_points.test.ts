/** The main job on points of the user's own, far from the origin and of unlike scales. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobProgress } from "../../../apps/job/job_progress.ts";
import { type JobResult, runJob } from "../../../apps/job/run_job.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const rows = Array.from({ length: 200 }, (_, i) => {
  const angle = 0.1 * i;
  return [5000 + 20 * Math.cos(angle), -0.3 + 0.001 * Math.sin(angle), i % 7, i % 2 ? "odd" : "even"];
});

const csv = (columns: number) =>
  `data:text/csv,${encodeURIComponent(
    ["width,depth,day,kind", ...rows.map((row) => row.join(","))]
      .map((line) =>
        line
          .split(",")
          .filter((_, i) => i < columns || i === 3)
          .join(","),
      )
      .join("\n"),
  )}`;

async function trained(columns: number): Promise<JobResult & { readonly heard: readonly JobProgress[] }> {
  const heard: JobProgress[] = [];
  const data = {
    ...({ kind: "numbers", url: csv(columns), name: "mine.csv", labels: "kind" } as const),
    ...(columns === 1 && { columns: ["width"] }),
  };
  const result = await runJob({ data, conditional: true, steps: 20 }, (progress) => heard.push(progress), { engine });
  return { ...result, heard };
}

const textOf = (result: JobResult, name: string) => String(result.files.find((file) => file.name === name)?.content);

test("samples lie where the points do from the first steps on, and are shown over them", async () => {
  const result = await trained(2);
  expect(result.failure).toBeUndefined();
  expect(result.summary.config.coordinates).toEqual([
    { name: "width", mean: expect.closeTo(5000.94, 2), deviation: expect.closeTo(14.27, 2) },
    { name: "depth", mean: expect.closeTo(-0.3, 3), deviation: expect.closeTo(0.0007, 3) },
  ]);
  const notes = result.heard.flatMap((progress) => (progress.phase === "warning" ? [progress.message] : []));
  expect(notes).toEqual([expect.stringMatching(/^The networks see the coordinates of mine\.csv minus their means/)]);
  const picture = textOf(result, "samples.svg");
  expect(picture).toContain("width (data units)");
  // All generated points would be beyond the view, if they were not scaled back.
  const outside = Number(/([\d,]+) generated [^<]*outside/.exec(picture)?.[1]?.replace(",", "") ?? 0);
  expect(outside).toBeLessThan(2000);
  expect(textOf(result, "report.html")).toContain("Samples by the class that was asked for");
});

test("points of three dimensions and of one train too", async () => {
  const three = await trained(3);
  expect(three.failure).toBeUndefined();
  expect(textOf(three, "report.html")).toContain("The first two of 3 coordinates.");
  const one = await trained(1);
  expect(one.failure).toBeUndefined();
  expect(textOf(one, "samples.svg")).toContain("percent of the samples");
});
