/** A handful of the suite's runs, short: what is recorded is what the trainer saw, and truth sees what they were broken for. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordRun, snapshotCount } from "../../../bench/doctor/record/record_run.ts";
import { decode, encode } from "../../../bench/doctor/record/recording.ts";
import { saddlepoint } from "../../../bench/doctor/score/doctors.ts";
import { table } from "../../../bench/doctor/table/table.ts";
import { sightsOf } from "../../../bench/doctor/truth/sights.ts";
import { stepsOf } from "../../../bench/doctor/truth/verdict.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine } from "../../gpu/fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const rows = ["frozen-player/generator-zero", "dead-layer/negative-weights", "non-finite-values/holes"].map((name) => {
  const row = table.find((row) => row.name === name);
  if (!row) throw new Error(`There is no row ${name}.`);
  return { ...row, steps: 150 };
});

test.each(rows.map((row) => [row.name, row] as const))("%s is found again in its recording", async (_, row) => {
  const recorded = await recordRun(engine, row, 1);
  const recording = decode(encode(recorded));
  expect(recording.rows).toHaveLength(150);
  expect(recording.snapshots).toHaveLength(snapshotCount);
  // Nothing was said live that a replay does not say, or the other way round.
  const again = saddlepoint.look(recording).map(({ ailment, sinceStep }) => ({ ailment, sinceStep }));
  const live = recorded.live.filter(({ ailment }, i, all) => all.findIndex((one) => one.ailment === ailment) === i);
  expect(again.sort((a, b) => a.ailment.localeCompare(b.ailment))).toEqual(
    live.toSorted((a, b) => a.ailment.localeCompare(b.ailment)),
  );
  const [ailment = ""] = row.ailments;
  expect(again.map((one) => one.ailment)).toContain(ailment);
  expect(stepsOf(ailment, sightsOf(recording, row), row, recording).length).toBeGreaterThan(snapshotCount / 2);
});
