import type { ByName } from "../choices/registry.ts";
import type * as all from "./all.ts";
import type { ClippingOptions, Optimizer, OptimizerEntry } from "./optimizer.ts";

/** Optimisers by name, with the options that each takes. */
export type OptimizerEntries = ByName<typeof all>;

export type OptimizerName = keyof OptimizerEntries;

type OptionsOf<Entry> = Entry extends OptimizerEntry<infer Options> ? Options : never;

/** An optimiser by its name, with what differs from its defaults. */
export type OptimizerConfig = {
  readonly [Name in OptimizerName]: { readonly type: Name } & OptionsOf<OptimizerEntries[Name]>;
}[OptimizerName] &
  ClippingOptions;

/** An optimiser of your own, or one of the library's as an object: `{ type: optim.adam({ betas: [0, 0.9] }), lr: 1e-4 }`. */
export interface OwnOptimizerConfig extends ClippingOptions {
  readonly type: Optimizer;
  /**
   * `lr`: the learning rate, at least 0; by default the optimiser's own. Without a name of its own here: an editor would no
   * longer show the text of that of a named optimiser.
   */
  readonly [lr: string]: number | undefined | Optimizer;
}

/** An optimiser by its name, with options, or as an object. */
export type OptimizerChoice = OptimizerName | OptimizerConfig | Optimizer | OwnOptimizerConfig;
