import { squaredInputGradients } from "./input_gradient.ts";
import { definePenalty } from "./penalty.ts";

/**
 * R1 (Mescheder et al. 2018, equation 9): (weight / 2) mean_i |grad D(x_i)|^2 on real samples. Zero-centred: at the
 * equilibrium D is flat on the data. With the half, as in the paper; some code leaves it out and means twice the weight.
 *
 * Default weight 0.1, for data of a few dimensions; the right one grows with the number of pixels, see `suggestGamma`.
 */
export const r1Penalty = definePenalty({
  name: "r1",
  defaultWeight: 0.1,
  options: {},
  bindsGradient: true,
  term: ({ critic, real, weight }) => squaredInputGradients(critic, real).mean().mul(weight).mul(0.5),
});
