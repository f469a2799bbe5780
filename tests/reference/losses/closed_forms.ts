/** The losses in float64, straight from their papers: one entry for every loss, or this does not compile. */
import type { LossName } from "../../../src/gan/losses/registry.ts";
import { batchForms } from "./closed_forms_batch.ts";
import { type ClosedForm, exact, logOf, perSample, sigmoid, softplus, sum } from "./closed_forms_kit.ts";

const crossEntropy = {
  real: (a: number) => exact(softplus(-a)),
  realSlope: (a: number) => exact(-sigmoid(-a)),
  fake: (a: number) => exact(softplus(a)),
  fakeSlope: (a: number) => exact(sigmoid(a)),
};

const linearGenerator = {
  generator: (a: number) => exact(-a),
  generatorSlope: () => exact(-1),
  logGain: () => exact(0),
};

/** The balance of BEGAN at which its closed form is taken. */
export const beganBalance = 0.25;

export const closedForms: Readonly<Record<LossName, ClosedForm>> = {
  ...batchForms,
  minimax: perSample({
    ...crossEntropy,
    generator: (a) => exact(-softplus(a)),
    generatorSlope: (a) => exact(-sigmoid(a)),
    logGain: (a) => exact(-softplus(-a)),
  }),
  "non-saturating": perSample({
    ...crossEntropy,
    generator: (a) => exact(softplus(-a)),
    generatorSlope: (a) => exact(-sigmoid(-a)),
    logGain: (a) => exact(-softplus(a)),
  }),
  hinge: perSample({
    real: (a) => exact(Math.max(0, 1 - a)),
    realSlope: (a) => exact(a < 1 ? -1 : 0),
    fake: (a) => exact(Math.max(0, 1 + a)),
    fakeSlope: (a) => exact(a > -1 ? 1 : 0),
    ...linearGenerator,
  }),
  wasserstein: perSample({
    real: (a) => exact(-a),
    realSlope: () => exact(-1),
    fake: (a) => exact(a),
    fakeSlope: () => exact(1),
    ...linearGenerator,
  }),
  "least-squares": perSample({
    real: (a) => exact((a - 1) ** 2 / 2),
    realSlope: (a) => sum(a, -1),
    fake: (a) => exact(a ** 2 / 2),
    fakeSlope: (a) => exact(a),
    generator: (a) => exact((a - 1) ** 2 / 2),
    generatorSlope: (a) => sum(a, -1),
    logGain: (a) => logOf(sum(a, -1)),
  }),
  "f-kl": perSample({
    real: (v) => exact(-v),
    realSlope: () => exact(-1),
    fake: (v) => exact(Math.exp(v - 1)),
    fakeSlope: (v) => exact(Math.exp(v - 1)),
    generator: (v) => exact(-Math.exp(v - 1)),
    generatorSlope: (v) => exact(-Math.exp(v - 1)),
    logGain: (v) => sum(v, -1),
  }),
  "f-reverse-kl": perSample({
    real: (v) => exact(Math.exp(-v)),
    realSlope: (v) => exact(-Math.exp(-v)),
    fake: (v) => sum(v, -1),
    fakeSlope: () => exact(1),
    generator: (v) => sum(1, -v),
    generatorSlope: () => exact(-1),
    logGain: () => exact(0),
  }),
  "f-pearson": perSample({
    real: (v) => exact(-v),
    realSlope: () => exact(-1),
    fake: (v) => sum(v ** 2 / 4, v),
    fakeSlope: (v) => sum(v / 2, 1),
    generator: (v) => sum(-(v ** 2) / 4, -v),
    generatorSlope: (v) => sum(-v / 2, -1),
    logGain: (v) => logOf(sum(v / 2, 1)),
  }),
  "f-jensen-shannon": perSample({
    real: (v) => sum(softplus(-v), -Math.LN2),
    realSlope: (v) => exact(-sigmoid(-v)),
    fake: (v) => sum(softplus(v), -Math.LN2),
    fakeSlope: (v) => exact(sigmoid(v)),
    generator: (v) => sum(Math.LN2, -softplus(v)),
    generatorSlope: (v) => exact(-sigmoid(v)),
    logGain: (v) => exact(-softplus(-v)),
  }),
  "f-squared-hellinger": perSample({
    real: (v) => sum(Math.exp(-v), -1),
    realSlope: (v) => exact(-Math.exp(-v)),
    fake: (v) => sum(Math.exp(v), -1),
    fakeSlope: (v) => exact(Math.exp(v)),
    generator: (v) => sum(1, -Math.exp(v)),
    generatorSlope: (v) => exact(-Math.exp(v)),
    logGain: (v) => exact(v),
  }),
  began: perSample({
    real: (error) => exact(error),
    realSlope: () => exact(1),
    fake: (error) => exact(-beganBalance * error),
    fakeSlope: () => exact(-beganBalance),
    generator: (error) => exact(error),
    generatorSlope: () => exact(1),
    logGain: () => exact(0),
  }),
  ebgan: perSample({
    real: (error) => exact(error),
    realSlope: () => exact(1),
    fake: (error) => exact(Math.max(0, 1 - error)),
    fakeSlope: (error) => exact(error < 1 ? -1 : 0),
    generator: (error) => exact(error),
    generatorSlope: () => exact(1),
    logGain: () => exact(0),
  }),
  "boundary-seeking": perSample({
    ...crossEntropy,
    generator: (a) => exact(a ** 2 / 2),
    generatorSlope: (a) => exact(a),
    logGain: (a) => logOf(exact(a)),
  }),
  imle: perSample({
    ...crossEntropy,
    generator: () => exact(0),
    generatorSlope: () => exact(0),
    logGain: () => exact(Number.NEGATIVE_INFINITY),
  }),
};
