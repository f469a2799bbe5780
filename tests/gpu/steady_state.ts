import { expect } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { Trainer, TrainOptions } from "../../src/gan/trainer.ts";
import type { EngineStats } from "../../src/gpu/stats.ts";

/** Reports by which every staging buffer has been used once. */
const warmUp = 3;

/** Trains, and expects that nothing is created from the third report on. Returns how many reports there were. */
export async function expectSteadyState(engine: Engine, trainer: Trainer, options: TrainOptions): Promise<number> {
  let reports = 0;
  let steady: EngineStats | undefined;
  for await (const { step } of trainer.train(options)) {
    const stats = engine.stats();
    if (++reports === warmUp) steady = stats;
    if (!steady) continue;
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
  if (steady) {
    expect(after.dispatches).toBeGreaterThan(steady.dispatches);
    expect(after.readbacks).toBeGreaterThan(steady.readbacks);
  }
  return reports;
}
