import { assertKeys, flag, type Kinds } from "../errors/checks.ts";
import { assertRange, type Optimizer, type OptimizerEntry } from "./optimizer.ts";

export interface SgdOptions {
  /**
   * Share of the last step that is taken again, from -1 to below 1, default 0. The usual is 0.9; negative momentum damps the
   * rotation of a game (Gidel et al. 2019).
   */
  readonly momentum?: number;
  /** Takes the gradient where the momentum leads. Default false. */
  readonly nesterov?: boolean;
}

export const sgdKinds: Kinds<SgdOptions> = { momentum: true, nesterov: flag };

/**
 * Stochastic gradient descent: v <- momentum v + g, then theta <- theta - lr v, or theta - lr (g + momentum v) with
 * Nesterov's look ahead (Sutskever et al. 2013, in the form of PyTorch).
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  assertKeys<SgdOptions>("sgd", options, sgdKinds);
  const { momentum = 0, nesterov = false } = options;
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

export interface SgdConfig extends SgdOptions {
  /** Learning rate, at least 0, default 0.01. */
  readonly lr?: number;
}

export const sgdEntry: OptimizerEntry<SgdConfig, "sgd"> = { name: "sgd", lr: 1e-2, kinds: sgdKinds, create: sgd };
