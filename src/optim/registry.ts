import { type Aliases, assertKeys, choiceOf, describe, notNegative } from "../gpu/checks.ts";
import { OptionError } from "../gpu/errors.ts";
import { adam, adamKinds, momentKinds } from "./adam.ts";
import { withClipping } from "./clipping.ts";
import { optimisticAdam, optimisticSgd } from "./optimistic.ts";
import type { Optimizer } from "./optimizer.ts";
import type { OptimizerConfig } from "./optimizer_config.ts";
import { rmsprop, rmspropKinds } from "./rmsprop.ts";
import { sgd, sgdKinds } from "./sgd.ts";

type Of<Type extends OptimizerConfig["type"]> = Extract<OptimizerConfig, { readonly type: Type }>;

interface Entry<Type extends OptimizerConfig["type"]> {
  /** The learning rate where none is given. */
  readonly lr: number;
  /** What its own options must be. */
  readonly kinds: object;
  create(config: Of<Type>): Optimizer;
}

/** Optimisers by name. */
export const optimizers: { readonly [Type in OptimizerConfig["type"]]: Entry<Type> } = {
  sgd: { lr: 1e-2, kinds: sgdKinds, create: (config) => sgd(config) },
  optimisticSgd: { lr: 1e-2, kinds: {}, create: () => optimisticSgd() },
  rmsprop: { lr: 5e-5, kinds: rmspropKinds, create: (config) => rmsprop(config) },
  adam: { lr: 2e-4, kinds: adamKinds, create: (config) => adam(config) },
  optimisticAdam: { lr: 1e-4, kinds: momentKinds, create: (config) => optimisticAdam(config) },
  adamw: {
    lr: 2e-4,
    kinds: adamKinds,
    create: (config) => adam({ ...config, weightDecay: config.weightDecay ?? 1e-2 }),
  },
};

/** What papers and other libraries call them. */
export const optimizerAliases: Aliases = { sgd: "momentum", optimisticAdam: "oadam", optimisticSgd: "omd ogda" };

/** What others call options. */
const aliases: Aliases = { lr: "learningrate rate", epsilon: "eps" };

/** @throws OptionError for an unknown type or option, or one out of range. */
export function createOptimizer(
  given: OptimizerConfig | OptimizerConfig["type"],
  where = "createOptimizer",
): { config: OptimizerConfig; optimizer: Optimizer; lr: number } {
  const config = choiceOf<OptimizerConfig>(where, "optimiser", given, optimizers, optimizerAliases);
  const entry = optimizers[config.type] as unknown as Entry<never>;
  const kinds = { type: true, lr: true, clipNorm: notNegative, clipWeights: notNegative, ...entry.kinds } as const;
  assertKeys(config.type, config, kinds, aliases);
  const { type, lr = entry.lr, clipNorm = 0, clipWeights = 0, ...own } = config;
  const bounds = { clipNorm, clipWeights };
  if (!notNegative.is(lr)) throw new OptionError(`${type}: the learning rate ${describe(lr)} must be at least 0.`);
  return { config, optimizer: withClipping(entry.create(own as never), bounds), lr };
}
