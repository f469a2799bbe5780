import { assertRange, type Optimizer } from "./optimizer.ts";

export interface SgdOptions {
  /** 0 for none; the usual is 0.9. Negative momentum damps the rotation of a game (Gidel et al. 2019). */
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent: v <- momentum v + g, then theta <- theta - lr v, or theta - lr (g + momentum v) with
 * Nesterov's look ahead (Sutskever et al. 2013, in the form of PyTorch).
 */
export function sgd({ momentum = 0, nesterov = false }: SgdOptions = {}): Optimizer {
  assertRange("sgd: momentum", momentum, -1, 1);
  return {
    name: "sgd",
    slots: momentum === 0 ? [] : ["momentum"],
    step: ({ parameters, gradient, slots, learningRate }) => {
      const [before] = slots;
      if (!before) return { parameters: parameters.sub(gradient.mul(learningRate)), slots: [] };
      const velocity = before.mul(momentum).add(gradient);
      const direction = nesterov ? gradient.add(velocity.mul(momentum)) : velocity;
      return { parameters: parameters.sub(direction.mul(learningRate)), slots: [velocity] };
    },
  };
}
