import { type Aliases, unknownName } from "../gpu/checks.ts";
import { OptionError } from "../gpu/errors.ts";
import { adam } from "./adam.ts";
import { withClipping } from "./clipping.ts";
import { optimisticAdam, optimisticSgd } from "./optimistic.ts";
import type { Optimizer, OptimizerConfig } from "./optimizer.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

type Of<Type extends OptimizerConfig["type"]> = Extract<OptimizerConfig, { readonly type: Type }>;

interface Entry<Type extends OptimizerConfig["type"]> {
  /** The learning rate where none is given. */
  readonly lr: number;
  create(config: Of<Type>): Optimizer;
}

/** Optimisers by name. */
export const optimizers: { readonly [Type in OptimizerConfig["type"]]: Entry<Type> } = {
  sgd: { lr: 1e-2, create: (config) => sgd(config) },
  optimisticSgd: { lr: 1e-2, create: () => optimisticSgd() },
  rmsprop: { lr: 5e-5, create: (config) => rmsprop(config) },
  adam: { lr: 2e-4, create: (config) => adam(config) },
  optimisticAdam: { lr: 1e-4, create: (config) => optimisticAdam(config) },
  adamw: { lr: 2e-4, create: (config) => adam({ ...config, weightDecay: config.weightDecay ?? 1e-2 }) },
};

/** What papers and other libraries call them. */
export const optimizerAliases: Aliases = { momentum: "sgd", oadam: "optimisticAdam", omd: "optimisticSgd" };

/** @throws OptionError for an unknown type or an option out of range. */
export function createOptimizer(config: OptimizerConfig): { optimizer: Optimizer; lr: number } {
  if (!Object.hasOwn(optimizers, config.type)) {
    throw unknownName("createOptimizer", "optimiser", config.type, optimizers, optimizerAliases);
  }
  const entry = optimizers[config.type] as unknown as Entry<never>;
  const lr = config.lr ?? entry.lr;
  if (!(Number.isFinite(lr) && lr >= 0))
    throw new OptionError(`${config.type}: the learning rate ${lr} must be at least 0.`);
  return { optimizer: withClipping(entry.create(config as never), config), lr };
}
