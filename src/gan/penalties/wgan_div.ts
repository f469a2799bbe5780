import type { Tensor } from "../../tensor/tensor.ts";
import { squaredInputGradients } from "./input_gradient.ts";
import { definePenalty } from "./penalty.ts";

/**
 * WGAN-div (Wu et al. 2018, equation 7): (weight / 2) mean_i (|grad D(x_i)|^power + |grad D(y_i)|^power) on real x_i and
 * generated y_i. With it the critic's loss is a divergence for any weight, without a bound on the gradient.
 *
 * Default weight 2 (the paper's k) and power 6, which the paper found best.
 */
export const wganDivPenalty = definePenalty({
  name: "wganDiv",
  defaultWeight: 2,
  options: {
    /** Power of the norm of the discriminator's gradient. From 2 to 16, default 6. */
    power: { default: 6, low: 2, high: 16 },
  },
  bindsGradient: true,
  term: ({ critic, real, fake, weight, options }) => {
    const raised = (x: Tensor) => squaredInputGradients(critic, x).pow(options.power / 2);
    return raised(real).add(raised(fake.detach())).mean().mul(weight).mul(0.5);
  },
});
