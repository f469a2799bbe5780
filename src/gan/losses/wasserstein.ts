import { remedy } from "../../probes/remedies.ts";
import { plainLoss } from "./loss.ts";

/**
 * The Wasserstein critic (Arjovsky et al. 2017, equation 2): a is a score, not a logit, and D must be kept Lipschitz by a
 * penalty.
 *
 *   L_D = a_f - a_r        L_G = -a_f
 *   dL_D/da_r = -1        dL_D/da_f = 1
 *   dL_G/da_f = -1, which never saturates
 */
export const wasserstein = plainLoss("wasserstein", {
  output: "score",
  discriminator: (real, fake) => fake.mean().sub(real.mean()),
  generator: (fake) => fake.mean().neg(),
  logGain: (fake) => fake.mul(0),
  comparedWith: "minimax",
  warning: {
    problem: "The Wasserstein loss without a gradient penalty has no bound: the critic's scores grow for ever.",
    remedies: [remedy("", { kind: "penalty", name: "wganGp" })],
  },
});
