/** Arjovsky and Bottou's two Gaussians on the GPU, against closed forms and float64. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { type GaussianDivergences, gaussianDivergences } from "../../../src/metrics/gaussian_divergences.ts";
import { sigmoid, softplus } from "../../reference/losses/closed_forms_kit.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const distances = [0.5, 0.75, 1, 1.45, 2, 3, 5, 8, 10, 12.5, 15, 20, 23.7, 26, 30, 32];

/** E_g f(a(x)) in float64, over x as it stands. */
function meanOfGenerated(mu: number, f: (a: number) => number): number {
  const [from, to, step] = [-12, mu + 12, 1 / 256];
  let total = 0;
  for (let x = from; x <= to; x += step) {
    total += Math.exp(-((x - mu) ** 2) / 2) * f((mu * mu) / 2 - mu * x);
  }
  return (total * step) / Math.sqrt(2 * Math.PI);
}

function inFloat64(mu: number): GaussianDivergences {
  const gap = meanOfGenerated(mu, softplus);
  return {
    kl: (mu * mu) / 2,
    reverseKl: (mu * mu) / 2,
    jensenShannon: Math.LN2 - gap,
    log10JensenShannonGap: Math.log10(gap),
    wasserstein1: mu,
    log10Saturating: Math.log10(mu * meanOfGenerated(mu, sigmoid)),
    nonSaturating: mu * meanOfGenerated(mu, (a) => sigmoid(-a)),
  };
}

describe("two normal distributions mu apart", () => {
  test.each(distances)("mu = %d: everything to 1e-5", async (mu) => {
    const computed = await gaussianDivergences(engine, mu);
    const wanted = inFloat64(mu);
    const worst = Object.entries(wanted).map(([name, value]) => {
      const actual = computed[name as keyof GaussianDivergences];
      return { name, actual, value, error: Math.abs(actual / value - 1) };
    });
    for (const { name, actual, value, error } of worst) {
      expect(error, `${name} is ${actual}, not ${value}`).toBeLessThan(1e-5);
    }
  });

  test("all distances share their kernels", async () => {
    await gaussianDivergences(engine, 4);
    const { pipelinesCreated } = engine.stats();
    await gaussianDivergences(engine, 6);
    expect(engine.stats().pipelinesCreated).toBe(pipelinesCreated);
  });

  // From independent quadrature: JS in nats, the saturating and the non-saturating gradient.
  test.each([
    [1, 0.111421, 0.398, 0.602],
    [2, 0.336831, 0.4496, 1.55],
    [3, 0.526777, 0.2959, 2.704],
    [5, 0.675943, 4.74e-2, 4.953],
    [8, 0.693054, 3.93e-4, 8],
    [10, 0.693146, 4.46e-6, 10],
    [15, Math.LN2, 7.5e-13, 15],
    [20, Math.LN2, 2.4e-22, 20],
    [30, Math.LN2, 1.7e-49, 30],
  ])("the known table at mu = %d", async (mu, jensenShannon, saturating, nonSaturating) => {
    const computed = await gaussianDivergences(engine, mu);
    expect(Math.abs(computed.jensenShannon / jensenShannon - 1)).toBeLessThan(1e-5);
    expect(Math.abs(10 ** computed.log10Saturating / saturating - 1)).toBeLessThan(0.03);
    expect(computed.nonSaturating).toBeCloseTo(nonSaturating, 3);
  });

  test("the slope of the divergence is half of the saturating gradient, down to 1e-37", async () => {
    for (const mu of [2, 8, 26]) {
      const [below, at, above] = await Promise.all(
        [mu - 0.125, mu, mu + 0.125].map((m) => gaussianDivergences(engine, m)),
      );
      // d log gap / d mu = -(sat / 2) / gap; over a step of 1/8 the curvature is a third of a percent.
      const slope = ((above!.log10JensenShannonGap - below!.log10JensenShannonGap) / 0.25) * Math.LN10;
      const expected = -(10 ** (at!.log10Saturating - at!.log10JensenShannonGap)) / 2;
      expect(Math.abs(slope / expected - 1)).toBeLessThan(0.005);
    }
  });

  test.each([0, -1, 33, Number.NaN])("mu = %d is refused", async (mu) => {
    await expect(gaussianDivergences(engine, mu)).rejects.toThrow(OptionError);
    await expect(gaussianDivergences(engine, mu)).rejects.toThrow(`mu is ${mu}; give a distance above 0`);
  });
});
