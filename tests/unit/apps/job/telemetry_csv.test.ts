/** The table of a run that `npx saddlepoint diagnose` and other programs read. */
import { expect, test } from "vitest";
import { telemetryOfCsv } from "../../../../apps/job/diagnosis/telemetry_of_csv.ts";
import { resolveJob } from "../../../../apps/job/job_config.ts";
import { JobLog } from "../../../../apps/job/job_log.ts";
import { dataSets } from "../../../../apps/job/options/data_sets.ts";
import { fromText, toText } from "../../../../apps/job/wire.ts";
import { report, stats } from "./fixtures.ts";

const source = dataSets.ring.create();
const adapter = { name: "a GPU", vendor: "v", architecture: "a", device: "d", description: "", software: false };
const taken = { step: 3, seconds: 1, stats: stats(), aside: { dispatches: 0, buffersCreated: 0 } };

async function csvOf(...reports: readonly ReturnType<typeof report>[]): Promise<string> {
  const log = new JobLog();
  const job = resolveJob({ data: { kind: "set", name: "ring" }, steps: 5 }, source);
  log.add({ kind: "start", title: "a run", adapter, job, isImages: false, modes: source.modes, stats: stats() });
  for (const each of reports) log.add(fromText(toText({ kind: "report", report: each, taken })) as never);
  const file = (await log.result())?.files.find(({ name }) => name === "telemetry.csv");
  return String(file?.content);
}

test("has all numbers of a run, a line a step, and no histogram", async () => {
  const [before, broken] = [report(0, 3), report(3, 2)];
  broken.telemetry.rows[1]?.values.set([Math.fround(0.1), Number.NaN], 0);
  const csv = await csvOf(before, broken);
  expect(csv.split("\r\n")).toEqual([
    "step,loss/generator,gradient/generator/output/rms,nonFinite/generator/output/value,update/generator/0/weight,loss/discriminator",
    "0,0,0,0,0.001,0",
    "1,1,,,,2",
    "2,2,0.25,0,0.001,4",
    "3,3,,,,6",
    "4,0.1,NaN,0,0.001,8",
    "",
  ]);
  const { columns, rows } = telemetryOfCsv(csv);
  expect(columns.map(({ name }) => name)).toEqual(csv.split("\r\n")[0]?.split(",").slice(1));
  expect(rows[4]).toEqual({ step: 4, values: Float32Array.of(0.1, Number.NaN, 0, 1e-3, 8) });
});

test("of a run without a step is a header", async () => {
  expect(await csvOf()).toBe("step\r\n");
});
