import { definePenalty, type Penalty } from "./penalty.ts";
import { aboveTarget, targetNorm } from "./target.ts";

/**
 * WGAN-GP (Gulrajani et al. 2017, equation 3): weight mean_i (|grad D(x_i)| - target)^2, each x_i on the line between a real
 * and a generated sample, with a uniform weight of its own. A target of 0 is WGAN-GP-0 (Thanh-Tung et al. 2019).
 *
 * Default weight 10, the paper's for images; it uses 0.1 on toy data.
 */
export const wganGpPenalty: Penalty<typeof targetNorm, "wganGp"> = definePenalty({
  name: "wganGp",
  defaultWeight: 10,
  options: targetNorm,
  bindsGradient: true,
  term: (input) => aboveTarget(input).square().mean().mul(input.weight),
});
