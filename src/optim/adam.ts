import { at } from "../errors/at.ts";
import { assertKeys, type Kind, type Kinds, notNegative } from "../errors/checks.ts";
import { Tensor } from "../tensor/tensor.ts";
import { assertRange, type Optimizer, type OptimizerEntry, type OptimizerInput } from "./optimizer.ts";
import { rootOf } from "./root.ts";

export interface AdamOptions {
  /**
   * Decay of the running mean of the gradient and of its square, each from 0 to below 1, default [0.9, 0.999]. GANs use a
   * lower first one: 0.5, or 0.
   */
  readonly betas?: readonly [number, number];
  /** Added to the root of the mean square. At least 0, default 1e-8. */
  readonly epsilon?: number;
  /**
   * Share of each parameter that a step takes away, times the learning rate: AdamW (Loshchilov and Hutter 2019). At least 0;
   * default 0, and 0.01 for the type "adamw".
   */
  readonly weightDecay?: number;
}

const pair: Kind = {
  is: (value) => Array.isArray(value) && value.length === 2 && value.every((beta) => typeof beta === "number"),
  says: "two numbers, such as [0.5, 0.999]",
};
export const momentKinds: Kinds<Omit<AdamOptions, "weightDecay">> = { betas: pair, epsilon: notNegative };
export const adamKinds: Kinds<AdamOptions> = { ...momentKinds, weightDecay: notNegative };

/**
 * Adam (Kingma and Ba 2015, algorithm 1): m and v are running means of g and g^2, corrected for their start at zero, and
 *
 *   theta <- theta - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 */
export function adam(options: AdamOptions = {}): Optimizer {
  assertKeys<AdamOptions>("adam", options, adamKinds);
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0 } = options;
  const moments = adamMoments("adam", betas, epsilon);
  return {
    name: weightDecay === 0 ? "adam" : "adamw",
    slots: moments.slots,
    step: (input) => {
      const { parameters, learningRate } = input;
      const { change, slots } = moments.step(input);
      const decayed = weightDecay === 0 ? parameters : parameters.sub(parameters.mul(learningRate.mul(weightDecay)));
      return { parameters: decayed.sub(change), slots };
    },
  };
}

interface Moments {
  readonly slots: readonly string[];
  /** What Adam takes off the parameters, and the moments after this step. */
  step(input: OptimizerInput): { readonly change: Tensor; readonly slots: readonly Tensor[] };
}

/** Adam's running means, for every optimiser that is built on them. `what` is who asks, for messages. */
export function adamMoments(what: string, betas: readonly [number, number], epsilon: number): Moments {
  const [beta1, beta2] = betas;
  assertRange(`${what}: the first beta`, beta1, 0, 1);
  assertRange(`${what}: the second beta`, beta2, 0, 1);
  return {
    // With a first beta of 0 the mean is the gradient itself, and nothing of it is kept.
    slots: beta1 === 0 ? ["square"] : ["mean", "square"],
    step: ({ gradient, slots, step, learningRate }) => {
      const squareBefore = at(slots, slots.length - 1);
      const meanBefore = beta1 === 0 ? undefined : at(slots, 0);
      const mean = meanBefore ? meanBefore.mul(beta1).add(gradient.mul(1 - beta1)) : gradient;
      const square = squareBefore.mul(beta2).add(gradient.square().mul(1 - beta2));
      const rate = learningRate.div(oneMinusPower(beta1, step));
      const root = rootOf(square.div(oneMinusPower(beta2, step))).add(epsilon);
      return { change: mean.mul(rate).div(root), slots: meanBefore ? [mean, square] : [square] };
    },
  };
}

/**
 * 1 - beta^t = -expm1(t log beta), with expm1(2u) = 2 tanh(u) / (1 - tanh(u)): for a beta near one, the plain difference
 * would lose most of its digits in the first steps.
 */
function oneMinusPower(beta: number, step: Tensor): Tensor {
  if (beta === 0) return Tensor.scalar(1);
  const half = step.mul(0.5 * Math.log(beta)).tanh();
  return half.mul(-2).div(Tensor.scalar(1).sub(half));
}

export interface AdamConfig extends Omit<AdamOptions, "weightDecay"> {
  /** Learning rate, at least 0, default 2e-4. */
  readonly lr?: number;
}

export const adamEntry: OptimizerEntry<AdamConfig, "adam"> = {
  name: "adam",
  lr: 2e-4,
  kinds: adamKinds,
  create: adam,
};

export interface AdamwConfig extends AdamOptions {
  /** Learning rate, at least 0, default 2e-4. */
  readonly lr?: number;
}

export const adamwEntry: OptimizerEntry<AdamwConfig, "adamw"> = {
  name: "adamw",
  lr: 2e-4,
  kinds: adamKinds,
  create: (options) => adam({ ...options, weightDecay: options.weightDecay ?? 1e-2 }),
};
