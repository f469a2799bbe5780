/** After the first reports, training only replays: nothing is made, nothing grows, no step waits for a read. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";
import { expectSteadyState } from "./steady_state.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

test("300 steps with every probe, samples and modes in each report", async () => {
  await withTrainer(engine, {}, async (trainer) => {
    const reports = await expectSteadyState(engine, trainer, { steps: 300, reportEvery: 20, samples: 64 });
    expect(reports).toBe(15);
  });
});

test("reports that are longer than the ring", async () => {
  await withTrainer(engine, { batchSize: 8, probes: { every: 100 } }, async (trainer) => {
    const options = { steps: 1200, reportEvery: 1200 };
    expect(await expectSteadyState(engine, trainer, options)).toBe(1);
    expect(await expectSteadyState(engine, trainer, options, engine.stats())).toBe(1);
  });
});

test("a second call of train, and moved controls, make nothing", async () => {
  await withTrainer(engine, {}, async (trainer) => {
    const options = { steps: 60, reportEvery: 20, samples: 64 };
    await expectSteadyState(engine, trainer, options);
    const before = engine.stats();
    trainer.controls.set("discriminatorLearningRate", 5e-4);
    await expectSteadyState(engine, trainer, options, before);
  });
});

test("the buffers for two overlapping reads of a report are there after one", async () => {
  const fresh = await createEngine();
  await withTrainer(fresh, {}, async (trainer) => {
    const [report] = await reportsOf(trainer, { steps: 20, reportEvery: 20 });
    const { rows } = report!.telemetry;
    const state = fresh.state("as large as the report", [rows.length * rows[0]!.values.length]);
    const before = fresh.stats();
    await Promise.all([fresh.download([state]), fresh.download([state])]);
    expect(fresh.stats().buffersCreated).toBe(before.buffersCreated);
  });
  fresh.destroy();
});
