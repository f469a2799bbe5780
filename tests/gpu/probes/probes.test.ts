/** Probes against their definitions in float64, and what they find in runs that are known to fail. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TappedSite } from "../../../src/autodiff/gradients.ts";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { sampler } from "../../../src/data/sampler.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { balance } from "../../../src/probes/balance.ts";
import { exponentBins, gradientFlow } from "../../../src/probes/gradient_flow.ts";
import { lossGain } from "../../../src/probes/loss_gain.ts";
import { countNonFinite, type ProbeValues, quantiles, rootMeanSquare } from "../../../src/probes/probe_values.ts";
import { recordSites } from "../../../src/probes/record_sites.ts";
import { activationSaturation } from "../../../src/probes/saturation.ts";
import { defineSiteProbe } from "../../../src/probes/site_probe.ts";
import { TelemetryLayout } from "../../../src/probes/telemetry.ts";
import { updateRatios } from "../../../src/probes/update_ratio.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { createRng } from "../../reference/rng.ts";
import { createEngine, findingOf, reportsOf, vanishingRun, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

/** All values of a probe, evaluated at once. */
async function valuesOf(probe: ProbeValues): Promise<Record<string, number[]>> {
  const names = Object.keys(probe);
  const values = await engine.evaluate(names.map((name) => probe[name]!.node));
  return Object.fromEntries(names.map((name, i) => [name, [...values[i]!]]));
}

/** A tensor of any bits: `engine.tensor` refuses NaN and infinity. */
function unchecked(values: readonly number[]): Tensor {
  const state = engine.state("values", [values.length]);
  state.write(Float32Array.from(values));
  return engine.read(state);
}

const rng = createRng("probes");
const draw = (length: number, low: number, high: number) =>
  Array.from({ length }, () => Math.fround(rng.between(low, high)));
const rms = (values: readonly number[]) => Math.sqrt(values.reduce((total, x) => total + x * x, 0) / values.length);
const closeTo = (value: number, relative = 1e-5) =>
  expect.toSatisfy((x: number) => Math.abs(x - value) <= relative * Math.abs(value), `${value}`);

describe("gradient flow", () => {
  test("is RMS, largest magnitude, share of zeros, and a histogram of exponents", async () => {
    const values = [...draw(700, -2, 2), ...new Array(300).fill(0)];
    const flow = await valuesOf(gradientFlow(engine.tensor(values, [1000])));
    expect(flow).toMatchObject({
      rms: [closeTo(rms(values))],
      max: [Math.max(...values.map(Math.abs))],
      zeros: [closeTo(0.3)],
      nonFinite: [0],
    });
  });

  test("counts each magnitude in the bin of its exponent: bin b begins at 2^(8b - 127)", async () => {
    // Just at, and just below, the beginning of every bin.
    for (let bin = 1; bin < exponentBins; bin++) {
      const start = 2 ** (8 * bin - 127);
      const { exponents } = await valuesOf(gradientFlow(engine.tensor([start, -start * 1.9, start * 2 ** 6], [3])));
      const expected = new Array(exponentBins).fill(0);
      expected[bin] = 3;
      expect(exponents, `bin ${bin}`).toEqual(expected);
    }
    const { exponents } = await valuesOf(gradientFlow(engine.tensor([0, 2 ** -126, 2 ** -119])));
    expect(exponents!.slice(0, 2)).toEqual([2, 1]);
  });

  test.each([1e-30, 1e-36, 1e-12, 1e-10, 1, 1e15])("keeps the RMS of gradients of %f", async (scale) => {
    const values = draw(500, -1, 1).map((x) => Math.fround(x * scale));
    const flow = await valuesOf(gradientFlow(engine.tensor(values, [500])));
    expect(flow["rms"]).toEqual([closeTo(rms(values), 1e-4)]);
    expect(flow["rms"]![0]).toBeGreaterThan(0);
  });

  test("counts NaN and both infinities by their bits", async () => {
    const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const flow = await valuesOf(gradientFlow(unchecked([1, ...bad, 0, 3.4e38, Number.NaN, -1e-38])));
    expect(flow["nonFinite"]).toEqual([4]);
    // The last bin holds them, among magnitudes from 2^121 on.
    expect(flow["exponents"]![exponentBins - 1]).toBe(5);
    expect(await countNonFinite(unchecked([1, 2, 3])).item()).toBe(0);
    expect(await countNonFinite(unchecked(new Array(1000).fill(Number.NaN))).item()).toBe(1000);
  });

  test("of nothing but zeros is zero", async () => {
    const flow = await valuesOf(gradientFlow(engine.tensor(new Array(9).fill(0), [9])));
    expect(flow).toMatchObject({ rms: [0], max: [0], zeros: [1], nonFinite: [0] });
    expect(flow["exponents"]![0]).toBe(9);
  });
});

