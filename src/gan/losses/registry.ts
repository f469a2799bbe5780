import { OptionError } from "../../gpu/errors.ts";
import { hinge } from "./hinge.ts";
import type { GanLoss } from "./loss.ts";
import { minimax } from "./minimax.ts";
import { nonSaturating } from "./non_saturating.ts";
import { wasserstein } from "./wasserstein.ts";

/** Losses by name. */
export const losses = {
  minimax,
  "non-saturating": nonSaturating,
  hinge,
  wasserstein,
} as const satisfies Record<string, GanLoss>;

export type LossName = keyof typeof losses;

/** @throws OptionError for an unknown name. */
export function resolveLoss(name: LossName): GanLoss {
  if (!Object.hasOwn(losses, name)) {
    throw new OptionError(`There is no loss "${name}"; these exist: ${Object.keys(losses).join(", ")}.`);
  }
  return losses[name];
}
