import { at } from "../errors/at.ts";
import { assertKeys } from "../errors/checks.ts";
import { Tensor } from "../tensor/tensor.ts";
import { adamMoments, momentKinds } from "./adam.ts";
import { defineOptimizer } from "./define_optimizer.ts";
import type { Optimizer, OptimizerEntry, OptimizerInput } from "./optimizer.ts";

/**
 * Optimistic gradient descent (Popov 1980; for GANs Daskalakis et al. 2018, "Training GANs with optimism"), which
 * takes the change from the last gradient to this one as a forecast of the next:
 *
 *   theta <- theta - 2 lr g_t + lr g_(t-1)
 */
export function optimisticSgd(): Optimizer {
  return defineOptimizer({
    name: "optimisticSgd",
    slots: ["change"],
    step: (input) => {
      const change = input.gradient.mul(input.learningRate);
      const { parameters, kept } = optimistically(input, change, input.slots[0]);
      return { parameters, slots: [kept] };
    },
  });
}

export interface OptimisticAdamOptions {
  /** Decay of the running mean of the gradient and of its square, each from 0 to below 1; default [0.5, 0.9], the paper's. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the mean square. At least 0, default 1e-8. */
  readonly epsilon?: number;
}

/** Optimistic Adam (Daskalakis et al. 2018, algorithm 1): Adam's change in the place of lr g. */
export function optimisticAdam(options: OptimisticAdamOptions = {}): Optimizer {
  assertKeys<OptimisticAdamOptions>("optimisticAdam", options, momentKinds);
  const { betas = [0.5, 0.9], epsilon = 1e-8 } = options;
  const moments = adamMoments("optimisticAdam", betas, epsilon);
  return {
    name: "optimisticAdam",
    slots: ["change", ...moments.slots],
    step: (input) => {
      const { change, slots } = moments.step({ ...input, slots: input.slots.slice(1) });
      const { parameters, kept } = optimistically(input, change, at(input.slots, 0));
      return { parameters, slots: [kept, ...slots] };
    },
  };
}

/**
 * Goes on by this step's change and by its difference from the last one. Before the first step they count as equal: that
 * step is plain.
 */
function optimistically(
  { parameters, step }: Pick<OptimizerInput, "parameters" | "step">,
  change: Tensor,
  previous: Tensor,
) {
  const last = Tensor.where(step.lessEqual(1), change, previous);
  const difference = change.sub(last);
  // The change once more, but computed from the last one: so it takes that one's place in the same kernel.
  const kept = last.add(difference);
  return { parameters: parameters.sub(kept.add(difference)), kept };
}

export interface OptimisticSgdConfig {
  /** Learning rate, at least 0, default 0.01. */
  readonly lr?: number;
}

export const optimisticSgdEntry: OptimizerEntry<OptimisticSgdConfig, "optimisticSgd"> = {
  name: "optimisticSgd",
  lr: 1e-2,
  kinds: {},
  create: () => optimisticSgd(),
};

export interface OptimisticAdamConfig extends OptimisticAdamOptions {
  /** Learning rate, at least 0, default 1e-4. */
  readonly lr?: number;
}

export const optimisticAdamEntry: OptimizerEntry<OptimisticAdamConfig, "optimisticAdam"> = {
  name: "optimisticAdam",
  lr: 1e-4,
  kinds: momentKinds,
  create: optimisticAdam,
};
