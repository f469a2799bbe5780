/** Every loss in f32 against its closed form, far into both tails. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { type LossName, losses } from "../../src/gan/losses/registry.ts";
import type { Tensor } from "../../src/tensor.ts";
import { grad } from "../../src/transforms.ts";
import { closedForms, logits } from "../unit/gan/closed_forms.ts";
import { createEngine } from "./fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const n = logits.length;
/** What f32 can't hold, a GPU may flush to zero. */
const smallestNormal = 1.1754943508222875e-38;

/** Relative to the closed form; a value that it has as a normal f32 is never zero. */
function expectClose(actual: ArrayLike<number>, expected: readonly number[], scale = 1, relative = 2e-6) {
  expected.forEach((wanted, i) => {
    const value = (actual[i] as number) * scale;
    const message = `at logit ${logits[i]}: ${value}, not ${wanted}`;
    expect(Math.abs(value - wanted), message).toBeLessThanOrEqual(relative * Math.abs(wanted) + scale * smallestNormal);
    if (Math.abs(wanted) > 2 * scale * smallestNormal) expect(value, message).not.toBe(0);
  });
}

describe.each(Object.keys(losses) as LossName[])("%s", (name) => {
  const loss = losses[name];
  const closed = closedForms[name];

  test("its derivatives with respect to the logits", async () => {
    const a = engine.tensor(logits as number[], [n, 1]);
    const fixed = engine.tensor([0.25], [1, 1]);
    const slopes = [
      grad((x: Tensor) => loss.generator(x))(a),
      grad((x: Tensor) => loss.discriminator(x, fixed))(a),
      grad((x: Tensor) => loss.discriminator(fixed, x))(a),
    ];
    const [generator, real, fake] = await engine.evaluate(slopes.map(({ node }) => node));
    expectClose(generator!, logits.map(closed.generatorSlope), n);
    expectClose(real!, logits.map(closed.realSlope), n);
    expectClose(fake!, logits.map(closed.fakeSlope), n);
  });

  test("its value for a single sample of every logit, alone and inside of a batch", async () => {
    const zero = engine.tensor([0], [1, 1]);
    const atZero = closed.real(0);
    const { pipelinesCreated } = engine.stats();
    const values: number[] = [];
    const discriminator: number[] = [];
    for (const logit of logits) {
      const a = engine.tensor([logit], [1, 1]);
      const [g, d] = await engine.evaluate([loss.generator(a).node, loss.discriminator(zero, a).node]);
      values.push(g![0] as number);
      discriminator.push(d![0] as number);
    }
    // One structure of graph: its kernels were made once.
    expect(engine.stats().pipelinesCreated - pipelinesCreated).toBeLessThan(8);
    expectClose(values, logits.map(closed.generator));
    expectClose(
      discriminator,
      logits.map((a) => atZero + closed.fake(a)),
    );
    const mean = await loss.generator(engine.tensor(logits as number[], [n, 1])).item();
    const expected = logits.reduce((total, a) => total + closed.generator(a), 0) / n;
    const magnitude = logits.reduce((total, a) => total + Math.abs(closed.generator(a)), 0) / n;
    expect(Math.abs(mean - expected)).toBeLessThan(1e-6 * magnitude);
  });

  test("logGain is the logarithm of the generator's derivative, also where f32 has none", async () => {
    const gains = await loss.logGain(engine.tensor(logits as number[], [n, 1])).data();
    expectClose(gains, logits.map(closed.logGain));
  });
});

test("the non-saturating loss keeps its slope of -1 far below zero", async () => {
  // With a small number inside of the logarithm (1e-8) it would be -0.5 at -18.4 and -1e-5 at -30.
  const rejected = [-18.4, -20, -30, -40, -87, -104, -1e4];
  const a = engine.tensor(rejected, [rejected.length, 1]);
  const slopes = await grad((x: Tensor) => losses["non-saturating"].generator(x))(a).data();
  for (const slope of slopes) expect(slope * rejected.length).toBeCloseTo(-1, 6);
});
