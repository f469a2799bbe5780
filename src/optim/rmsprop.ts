import type { Tensor } from "../tensor.ts";
import { assertRange, type Optimizer } from "./optimizer.ts";
import { rootOf } from "./root.ts";

export interface RmspropOptions {
  readonly decay?: number;
  readonly epsilon?: number;
}

/** v <- decay v + (1 - decay) g^2, theta <- theta - lr g / (sqrt(v) + epsilon): Tieleman and Hinton 2012. */
export function rmsprop({ decay = 0.99, epsilon = 1e-8 }: RmspropOptions = {}): Optimizer {
  assertRange("rmsprop: decay", decay, 0, 1);
  assertRange("rmsprop: epsilon", epsilon, 0, Number.POSITIVE_INFINITY);
  return {
    name: "rmsprop",
    slots: ["square"],
    step: ({ parameters, gradient, slots, learningRate }) => {
      const [before] = slots as [Tensor];
      const square = before.mul(decay).add(gradient.square().mul(1 - decay));
      return {
        parameters: parameters.sub(gradient.mul(learningRate).div(rootOf(square).add(epsilon))),
        slots: [square],
      };
    },
  };
}
