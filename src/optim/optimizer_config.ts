import type { AdamOptions } from "./adam.ts";
import type { OptimisticAdamOptions } from "./optimistic.ts";
import type { ClippingOptions } from "./optimizer.ts";
import type { RmspropOptions } from "./rmsprop.ts";
import type { SgdOptions } from "./sgd.ts";

/** An optimiser by its name, with what differs from its defaults. */
export type OptimizerConfig = ClippingOptions &
  (
    | ({
        readonly type: "sgd";
        /** Learning rate, at least 0, default 0.01. */
        readonly lr?: number;
      } & SgdOptions)
    | {
        readonly type: "optimisticSgd";
        /** Learning rate, at least 0, default 0.01. */
        readonly lr?: number;
      }
    | ({
        readonly type: "rmsprop";
        /** Learning rate, at least 0, default 5e-5. */
        readonly lr?: number;
      } & RmspropOptions)
    | ({
        readonly type: "adam";
        /** Learning rate, at least 0, default 2e-4. */
        readonly lr?: number;
      } & Omit<AdamOptions, "weightDecay">)
    | ({
        readonly type: "optimisticAdam";
        /** Learning rate, at least 0, default 1e-4. */
        readonly lr?: number;
      } & OptimisticAdamOptions)
    | ({
        readonly type: "adamw";
        /** Learning rate, at least 0, default 2e-4. */
        readonly lr?: number;
      } & AdamOptions)
  );
