/** The run of the README's first page, to its end: 10,000 steps on the ring, in which nothing leaks. */
import { expect, test } from "vitest";
import { r1 } from "../../../src/gan/penalties/shorthands.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { expectSteadyState } from "../../gpu/engine/steady_state.ts";
import { createEngine, withTrainer } from "../../gpu/fixtures.ts";

test("10,000 steps of the ring", async () => {
  const engine = await createEngine();
  const game = {
    generator: mlp([2, 64, 64, 2], { activation: "relu" }),
    discriminator: mlp([2, 64, 64, 1], { activation: "leakyRelu" }),
    penalties: [r1()],
    batchSize: 128,
  };
  await withTrainer(engine, game, async (trainer) => {
    const reports = await expectSteadyState(engine, trainer, { steps: 10_000, reportEvery: 100, samples: 256 });
    expect(reports).toBe(100);
    expect(trainer.step).toBe(10_000);
    const { generator, discriminator } = await trainer.parameters();
    expect([...generator, ...discriminator].every(Number.isFinite)).toBe(true);
  });
  engine.destroy();
});
