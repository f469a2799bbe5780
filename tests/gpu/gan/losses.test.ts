/** Every loss in f32 against its closed form, far into both tails. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { imle } from "../../../src/gan/losses/imle.ts";
import { createLoss, type LossName, losses } from "../../../src/gan/losses/registry.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { carryInHand } from "../../reference/carry_in_hand.ts";
import { logitBatches } from "../../reference/losses/closed_forms_kit.ts";
import { lossFormulas, lossGraphs, mismatches, tolerance } from "../../reference/losses/loss_graphs.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const column = (values: readonly number[]) => engine.tensor([...values], [values.length, 1]);

describe.each(Object.keys(losses) as LossName[])("%s", (name) => {
  test.each(logitBatches)("its sides, slopes and gain are the closed form's on logits $name", async (batch) => {
    const graphs = Object.entries(lossGraphs(name, column(batch.real), column(batch.fake)));
    const formulas = lossFormulas(name, batch);
    const precision = { relative: tolerance(name, batch, 2 ** -23), round: Math.fround, smallestNormal: 2 ** -126 };
    const computed = await engine.evaluate(graphs.map(([, { node }]) => node));
    graphs.forEach(([what], i) => {
      expect(mismatches(computed[i]!, formulas[what] ?? [], precision), what).toEqual([]);
    });
  });
});

test("all batches of a size share the kernels of a loss", async () => {
  const { pipelinesCreated } = engine.stats();
  for (const { real, fake } of logitBatches) await createLoss("minimax").generator(column(fake), column(real)).item();
  expect(engine.stats().pipelinesCreated - pipelinesCreated).toBeLessThan(4);
});

test("the non-saturating loss keeps its slope of -1 far below zero", async () => {
  // With a small number inside of the logarithm (1e-8) it would be -0.5 at -18.4 and -1e-5 at -30.
  const rejected = [-18.4, -20, -30, -40, -87, -104, -1e4];
  const slopes = await grad((x: Tensor) => createLoss("non-saturating").generator(x))(column(rejected)).data();
  for (const slope of slopes) expect(slope * rejected.length).toBeCloseTo(-1, 6);
});

test("the softmax losses keep their digits far from zero", async () => {
  const [real, fake] = [column([1e7, 1e7 + 1]), column([1e7 + 1, 1e7])];
  const { discriminator, generator } = createLoss("softmax");
  const uniform = -(Math.log(1 / (2 + 2 * Math.E)) + Math.log(Math.E / (2 + 2 * Math.E))) / 2;
  expect(await discriminator(real, fake).item()).toBeCloseTo(uniform, 5);
  expect(await generator(fake, real).item()).toBeCloseTo(uniform, 5);
  const contrast = createLoss("dual-contrastive");
  expect(await contrast.discriminator(column([1e7 + 1]), column([1e7])).item()).toBeCloseTo(
    2 * Math.log1p(Math.exp(-1)),
    5,
  );
});

test.each(["softmax", "dual-contrastive", "relativistic", "relativistic-average"] as const)(
  "%s is about differences of logits, which it keeps far from zero, and so do its slopes and its gain",
  async (name) => {
    const { discriminator, generator, logGain } = createLoss(name);
    const measures = (offset: number) => {
      const [real, fake] = [
        [0, 3, -2, 1],
        [2, -1, 4, -3],
      ].map((logits) => column(logits.map((a) => a + offset))) as [Tensor, Tensor];
      const slopes = [grad((x: Tensor) => discriminator(real, x))(fake), grad((x: Tensor) => generator(x, real))(fake)];
      return [discriminator(real, fake), generator(fake, real), ...slopes, logGain(fake, real)];
    };
    // Whole numbers, which f32 holds exactly at both places.
    const [near, far] = await Promise.all(
      [0, 2 ** 22].map((offset) => engine.evaluate(measures(offset).map(({ node }) => node))),
    );
    near?.forEach((values, i) => {
      values.forEach((value, k) => {
        expect(far?.[i]?.[k], `measure ${i}, element ${k}`).toBeCloseTo(value, 5);
      });
    });
  },
);

// IMLE judges samples, not logits.
const lossesOfLogits = (Object.keys(losses) as LossName[]).filter((name) => name !== "imle");

test.each(lossesOfLogits)("%s of logits that are all NaN is NaN", async (name) => {
  const lost = new Tensor(data(new Float32Array(4).fill(Number.NaN), [4, 1], "f32"));
  const loss = createLoss(name);
  const carry = carryInHand(() => Tensor.scalar(0.5));
  const sides = [loss.discriminator(lost, lost, carry), loss.generator(lost, lost)];
  for (const [value] of await engine.evaluate(sides.map(({ node }) => node))) expect(value).toBeNaN();
});

test("imle's distances keep their digits where the samples are far from the origin", async () => {
  const ofSamples = createLoss(imle).ofSamples!;
  const real = engine.tensor([1000, 1000, 1010, 1000], [2, 2]);
  const fake = engine.tensor([1000.0625, 1000, 1010, 1000.125, 0, 0], [3, 2]);
  const [value, pull] = await engine.evaluate([
    ofSamples(fake, real).node,
    grad((x: Tensor) => ofSamples(x, real))(fake).node,
  ]);
  expect(value?.[0]).toBeCloseTo((0.0625 ** 2 + 0.125 ** 2) / 2, 9);
  expect([...(pull ?? [])]).toEqual([0.0625, 0, 0, 0.125, 0, 0]);
});
