/** Telemetry made by hand: that of a run in which all is well, and of runs with each ailment. */
import type { RunFacts } from "../../../src/probes/diagnosis/watched_run.ts";
import type { KnownAilment } from "../../../src/probes/finding.ts";
import type { RunConfiguration } from "../../../src/probes/rules/rule.ts";
import type { TelemetryTable } from "../../../src/probes/telemetry.ts";

/** A number, or one of the step; several side by side. */
type Value = number | ((step: number) => number);
export type Columns = Readonly<Record<string, Value | readonly Value[]>>;

export interface Rows {
  readonly from?: number;
  readonly to: number;
  /** What is measured in some steps only is NaN in the others. */
  readonly every?: number;
}

/** Columns that every row has. */
const isEvery = (name: string) => /^(loss|lossGain|balance)\//.test(name);
const at = (value: Value, step: number) => (typeof value === "number" ? value : value(step));

export function made(columns: Columns, { from = 0, to, every = 1 }: Rows): TelemetryTable {
  const all = Object.entries(columns).map(([name, values]) => [name, [values].flat() as Value[]] as const);
  let width = 0;
  const placed = all.map(([name, values]) => {
    const column = { name, offset: width, size: values.length };
    width += values.length;
    return column;
  });
  const valuesOf = (step: number) =>
    all.flatMap(([name, values]) =>
      values.map((value) => (isEvery(name) || step % every === 0 ? at(value, step) : Number.NaN)),
    );
  return {
    columns: placed,
    rows: Array.from({ length: to - from }, (_, i) => ({
      step: from + i,
      values: Float32Array.from(valuesOf(from + i)),
    })),
  };
}

/** A run in which nothing is wrong, and which is not done either. */
export const healthy: Columns = {
  "loss/discriminator": 1.2,
  "loss/generator": 0.8,
  "lossGain/medianLog10": -0.3,
  "lossGain/otherMedianLog10": -0.3,
  "lossGain/below": 0,
  "lossGain/mean": 0.5,
  "balance/accuracyReal": 0.7,
  "balance/accuracyFake": 0.6,
  "balance/logitReal": 0.4,
  "balance/logitFake": -0.4,
  "balance/ranked": 0.75,
  "samples/deviationReal": 1.4,
  "samples/deviationFake": 1.3,
  "samples/meanGap": 0.1,
  "samples/mean": [0.1, -0.1, 0, 0.05],
  "samples/realToReal": 0.05,
  "samples/realToFake": 0.13,
  "samples/fakeToReal": 0.15,
  "samples/fakeToFake": 0.06,
  "samples/least": -1,
  "samples/greatest": 1,
  "cells/fake": new Array(16).fill(1 / 16),
  "classes/pairsReal": 0.1,
  "classes/withinReal": 1,
  "classes/acrossReal": 1.5,
  "classes/pairsFake": 0.1,
  "classes/withinFake": 0.9,
  "classes/acrossFake": 1.3,
  "heldOut/logit": 0.38,
  "heldOut/ranked": 0.505,
  "factor/critic": -0.4,
  "factor/generator": -0.4,
  "gradient/discriminator/logit/rms": 0.01,
  "gradient/generator/output/rms": 0.005,
  "gradient/generator/4/tanh/rms": 0.004,
  "gradient/generator/3/linear/rms": 0.004,
  "gradient/generator/2/sigmoid/rms": 0.003,
  "gradient/generator/1/relu/rms": 0.003,
  "gradient/generator/0/linear/rms": 0.002,
  "discriminatorGradient/discriminator/logit/rms": 0.01,
  "discriminatorGradient/discriminator/0/linear/rms": 0.005,
  "saturation/generator/1/relu/saturated": 0.5,
  "saturation/generator/1/relu/dead": 0.1,
  "saturation/generator/2/sigmoid/saturated": 0.2,
  "saturation/generator/2/sigmoid/dead": 0.01,
  "saturation/generator/4/tanh/saturated": 0.5,
  "saturation/generator/4/tanh/dead": 0.2,
  "update/generator/0/weight": 1e-3,
  "update/generator/0/bias": 1e-4,
  "update/discriminator/0/weight": 1e-3,
  "direction/discriminator": 0.6,
  "direction/generator": 0.6,
  "gradientNorm/generator": 1,
  "gradientNorm/discriminator": 2,
  "term/discriminator/adversarial": 1.2,
  "term/discriminator/r1": 0.05,
  "termGradient/discriminator/adversarial": 1,
  "termGradient/discriminator/r1": 0.2,
  "nonFinite/data/real/value": 0,
  "nonFinite/generator/0/linear/gradient": 0,
};

