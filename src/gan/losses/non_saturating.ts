import { crossEntropy, labelSmoothing } from "./cross_entropy.ts";
import { type GanLoss, type LossEntry, lossEntry } from "./loss.ts";
import { minimax } from "./minimax.ts";

/**
 * The alternative of the same paper (Goodfellow et al. 2014, section 3): G maximises log D(G(z)).
 *
 *   L_D as in minimax        L_G = softplus(-a_f)
 *   dL_G/da_f = -sigmoid(-a_f), which is near -1 where D rejects the sample and goes to zero only where it is deceived
 */
export const nonSaturating: GanLoss = {
  discriminator: minimax.discriminator,
  generator: (fake) => fake.neg().softplus().mean(),
  logGain: (fake) => fake.neg().logSigmoid(),
  comparedWith: "minimax",
};

export const nonSaturatingEntry: LossEntry<typeof labelSmoothing> = lossEntry({
  options: labelSmoothing,
  create: ({ smoothing }) => ({ ...nonSaturating, discriminator: crossEntropy(smoothing) }),
});
