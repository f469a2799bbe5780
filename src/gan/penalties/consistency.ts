import { definePenalty, type Penalty } from "./penalty.ts";
import { meanSquaredError, perturbationOptions, perturbed } from "./perturbation.ts";

/**
 * Consistency regularisation (CR-GAN, Zhang et al. 2020, equation 2): weight mean_i (D(x_i) - D(T(x_i)))^2 on real samples,
 * where T moves a sample so little that the answer should stay; see `perturbed`.
 *
 * Default weight 10, the paper's.
 */
export const consistencyPenalty: Penalty<typeof perturbationOptions, "consistency"> = definePenalty({
  name: "consistency",
  defaultWeight: 10,
  options: perturbationOptions,
  term: ({ critic, real, realLogits, sampleShape, random, weight, options }) =>
    meanSquaredError(realLogits, critic(perturbed(real, sampleShape, random, options))).mul(weight),
});
