import { expect } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import type { TrainOptions } from "../../../src/gan/run/report.ts";
import type { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { EngineStats } from "../../../src/gpu/stats.ts";

/**
 * Trains, and expects that nothing is created from the first report on: what a run needs, it has before its first steps.
 * After `since`, of a trainer that has run like this before, nothing may be created at all. Returns how many reports
 * there were.
 */
export async function expectSteadyState(
  engine: Engine,
  trainer: Trainer,
  options: TrainOptions,
  since?: EngineStats,
): Promise<number> {
  const before = engine.stats();
  let steady = since;
  let reports = 0;
  for await (const { step } of trainer.train(options)) {
    const stats = engine.stats();
    reports++;
    steady ??= stats;
    for (const name of [
      "buffersCreated",
      "pipelinesCreated",
      "bindGroupsCreated",
      "liveBuffers",
      "liveBytes",
    ] as const) {
      expect(stats[name], `${name} at step ${step}`).toBe(steady[name]);
    }
    expect(stats.stepsBlockedByReadback, `steps that waited for a read, at step ${step}`).toBe(0);
  }
  const after = engine.stats();
  // The work was done on the GPU, and what was measured was read.
  expect(after.dispatches - before.dispatches).toBeGreaterThan(15 * options.steps);
  expect(after.readbacks - before.readbacks).toBeGreaterThanOrEqual(reports);
  return reports;
}
