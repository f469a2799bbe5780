import { crossEntropy, labelSmoothing } from "./cross_entropy.ts";
import { logGains } from "./log_gains.ts";
import { defineLoss, type LossEntry } from "./loss.ts";

/**
 * The alternative of the same paper (Goodfellow et al. 2014, section 3): G maximises log D(G(z)).
 *
 *   L_D as in minimax        L_G = softplus(-a_f)
 *   dL_G/da_f = -sigmoid(-a_f), which is near -1 where D rejects the sample and goes to zero only where it is deceived
 */
export const nonSaturating: LossEntry<typeof labelSmoothing, "non-saturating"> = defineLoss({
  name: "non-saturating",
  options: labelSmoothing,
  create: ({ smoothing }) => ({
    output: "logit",
    discriminator: crossEntropy(smoothing),
    generator: (fake) => fake.neg().softplus().mean(),
    logGain: logGains["non-saturating"],
    comparedWith: "minimax",
  }),
});
