import { crossEntropy, labelSmoothing } from "./cross_entropy.ts";
import { logGains } from "./log_gains.ts";
import { defineLoss, type LossEntry } from "./loss.ts";

/**
 * The original game (Goodfellow et al. 2014, equation 1): D maximises log D(x) + log(1 - D(G(z))), G minimises the latter.
 *
 *   L_D = softplus(-a_r) + softplus(a_f)        L_G = -softplus(a_f)
 *   dL_D/da_r = -sigmoid(-a_r)        dL_D/da_f = sigmoid(a_f)
 *   dL_G/da_f = -sigmoid(a_f), which goes to zero as D rejects the sample: the gradient vanishes when it is needed most
 */
export const minimax: LossEntry<typeof labelSmoothing, "minimax"> = defineLoss({
  name: "minimax",
  options: labelSmoothing,
  create: ({ smoothing }) => ({
    output: "logit",
    discriminator: crossEntropy(smoothing),
    generator: (fake) => fake.softplus().mean().neg(),
    logGain: logGains.minimax,
    comparedWith: "non-saturating",
  }),
});
