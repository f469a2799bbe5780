/** The losses in float64, straight from their docstrings: one entry for every loss, or this does not compile. */
import type { LossName } from "../../../src/gan/losses/registry.ts";

const softplus = (a: number) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
const sigmoid = (a: number) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a)));

export interface ClosedForm {
  /** The share of one real, and of one generated sample with logit a, in the discriminator's loss, and its slope. */
  readonly real: (a: number) => number;
  readonly realSlope: (a: number) => number;
  readonly fake: (a: number) => number;
  readonly fakeSlope: (a: number) => number;
  /** The share of one generated sample in the generator's loss, its slope, and log |slope|. */
  readonly generator: (a: number) => number;
  readonly generatorSlope: (a: number) => number;
  readonly logGain: (a: number) => number;
}

const crossEntropy = {
  real: (a: number) => softplus(-a),
  realSlope: (a: number) => -sigmoid(-a),
  fake: softplus,
  fakeSlope: sigmoid,
};

export const closedForms: Readonly<Record<LossName, ClosedForm>> = {
  minimax: {
    ...crossEntropy,
    generator: (a) => -softplus(a),
    generatorSlope: (a) => -sigmoid(a),
    logGain: (a) => -softplus(-a),
  },
  "non-saturating": {
    ...crossEntropy,
    generator: (a) => softplus(-a),
    generatorSlope: (a) => -sigmoid(-a),
    logGain: (a) => -softplus(a),
  },
  hinge: {
    real: (a) => Math.max(0, 1 - a),
    realSlope: (a) => (a < 1 ? -1 : 0),
    fake: (a) => Math.max(0, 1 + a),
    fakeSlope: (a) => (a > -1 ? 1 : 0),
    generator: (a) => -a,
    generatorSlope: () => -1,
    logGain: () => 0,
  },
  wasserstein: {
    real: (a) => -a,
    realSlope: () => -1,
    fake: (a) => a,
    fakeSlope: () => 1,
    generator: (a) => -a,
    generatorSlope: () => -1,
    logGain: () => 0,
  },
};

/** From -200 to 200, and far beyond; all of them f32, and as many as a power of two, so that their mean is exact. */
export const logits: readonly number[] = [
  ...Array.from({ length: 101 }, (_, i) => 4 * i - 200),
  ...[1e-6, 1e-3, 0.1, 0.5, 1, 2.5, 8.3, 16.7, 33, 87.5, 103.5, 200, 1e4].flatMap((a) => [-a, a]),
  3.3,
].map(Math.fround);
