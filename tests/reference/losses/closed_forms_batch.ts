/** Closed forms of the losses in which samples meet, written out sample by sample. */
import {
  type ClosedForm,
  exact,
  logOf,
  logSumExp,
  mean,
  type Quantity,
  sigmoid,
  softplus,
  sum,
} from "./closed_forms_kit.ts";

type Logits = readonly number[];

/** Every slope of these is of one sign: nothing cancels. */
const negative = (slope: number): Quantity => exact(-slope);

/** A game whose generator plays the discriminator's with the roles exchanged. */
function mirrored(
  value: (above: Logits, below: Logits) => Quantity,
  /** -d value / d above, and d value / d below, times the number of samples. */
  aboveSlopes: (above: Logits, below: Logits) => readonly number[],
  belowSlopes: (above: Logits, below: Logits) => readonly number[],
  /** log of the first. */
  logAboveSlopes: (above: Logits, below: Logits) => readonly Quantity[],
): ClosedForm {
  return {
    discriminator: value,
    realSlopes: (real, fake) => aboveSlopes(real, fake).map(negative),
    fakeSlopes: (real, fake) => belowSlopes(real, fake).map(exact),
    generator: value,
    generatorSlopes: (fake, real) => aboveSlopes(fake, real).map(negative),
    logGains: (fake, real) => logAboveSlopes(fake, real),
    isCoupled: true,
  };
}

const at = (values: Logits, i: number) => values[i] as number;
const logSigmoid = (a: number) => -softplus(-a);
const negated = (values: Logits) => values.map((a) => -a);
/** The logarithm of a sum that is right to rounding is off by that, also where it is near zero. */
const logOfSum = (logarithms: Logits): Quantity => sum(logSumExp(logarithms), 0.5, -0.5);
const logMean = (logarithms: Logits) => logSumExp(logarithms) - Math.log(logarithms.length);

const relativistic = mirrored(
  (above, below) => exact(mean(above.map((a, i) => softplus(at(below, i) - a)))),
  (above, below) => above.map((a, i) => sigmoid(at(below, i) - a)),
  (above, below) => above.map((a, i) => sigmoid(at(below, i) - a)),
  (above, below) => above.map((a, i) => exact(logSigmoid(at(below, i) - a))),
);

const relativisticAverage = mirrored(
  (above, below) =>
    exact(mean(above.map((a) => softplus(mean(below) - a))) + mean(below.map((b) => softplus(b - mean(above))))),
  (above, below) => {
    const others = mean(below.map((b) => sigmoid(b - mean(above))));
    return above.map((a) => sigmoid(mean(below) - a) + others);
  },
  (above, below) => {
    const others = mean(above.map((a) => sigmoid(mean(below) - a)));
    return below.map((b) => sigmoid(b - mean(above)) + others);
  },
  (above, below) => {
    const others = logMean(below.map((b) => logSigmoid(b - mean(above))));
    return above.map((a) => logOfSum([logSigmoid(mean(below) - a), others]));
  },
);

const dualContrastive = mirrored(
  (above, below) => {
    const findsAbove = above.map((a) => softplus(logSumExp(below) - a));
    const findsBelow = below.map((b) => softplus(b + logSumExp(negated(above))));
    return exact(mean(findsAbove) + mean(findsBelow));
  },
  (above, below) => {
    const lowest = logSumExp(negated(above));
    const total = (above.length / below.length) * below.reduce((s, b) => s + sigmoid(b + lowest), 0);
    return above.map((a) => sigmoid(logSumExp(below) - a) + Math.exp(-a - lowest) * total);
  },
  (above, below) => {
    const highest = logSumExp(below);
    const total = (below.length / above.length) * above.reduce((s, a) => s + sigmoid(highest - a), 0);
    return below.map((b) => sigmoid(b + logSumExp(negated(above))) + Math.exp(b - highest) * total);
  },
  (above, below) => {
    const lowest = logSumExp(negated(above));
    const total = Math.log(above.length / below.length) + logSumExp(below.map((b) => logSigmoid(b + lowest)));
    return above.map((a) => logOfSum([logSigmoid(logSumExp(below) - a), total - a - lowest]));
  },
);

const shares = (of: Logits, others: Logits) => {
  const all = logSumExp([...of, ...others]);
  return of.map((a) => of.length * Math.exp(a - all));
};
const fakePart = (fake: Logits, real: Logits) => fake.length / (fake.length + real.length);
const softmaxSlopes = (fake: Logits, real: Logits) =>
  shares(fake, real).map((share) => sum(share, -fakePart(fake, real)));

const softmax: ClosedForm = {
  discriminator: (real, fake) => sum(logSumExp([...real, ...fake]), -mean(real)),
  realSlopes: (real, fake) => shares(real, fake).map((share) => sum(share, -1)),
  fakeSlopes: (real, fake) => shares(fake, real).map(exact),
  generator: (fake, real) => sum(logSumExp([...real, ...fake]), -mean([...real, ...fake])),
  generatorSlopes: softmaxSlopes,
  logGains: (fake, real) => softmaxSlopes(fake, real).map(logOf),
  isCoupled: true,
};

export const batchForms = {
  relativistic,
  "relativistic-average": relativisticAverage,
  "dual-contrastive": dualContrastive,
  softmax,
};
