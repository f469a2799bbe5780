import type { Doctor } from "../score/doctors.ts";
import { firings, readers } from "./columns.ts";

/**
 * The five problems of AutoTrainer (Zhang et al., ICSE 2021) by the thresholds of its published code (shiningrain/AUTOTRAINER,
 * monitor.py and its default parameters), with the discriminator's accuracy in the place of a classifier's.
 *
 * - gradient vanishing: the first kernel's gradient is < beta_1 = 1e-3 of the last one's, and < beta_2 = 1e-4;
 * - gradient explosion: that ratio is > beta_3 = 70, or a loss or gradient is NaN;
 * - dying ReLU: >= gamma = 0.7 of all gradients are zero;
 * - slow convergence: no check's accuracy is delta = 0.01 above the one before;
 * - unstable training: in >= eta = 0.2 of the checks a maximum of the accuracy is zeta = 0.03 above the minimum beside it. The
 *   loss's, in the paper; the code judges by accuracy.
 *
 * The first four are asked where accuracy is below Theta = 0.7 at every check or does not grow, from 30 % of a run on, as in the
 * code. A check is an epoch there, and 20 steps here. The telemetry has gradients at layers' outputs, which stand for those of kernels.
 */
const limits = {
  beta1: 1e-3,
  beta2: 1e-4,
  beta3: 70,
  gamma: 0.7,
  delta: 0.01,
  zeta: 0.03,
  eta: 0.2,
  theta: 0.7,
} as const;

/** Steps of a check, and the share of a run before which nothing is judged by accuracy. */
const check = 20;
const judgedFrom = 0.3;

export const autotrainer: Doctor = {
  name: "AutoTrainer's thresholds",
  knows: [
    "vanishing-generator-gradient",
    "unstable-gradient",
    "non-finite-values",
    "dead-layer",
    "stalled",
    "oscillation",
  ],
  look(recording) {
    const { rows } = recording;
    const gradients = readers(recording, /^gradient\/(generator\/\d.*linear)\/rms$/);
    const zeros = readers(recording, /^gradient\/(generator\/\d.*linear)\/zeros$/);
    const sums = readers(recording, /^(loss\/.*|gradientNorm\/.*)$/);
    const [real] = readers(recording, /^balance\/(accuracyReal)$/);
    const [fake] = readers(recording, /^balance\/(accuracyFake)$/);
    const accuracies = checksOf(rows.map(({ values }) => ((real?.read(values) ?? 0) + (fake?.read(values) ?? 0)) / 2));
    const until = (i: number) => accuracies.slice(0, Math.floor((i + 1) / check));
    const isJudged = (i: number) => (i + 1) % check === 0 && i >= judgedFrom * rows.length;
    const isSlow = (all: readonly number[]) => all.slice(1).every((value, k) => value - (all[k] ?? 0) < limits.delta);
    const fails = (i: number) => isJudged(i) && (Math.max(...until(i)) < limits.theta || isSlow(until(i)));
    const ratio = (values: Float32Array) => {
      const [last, first] = [gradients[0]?.read(values) ?? Number.NaN, gradients.at(-1)?.read(values) ?? Number.NaN];
      return { first, ratio: first / last };
    };
    return firings(recording, {
      "vanishing-generator-gradient": (values, i) =>
        fails(i) && ratio(values).ratio < limits.beta1 && ratio(values).first < limits.beta2,
      "unstable-gradient": (values, i) => fails(i) && ratio(values).ratio > limits.beta3,
      "non-finite-values": (values) => sums.some(({ read }) => !Number.isFinite(read(values))),
      "dead-layer": (values, i) =>
        fails(i) && zeros.reduce((sum, { read }) => sum + read(values), 0) / zeros.length >= limits.gamma,
      stalled: (_, i) => isJudged(i) && isSlow(until(i)),
      oscillation: (_, i) => isJudged(i) && !fails(i) && swings(until(i)) >= limits.eta * until(i).length,
    });
  },
};

/** Means over the steps of each check. */
function checksOf(values: readonly number[]): number[] {
  return Array.from({ length: Math.floor(values.length / check) }, (_, k) => {
    const some = values.slice(k * check, (k + 1) * check);
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  });
}

/** Maxima that are so far above the minimum of the same place in their list, as the code pairs them. */
function swings(values: readonly number[]): number {
  const [maxima, minima]: [number[], number[]] = [[], []];
  for (let i = 1; i < values.length - 1; i++) {
    const [before, now, after] = [values[i - 1] ?? 0, values[i] ?? 0, values[i + 1] ?? 0];
    if (now >= before && now >= after) maxima.push(now);
    if (now <= before && now <= after) minima.push(now);
  }
  return maxima.filter((value, k) => k < minima.length && value - (minima[k] ?? 0) >= limits.zeta).length;
}
