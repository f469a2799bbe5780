import { squaredInputGradients } from "./input_gradient.ts";
import { definePenalty } from "./penalty.ts";

/**
 * R2 (Mescheder et al. 2018, equation 10): (weight / 2) mean_i |grad D(x_i)|^2 on generated samples, which are constants
 * here. R3GAN (Huang et al. 2024, section 2.3) needs it beside R1: on generated samples the gradient explodes first.
 *
 * Default weight 0.1, that of R1: R3GAN gives both the same.
 */
export const r2Penalty = definePenalty({
  name: "r2",
  defaultWeight: 0.1,
  options: {},
  bindsGradient: true,
  term: ({ critic, fake, weight }) =>
    squaredInputGradients((x) => critic(x, "fake"), fake.detach())
      .mean()
      .mul(weight)
      .mul(0.5),
});
