/** After the first reports, training only replays: nothing is made, nothing grows, no step waits for a read. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { createEngine, withTrainer } from "./fixtures.ts";
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

test("2,000 steps in one report, which is longer than the ring", async () => {
  await withTrainer(engine, { batchSize: 8, probes: { every: 100 } }, async (trainer) => {
    expect(await expectSteadyState(engine, trainer, { steps: 200, reportEvery: 20 })).toBe(10);
    expect(await expectSteadyState(engine, trainer, { steps: 2000, reportEvery: 2000 })).toBe(2);
  });
});

test("a second call of train, and moved controls, make nothing either", async () => {
  await withTrainer(engine, {}, async (trainer) => {
    await expectSteadyState(engine, trainer, { steps: 100, reportEvery: 20, samples: 64 });
    const before = engine.stats();
    trainer.controls.set("discriminatorLearningRate", 5e-4);
    await expectSteadyState(engine, trainer, { steps: 120, reportEvery: 20, samples: 64 });
    const after = engine.stats();
    expect(after.buffersCreated).toBe(before.buffersCreated);
    expect(after.pipelinesCreated).toBe(before.pipelinesCreated);
    expect(after.bindGroupsCreated).toBe(before.bindGroupsCreated);
  });
});
