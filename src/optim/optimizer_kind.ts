import type { EntryKind, Picked } from "../choices/registry.ts";
import { type Aliases, assertKeys, describe, notNegative } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import { assertSlots } from "./check_optimizer.ts";
import { withClipping } from "./clipping.ts";
import type { ClippingOptions, Optimizer, OptimizerEntry } from "./optimizer.ts";
import type { OptimizerConfig, OwnOptimizerConfig } from "./optimizer_config.ts";

/** An optimiser with its learning rate, within its bounds. */
export interface ResolvedOptimizer {
  readonly name: string;
  readonly optimizer: Optimizer;
  readonly lr: number;
  /** Bound of the parameters; 0 where there is none. */
  readonly clipWeights: number;
  /** What was asked for, as it was given. */
  readonly config: OptimizerConfig | OwnOptimizerConfig;
}

/** By name an entry that makes one, otherwise the optimiser itself. */
type Either = OptimizerEntry | Optimizer;

export const optimizerKind: EntryKind<Either, ResolvedOptimizer> = {
  noun: "optimiser",
  functions: [["step", "create"]],
  resolve: (picked) => {
    const { name, entry, given } = picked;
    const own = "create" in entry ? entry.kinds : {};
    const kinds = { lr: true, clipNorm: notNegative, clipWeights: notNegative, ...own } as const;
    assertKeys(name, given, kinds, aliases);
    const usual = "create" in entry ? entry.lr : (entry.defaultLearningRate ?? 1e-3);
    const { lr = usual, clipNorm = 0, clipWeights = 0, ...options } = given as Given;
    if (!notNegative.is(lr)) throw new OptionError(`${name}: the learning rate ${describe(lr)} must be at least 0.`);
    const optimizer = "create" in entry ? entry.create(options as never) : entry;
    assertSlots(optimizer);
    const type = "create" in entry ? name : entry;
    return {
      name,
      optimizer: withClipping(optimizer, { clipNorm, clipWeights }),
      lr,
      clipWeights,
      // Its options were checked above.
      config: { type, ...given } as ResolvedOptimizer["config"],
    };
  },
};

type Given = Picked<Either>["given"] & ClippingOptions & { readonly lr?: number };

/** What others call options. */
const aliases: Aliases = { lr: "learningrate rate", epsilon: "eps" };
