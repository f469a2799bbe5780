/** Training does not depend on how its kernels are made: fused or not, whatever form products have. */
import { afterAll, expect, inject, test } from "vitest";
import { data, Engine, type EngineOptions, gan, nn } from "../../../src/index.ts";
import { series } from "../../../src/probes/telemetry.ts";

const engines: Engine[] = [];
afterAll(() => {
  for (const engine of engines) engine.destroy();
});

/** Losses of both players over 200 steps on the ring. */
async function losses(options: EngineOptions, config: Partial<gan.TrainerConfig> = {}, form = ""): Promise<number[][]> {
  const engine = await Engine.create({ selfTest: false, onWarning: () => undefined, ...options });
  engines.push(engine);
  const trainer = await gan.Trainer.create(engine, {
    generator: nn.mlp([2, 64, 64, 2]),
    discriminator: nn.mlp([2, 64, 64, 1], { activation: "leakyRelu" }),
    data: data.gaussianRing(),
    batchSize: 128,
    probes: { every: 0 },
    submitMilliseconds: 100,
    ...config,
  });
  // A form that is not among a product's candidates would leave the best guess, and compare it with itself.
  expect(trainer.explain()).toContain(form && `  ${form}  `);
  const found: number[][] = [];
  for await (const { telemetry } of trainer.train({ steps: 200, reportEvery: 200 })) {
    found.push(series(telemetry, "loss/discriminator"), series(telemetry, "loss/generator"));
  }
  trainer.dispose();
  return found;
}

/** The largest difference of two losses at a step, relative to the larger of the loss and 0.1. */
function largestDifference(a: readonly number[][], b: readonly number[][]): number {
  return Math.max(
    ...a.flatMap((values, k) => values.map((x, i) => Math.abs(x - b[k]![i]!) / Math.max(0.1, Math.abs(x)))),
  );
}

const usual = losses({});

test("the losses of 200 steps are there", async () => {
  for (const values of await usual) {
    expect(values).toHaveLength(200);
    expect(values.every(Number.isFinite)).toBe(true);
  }
});

test("fused and unfused plans agree", async () => {
  expect(largestDifference(await usual, await losses({}, { fuse: false }))).toBeLessThan(0.02);
});

const forms = inject("isThorough") ? ["4x4", "quad 16x8", "16x8"] : ["quad 16x8"];
test.each(forms)("products of the form %s agree with those of the best guess", async (form) => {
  expect(largestDifference(await usual, await losses({ formChoices: { "*": form } }, {}, form))).toBeLessThan(0.02);
});
