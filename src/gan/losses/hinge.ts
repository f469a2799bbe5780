import { plainLoss } from "./loss.ts";

/**
 * The hinge loss (Lim and Ye 2017; Miyato et al. 2018, equations 16 and 17): a sample that D already tells by a margin of
 * one teaches it nothing more.
 *
 *   L_D = max(0, 1 - a_r) + max(0, 1 + a_f)        L_G = -a_f
 *   dL_D/da_r = -1 where a_r < 1        dL_D/da_f = 1 where a_f > -1
 *   dL_G/da_f = -1, which never saturates
 */
export const hinge = plainLoss("hinge", {
  output: "logit",
  discriminator: (real, fake) => real.neg().add(1).relu().mean().add(fake.add(1).relu().mean()),
  generator: (fake) => fake.mean().neg(),
  logGain: (fake) => fake.mul(0),
  comparedWith: "minimax",
});
