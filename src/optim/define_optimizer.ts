import { assertEntry } from "../choices/registry.ts";
import { assertSlots } from "./check_optimizer.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * An optimiser, with the number of its slots in the type: `step` takes and gives a vector for each.
 *
 *   const heavyBall = optim.defineOptimizer({
 *     name: "heavyBall",
 *     slots: ["velocity"],
 *     step: ({ parameters, gradient, slots: [before], learningRate }) => {
 *       const velocity = before.mul(0.9).add(gradient);
 *       return { parameters: parameters.sub(velocity.mul(learningRate)), slots: [velocity] };
 *     },
 *   });
 *
 * @throws OptionError for what lacks a part.
 */
export function defineOptimizer<const Slots extends readonly string[]>(optimizer: Optimizer<Slots>): Optimizer<Slots> {
  assertEntry<Optimizer>("defineOptimizer", { noun: "optimiser", functions: ["step"] }, optimizer);
  assertSlots(optimizer);
  return optimizer;
}