export const configuration: RunConfiguration = {
  batchSize: 64,
  play: "alternating",
  precision: "f32",
  stepsPerTurn: { discriminator: 2, generator: 1 },
  controls: { generatorLearningRate: 1e-4, discriminatorLearningRate: 4e-4, r1Weight: 0.1 },
  momentum: { generator: 0.9, discriminator: 0.9 },
  intervals: {},
  loss: "hinge",
  penalties: [],
  tricks: [],
};

export const facts: RunFacts = { output: "logit", configuration };

/** How an ailment shows in columns that are otherwise those of a healthy run. */
export interface Ill {
  readonly ailment: KnownAilment;
  readonly site: string;
  readonly columns: Columns;
  /** Values that are neither bad enough to begin nor good enough to end. */
  readonly between: Columns;
  /** Steps until it shows, at least. */
  readonly lasts: number;
}

const wave = (size: number, period: number) => (step: number) => size * Math.sin((2 * Math.PI * step) / period);

/** Of all generated samples in one cell, which one a condition of the step tells. */
const inTwo = (isFirst: (step: number) => boolean) =>
  Array.from({ length: 16 }, (_, cell) => (step: number) => Number(cell < 2 && isFirst(step) === (cell === 0)));

export const ill: Readonly<Record<string, Ill>> = {
  "vanishing by the loss": {
    ailment: "vanishing-generator-gradient",
    site: "discriminator/logit",
    columns: { "lossGain/medianLog10": -4, "lossGain/otherMedianLog10": 0, "balance/logitFake": -9 },
    between: { "lossGain/medianLog10": -2.7, "balance/logitFake": -5 },
    lasts: 20,
  },
  "vanishing by the critic": {
    ailment: "vanishing-generator-gradient",
    site: "generator/output",
    columns: { "factor/critic": -4, "balance/ranked": 0.9 },
    between: { "factor/critic": -2.7, "balance/ranked": 0.8 },
    lasts: 50,
  },
  "vanishing by the generator": {
    ailment: "vanishing-generator-gradient",
    site: "generator/0/linear",
    columns: { "factor/generator": -7 },
    between: { "factor/generator": -3.5 },
    lasts: 50,
  },
  "a steep critic": {
    ailment: "unstable-gradient",
    site: "generator/output",
    columns: { "factor/critic": 2 },
    between: { "factor/critic": 1.25 },
    lasts: 50,
  },
  "a large gradient": {
    ailment: "unstable-gradient",
    site: "discriminator/parameters",
    columns: { "gradientNorm/discriminator": 1e5 },
    between: { "gradientNorm/discriminator": 3e3 },
    lasts: 20,
  },
  overpowering: {
    ailment: "overpowering-discriminator",
    site: "discriminator/logit",
    columns: {
      "balance/accuracyReal": 1,
      "balance/accuracyFake": 0.995,
      "balance/logitReal": 8,
      "balance/logitFake": -8,
      "balance/ranked": 1,
    },
    between: { "balance/ranked": 0.92, "balance/logitReal": 1, "balance/logitFake": -0.9 },
    lasts: 100,
  },
  weak: {
    ailment: "weak-discriminator",
    site: "discriminator/logit",
    columns: { "balance/ranked": 0.5, "samples/realToFake": 0.6, "samples/fakeToReal": 0.5, "samples/meanGap": 0.7 },
    between: { "balance/ranked": 0.61, "samples/realToFake": 0.6, "samples/fakeToReal": 0.5, "samples/meanGap": 0.4 },
    lasts: 150,
  },
  frozen: {
    ailment: "frozen-player",
    site: "generator",
    columns: { "update/generator/0/weight": 1e-8, "update/generator/0/bias": 0 },
    between: { "update/generator/0/weight": 5e-6, "update/generator/0/bias": 0 },
    lasts: 120,
  },
  "dead units": {
    ailment: "dead-layer",
    site: "generator/1/relu",
    columns: { "saturation/generator/1/relu/dead": 0.6 },
    between: { "saturation/generator/1/relu/dead": 0.35 },
    lasts: 50,
  },
  "flat elements": {
    ailment: "dead-layer",
    site: "generator/1/relu",
    columns: { "saturation/generator/1/relu/saturated": 0.99 },
    between: { "saturation/generator/1/relu/saturated": 0.92 },
    lasts: 50,
  },
  "underflow in the generator": {
    ailment: "gradient-underflow",
    site: "generator/0/linear",
    columns: { "gradient/generator/0/linear/rms": 0 },
    between: { "gradient/generator/0/linear/rms": 1e-20 },
    lasts: 50,
  },
  "underflow in the discriminator": {
    ailment: "gradient-underflow",
    site: "discriminator/0/linear",
    columns: { "discriminatorGradient/discriminator/0/linear/rms": 1e-30 },
    between: { "discriminatorGradient/discriminator/0/linear/rms": 1e-20 },
    lasts: 50,
  },
  "a heavy penalty": {
    ailment: "penalty-blow-up",
    site: "discriminator/r1",
    columns: { "term/discriminator/r1": 3 },
    between: { "term/discriminator/r1": 1.8 },
    lasts: 100,
  },
  "a term that hardly pulls": {
    ailment: "drowned-term",
    site: "discriminator/r1",
    columns: { "termGradient/discriminator/r1": 1e-3 },
    between: { "termGradient/discriminator/r1": 0.02 },
    lasts: 50,
  },
  "a swing": {
    ailment: "oscillation",
    site: "generator/output",
    columns: { "samples/mean": [wave(1, 100), -0.1, 0, 0] },
    between: { "samples/mean": [wave(0.63, 100), -0.1, 0, 0] },
    lasts: 80,
  },
  "samples that go from part to part": {
    ailment: "hopping-modes",
    site: "generator/output",
    columns: { "cells/fake": inTwo((step) => Math.floor(step / 100) % 2 === 0) },
    between: {
      "cells/fake": Array.from({ length: 16 }, (_, cell) =>
        cell < 2 ? (step: number) => (Math.floor(step / 100) % 2 === cell ? 0.7 : 0.3) : 0,
      ),
    },
    lasts: 400,
  },
  "training samples known by heart": {
    ailment: "discriminator-overfitting",
    site: "discriminator/logit",
    columns: { "heldOut/logit": -0.1, "heldOut/ranked": 0.63 },
    between: { "heldOut/logit": 0.28, "heldOut/ranked": 0.562 },
    lasts: 200,
  },
  "a flat sigmoid": {
    ailment: "saturated-layer",
    site: "generator/2/sigmoid",
    columns: { "saturation/generator/2/sigmoid/saturated": 0.85 },
    between: { "saturation/generator/2/sigmoid/saturated": 0.75 },
    lasts: 50,
  },
  "one sample of each class": {
    ailment: "ignored-latent",
    site: "generator/output",
    columns: { "classes/withinFake": 0.002, "classes/acrossFake": 0.5 },
    between: { "classes/withinFake": 0.02, "classes/acrossFake": 0.5 },
    lasts: 100,
  },
  "samples that are alike in all classes": {
    ailment: "ignored-class",
    site: "generator/output",
    columns: { "classes/withinFake": 1, "classes/acrossFake": 1.01 },
    between: { "classes/withinFake": 1, "classes/acrossFake": 1.08 },
    lasts: 200,
  },
  "data beyond a tanh": {
    ailment: "data-out-of-range",
    site: "generator/4/tanh",
    columns: { "samples/least": -3, "samples/greatest": 4 },
    between: { "samples/greatest": 1.1 },
    lasts: 20,
  },
  "one sample": {
    ailment: "complete-collapse",
    site: "generator/output",
    columns: { "samples/deviationFake": 0.02 },
    between: { "samples/deviationFake": 0.2 },
    lasts: 45,
  },
  "a part left out": {
    ailment: "dropped-modes",
    site: "generator/output",
    columns: { "samples/realToFake": 0.4, "samples/fakeToReal": 0.07 },
    between: { "samples/realToFake": 0.17, "samples/fakeToReal": 0.06 },
    lasts: 120,
  },
  "no way forward": {
    ailment: "stalled",
    site: "generator/output",
    columns: { "samples/realToFake": 0.6, "samples/fakeToReal": 0.6, "samples/meanGap": 0.6 },
    between: { "samples/realToFake": 0.6, "samples/fakeToReal": 0.6, "samples/meanGap": 0.57 },
    lasts: 600,
  },
  "where it should be": {
    ailment: "converged",
    site: "generator/output",
    columns: { "samples/realToFake": 0.06, "samples/fakeToReal": 0.055 },
    between: { "samples/realToFake": 0.07, "samples/fakeToReal": 0.07 },
    lasts: 300,
  },
  "a NaN": {
    ailment: "non-finite-values",
    site: "data/real",
    columns: { "nonFinite/data/real/value": 3 },
    between: {},
    lasts: 1,
  },
};

/** Numbers from 0 to 1, the same for the same seed. */
export function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
