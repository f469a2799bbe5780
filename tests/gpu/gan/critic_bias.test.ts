/** A critic's last bias moves no score's difference: its gradient is zero, and must be so to the bit, or Adam makes steps of it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

test.each([32, 100, 250])("a batch of %i leaves the last bias of a Wasserstein critic alone", async (batchSize) => {
  const config = {
    loss: "wasserstein",
    penalties: [{ type: "wganGp", weight: 10 }],
    batchSize,
    discriminatorSteps: 2,
    optimizer: { type: "adam", lr: 1e-3, betas: [0.5, 0.9] },
  } as const;
  await withTrainer(engine, config, async (trainer) => {
    await reportsOf(trainer, { steps: 20, reportEvery: 20 });
    const { discriminator = [] } = await trainer.parameters();
    expect(discriminator.at(-1)).toBe(0);
    expect(discriminator.some((value) => value !== 0)).toBe(true);
  });
});
