import { defineRegistry } from "../choices/registry.ts";
import type { Aliases } from "../errors/checks.ts";
import * as all from "./all.ts";
import type { OptimizerChoice, OptimizerEntries } from "./optimizer_config.ts";
import { optimizerKind, type ResolvedOptimizer } from "./optimizer_kind.ts";

/** What papers and other libraries call them. */
export const optimizerAliases: Aliases = { sgd: "momentum", optimisticAdam: "oadam", optimisticSgd: "omd ogda" };

export const optimizerRegistry = defineRegistry(optimizerKind, all, {
  aliases: optimizerAliases,
  first: ["sgd", "optimisticSgd", "rmsprop", "adam", "optimisticAdam", "adamw"],
});

/** Optimisers by name. */
export const optimizers: OptimizerEntries = optimizerRegistry.entries;

/** @throws OptionError for an unknown type or option, or one out of range. */
export const createOptimizer = (given: OptimizerChoice, where = "createOptimizer"): ResolvedOptimizer =>
  optimizerRegistry.resolve(where, given);
