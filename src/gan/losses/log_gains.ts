import type { Tensor } from "../../tensor/tensor.ts";
import type { GanLoss } from "./loss.ts";

/** `logGain` of the two forms that others are compared with: log |dL_G/da| = log sigmoid(+-a). */
export const logGains: Readonly<Record<GanLoss["comparedWith"], (fake: Tensor) => Tensor>> = {
  minimax: (fake) => fake.logSigmoid(),
  "non-saturating": (fake) => fake.neg().logSigmoid(),
};
