import { definePenalty, type Penalty } from "./penalty.ts";
import { aboveTarget, targetNorm } from "./target.ts";

/**
 * WGAN-LP (Petzka et al. 2018, equation 8): weight mean_i max(0, |grad D(x_i)| - target)^2, each x_i as in WGAN-GP.
 * One-sided: a Lipschitz bound is an upper bound, and an optimal critic may be flatter than it.
 *
 * Default weight 10, that of WGAN-GP.
 */
export const wganLpPenalty: Penalty<typeof targetNorm, "wganLp"> = definePenalty({
  name: "wganLp",
  defaultWeight: 10,
  options: targetNorm,
  bindsGradient: true,
  term: (input) => aboveTarget(input).relu().square().mean().mul(input.weight),
});
