/** `optim`: optimisers as pure functions of flat parameter vectors. */
export { type AdamOptions, adam } from "../optim/adam.ts";
export { withClipping } from "../optim/clipping.ts";
export { defineOptimizer } from "../optim/define_optimizer.ts";
export { type OptimisticAdamOptions, optimisticAdam, optimisticSgd } from "../optim/optimistic.ts";
export type {
  ClippingOptions,
  Optimizer,
  OptimizerEntry,
  OptimizerInput,
  OptimizerOutput,
  SlotsOf,
} from "../optim/optimizer.ts";
export type { OptimizerChoice, OptimizerConfig, OwnOptimizerConfig } from "../optim/optimizer_config.ts";
export type { ResolvedOptimizer } from "../optim/optimizer_kind.ts";
export { createOptimizer, optimizers } from "../optim/registry.ts";
export { type RmspropOptions, rmsprop } from "../optim/rmsprop.ts";
export { type SgdOptions, sgd } from "../optim/sgd.ts";