describe("quantiles", () => {
  const ranked = (values: readonly number[], fraction: number) =>
    [...values].sort((a, b) => a - b)[Math.round(fraction * (values.length - 1))];

  test.each([1, 2, 7, 128, 256])("of %d elements are the elements of those ranks", async (length) => {
    const values = draw(length, -5, 5);
    const fractions = [0, 0.1, 0.5, 0.9, 1];
    const result = await quantiles(engine.tensor(values, [length]), fractions).data();
    expect([...result]).toEqual(fractions.map((fraction) => ranked(values, fraction)));
  });

  test("of ties are right", async () => {
    const values = [2, 1, 2, 2, 1, 3, 2, 2];
    expect([...(await quantiles(engine.tensor(values), [0, 0.25, 0.5, 1]).data())]).toEqual([1, 2, 2, 3]);
  });

  test("of values among which one is NaN are NaN", async () => {
    const found = await quantiles(unchecked([3, Number.NaN, 1, 2]), [0, 0.5, 1]).data();
    expect([...found]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("of more than 256 elements are those of the first 256", async () => {
    const values = draw(300, 0, 1);
    expect(await quantiles(engine.tensor(values, [300]), [0.5]).item()).toBe(ranked(values.slice(0, 256), 0.5));
  });
});

test("the loss gain, its spread, its share below a thousandth, and the other form's", async () => {
  const logs = draw(200, -12, 0);
  const others = draw(200, -1, 0);
  const gain = await valuesOf(lossGain(engine.tensor(logs, [200, 1]), engine.tensor(others, [200, 1])));
  const sorted = [...logs].sort((a, b) => a - b).map((x) => x * Math.LOG10E);
  const rank = (fraction: number) => sorted[Math.round(fraction * 199)]!;
  expect(gain).toEqual({
    p10Log10: [closeTo(rank(0.1))],
    medianLog10: [closeTo(rank(0.5))],
    p90Log10: [closeTo(rank(0.9))],
    mean: [closeTo(logs.reduce((total, x) => total + Math.exp(x), 0) / 200)],
    below: [closeTo(logs.filter((x) => x * Math.LOG10E < -3).length / 200)],
    otherMedianLog10: [closeTo([...others].sort((a, b) => a - b)[Math.round(99.5)]! * Math.LOG10E)],
  });
});

test("the loss gain stays a number where the gain itself underflows", async () => {
  const gain = await valuesOf(lossGain(engine.tensor([-1e4, -5e3, -2e3]), engine.tensor([0, 0, 0])));
  expect(gain["medianLog10"]).toEqual([closeTo(-5e3 * Math.LOG10E)]);
  expect(gain["mean"]).toEqual([0]);
  expect(gain["below"]).toEqual([1]);
});

test("saturation: the share of flat slopes, and of units that are flat in the whole batch", async () => {
  const slopes = [
    [0.5, 0.001, 0, 1],
    [0.009, -0.002, 0, -0.011],
    [0.011, 0.0099, 0.02, 0],
  ];
  expect(await valuesOf(activationSaturation(engine.tensor(slopes)))).toEqual({
    saturated: [closeTo(7 / 12)],
    dead: [closeTo(1 / 4)],
  });
});

test("balance: accuracies and mean logits of both sides", async () => {
  const [real, fake] = [engine.tensor([[1], [-2], [0], [3]]), engine.tensor([[-1], [-5], [0], [-0.5]])];
  expect(await valuesOf(balance(real, fake))).toEqual({
    accuracyReal: [0.5],
    accuracyFake: [0.75],
    logitReal: [0.5],
    logitFake: [-1.625],
    ranked: [0.78125],
  });
});

test("update ratios: RMS of the change over RMS of the value, by name; 0 for a parameter of zeros", async () => {
  const [change, value] = [draw(37, -1e-3, 1e-3), draw(37, -1, 1)];
  value.fill(0, 30);
  const ranges = [
    { name: "a", offset: 0, size: 20 },
    { name: "b", offset: 20, size: 10 },
    { name: "c", offset: 30, size: 7 },
  ];
  const ratios = await valuesOf(updateRatios(engine.tensor(change), engine.tensor(value), ranges));
  expect(ratios).toEqual({
    a: [closeTo(rms(change.slice(0, 20)) / rms(value.slice(0, 20)))],
    b: [closeTo(rms(change.slice(20, 30)) / rms(value.slice(20, 30)))],
    c: [0],
  });
});

test("rootMeanSquare changes its scale without a step", async () => {
  for (const exponent of [-11, -10.5, -10, -9.5, -9]) {
    const values = [1, -2, 3].map((x) => Math.fround(x * 10 ** exponent));
    expect(await rootMeanSquare(engine.tensor(values)).item()).toEqual(closeTo(rms(values), 1e-4));
  }
});

test("a probe of one's own measures at every site of a backward pass, of the loss and not of the scaled one", async () => {
  const own = defineSiteProbe({
    name: "extent",
    columns: { value: 1, cotangent: 1, slope: 1 },
    measure: ({ value, cotangent, slope }) =>
      slope && { value: value.max(), cotangent: cotangent.max(), slope: slope.max() },
  });
  const x = engine.tensor([1, -3, 2]);
  const sites: TappedSite[] = [];
  // d/dx of 8 sum(relu(x)^2), the loss scaled by 8.
  const lossOf = (at: Tensor) => at.relu().site("here", at.greater(0).cast("f32")).square().sum().mul(8);
  await grad(lossOf, { tap: (site) => sites.push(site) })(x).data();
  const layout = new TelemetryLayout();
  const pass = { engine, player: "generator", sites, unscaled: (gradient: Tensor) => gradient.div(8), isExact: true };
  recordSites(layout, pass, [own]);
  const { columns } = layout;
  const values = await engine.evaluate(layout.take().map(({ value }) => value.node));
  const measured = Object.fromEntries(columns.map(({ name }, i) => [name, values[i]?.[0]]));
  expect(measured).toMatchObject({
    "extent/here/value": 2,
    "extent/here/cotangent": 4,
    "extent/here/slope": 1,
    "gradient/here/max": 4,
    "saturation/here/saturated": closeTo(1 / 3),
    "nonFinite/here/value": 0,
  });
});

test("20 discriminator steps a step let the gradient vanish with minimax, and not with the non-saturating loss", async () => {
  const { finding, steps } = await vanishingRun(engine, "minimax");
  expect(finding).toMatchObject({ site: "discriminator/logit" });
  expect(finding!.message).toContain("Vanishing generator gradient at discriminator/logit since step");
  expect(finding!.evidence["decadesLost"]).toBeGreaterThanOrEqual(3);
  const other = await vanishingRun(engine, "non-saturating", steps);
  expect(other.finding).toBeUndefined();
  expect(other.steps).toBe(steps);
  expect(Math.min(...other.medians)).toBeGreaterThan(-1);
});

test("a discriminator with a huge rate is found to be overpowering", async () => {
  const config = {
    discriminator: mlp([2, 32, 32, 1], { activation: "leakyRelu" }),
    data: gaussianRing({ radius: 10 }),
    optimizer: {
      generator: { type: "adam", lr: 1e-5 },
      discriminator: { type: "adam", lr: 2e-2 },
    },
    probes: { every: 0 },
  } as const;
  const reports = await withTrainer(engine, config, (trainer) => reportsOf(trainer, { steps: 200, reportEvery: 50 }));
  const finding = findingOf(reports, "overpowering-discriminator");
  expect(finding).toMatchObject({ site: "discriminator/logit", severity: "warning" });
  expect(finding!.evidence["accuracyReal"]).toBeGreaterThan(0.99);
  expect(finding!.evidence["accuracyFake"]).toBeGreaterThan(0.99);
  // The same game with a usual rate is none.
  const usual = { ...config, optimizer: { type: "adam", lr: 1e-4 } } as const;
  const others = await withTrainer(engine, usual, (trainer) => reportsOf(trainer, { steps: 200, reportEvery: 50 }));
  expect(findingOf(others, "overpowering-discriminator")).toBeUndefined();
});

test("a NaN in the data is found at data/real, in the step in which it came", async () => {
  const from = 37;
  const ring = gaussianRing().prepare(engine);
  const data = sampler({
    name: "broken",
    sampleShape: [2],
    sample: (random, size) => {
      // 0 / 0 from one step on.
      const isGood = random.count.cast("f32").less(from).cast("f32");
      return ring.batch(random, size).samples.mul(isGood.div(isGood));
    },
  });
  const reports = await withTrainer(engine, { data }, (trainer) => reportsOf(trainer, { steps: 50, reportEvery: 10 }));
  for (const { step, findings } of reports) {
    const finding = findings.find(({ ailment }) => ailment === "non-finite-values");
    if (step <= from) expect(finding).toBeUndefined();
    else {
      expect(finding).toMatchObject({ site: "data/real", sinceStep: from, severity: "serious" });
      expect(finding!.evidence).toEqual({ site: "data/real", what: "value", count: 64, step: from });
      expect(finding!.message).toContain(`first at data/real in step ${from}`);
    }
  }
  // What it does to the run shows too, and spoils nothing that the run has learnt.
  expect(reports.at(-1)!.losses).toEqual({ discriminator: Number.NaN, generator: expect.any(Number) });
  expect(reports.at(-1)!.losses.generator).not.toBeNaN();
  ring.dispose();
});
