import { assertKeys, type Kinds, notNegative } from "../errors/checks.ts";
import { defineOptimizer } from "./define_optimizer.ts";
import { assertRange, type Optimizer, type OptimizerEntry } from "./optimizer.ts";
import { rootOf } from "./root.ts";

export interface RmspropOptions {
  /** Decay of the running mean of the gradient's square, from 0 to below 1, default 0.99. */
  readonly decay?: number;
  /** Added to the root of the mean square. At least 0, default 1e-8. */
  readonly epsilon?: number;
}

export const rmspropKinds: Kinds<RmspropOptions> = { decay: true, epsilon: notNegative };

/** v <- decay v + (1 - decay) g^2, theta <- theta - lr g / (sqrt(v) + epsilon): Tieleman and Hinton 2012. */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  assertKeys<RmspropOptions>("rmsprop", options, rmspropKinds);
  const { decay = 0.99, epsilon = 1e-8 } = options;
  assertRange("rmsprop: decay", decay, 0, 1);
  return defineOptimizer({
    name: "rmsprop",
    slots: ["square"],
    step: ({ parameters, gradient, slots: [before], learningRate }) => {
      const square = before.mul(decay).add(gradient.square().mul(1 - decay));
      return {
        parameters: parameters.sub(gradient.mul(learningRate).div(rootOf(square).add(epsilon))),
        slots: [square],
      };
    },
  });
}

export interface RmspropConfig extends RmspropOptions {
  /** Learning rate, at least 0, default 5e-5. */
  readonly lr?: number;
}

export const rmspropEntry: OptimizerEntry<RmspropConfig, "rmsprop"> = {
  name: "rmsprop",
  lr: 5e-5,
  kinds: rmspropKinds,
  create: rmsprop,
};
