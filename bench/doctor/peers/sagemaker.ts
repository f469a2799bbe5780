import type { Doctor } from "../score/doctors.ts";
import { firings, readers } from "./columns.ts";

/**
 * The built-in rules of Amazon SageMaker Debugger with their documented defaults, as far as a GAN's telemetry has what they look at.
 * Each fires at once, as theirs do.
 *
 * - VanishingGradient: mean |gradient| of a tensor < 1e-7. Here the root mean square at the generator's sites, which is no smaller.
 * - DeadRelu: > 50 % of a layer's units are dead. Theirs are those active in less than 1 %; here those flat in a whole batch.
 * - SaturatedActivation: > 50 % of a tanh's or sigmoid's elements are flat. Their bound, |input| > 9.4999, is a slope of about
 *   1e-7; the telemetry has the share below 1e-2, so this fires more often than theirs would.
 * - ExplodingTensor: a loss or a gradient is not finite.
 * - WeightUpdateRatio: update over weight > 10, or < 1e-8.
 * - LossNotDecreasing: the generator's loss over the last steps is not 0.1 % below that of as many before. Their window is 10
 *   checks; here 10 checks of 10 steps.
 *
 * Not applied: PoorWeightInitialization (variances of a layer's inputs are not in the telemetry), Overfit and Overtraining (a GAN has
 * no validation loss), and those for trees, classes and text.
 */
export const sagemaker: Doctor = {
  name: "SageMaker Debugger's rules",
  knows: [
    "vanishing-generator-gradient",
    "dead-layer",
    "saturated-layer",
    "non-finite-values",
    "unstable-gradient",
    "frozen-player",
    "stalled",
  ],
  look(recording) {
    const gradients = readers(recording, /^gradient\/(generator\/.*)\/rms$/);
    const dead = readers(recording, /^saturation\/(.*relu)\/dead$/i);
    const flat = readers(recording, /^saturation\/(.*(?:tanh|sigmoid))\/saturated$/);
    const sums = readers(recording, /^(loss\/.*|gradientNorm\/.*)$/);
    const updates = readers(recording, /^update\/(.*)$/);
    const [loss] = readers(recording, /^loss\/(generator)$/);
    const meanLoss = (from: number, to: number) => {
      const some = recording.rows.slice(from, to).map(({ values }) => loss?.read(values) ?? Number.NaN);
      return some.reduce((sum, value) => sum + value, 0) / some.length;
    };
    return firings(recording, {
      "vanishing-generator-gradient": (values) => gradients.some(({ read }) => read(values) < 1e-7),
      "dead-layer": (values) => dead.some(({ read }) => read(values) > 0.5),
      "saturated-layer": (values) => flat.some(({ read }) => read(values) > 0.5),
      "non-finite-values": (values) => sums.some(({ read }) => !Number.isFinite(read(values))),
      "unstable-gradient": (values) => updates.some(({ read }) => read(values) > 10),
      // A parameter that is all zero, as biases are at first, has none.
      "frozen-player": (values, i) => i > 0 && updates.some(({ read }) => read(values) < 1e-8),
      stalled: (_, i) =>
        i >= 200 &&
        i % 10 === 0 &&
        meanLoss(i - 100, i) > meanLoss(i - 200, i - 100) - 1e-3 * Math.abs(meanLoss(i - 200, i - 100)),
    });
  },
};
