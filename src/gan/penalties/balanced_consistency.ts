import { Tensor } from "../../tensor/tensor.ts";
import { definePenalty, type Penalty } from "./penalty.ts";
import { meanSquaredError, perturbationOptions, perturbed } from "./perturbation.ts";

/**
 * Balanced consistency regularisation (bCR, Zhao et al. 2021, "Improved consistency regularization for GANs", algorithm 1):
 * as `consistency`, on real samples and on generated ones alike. On real samples alone it can teach the generator the
 * changes of T.
 *
 * Default weight 10 for both, the paper's.
 */
export const balancedConsistencyPenalty: Penalty<typeof perturbationOptions, "balancedConsistency"> = definePenalty({
  name: "balancedConsistency",
  defaultWeight: 10,
  options: perturbationOptions,
  term: ({ critic, real, fake, realLogits, fakeLogits, sampleShape, random, weight, options }) => {
    const moved = perturbed(Tensor.concat([real, fake]), sampleShape, random, options);
    const error = meanSquaredError(Tensor.concat([realLogits, fakeLogits]), critic(moved, "both"));
    // The mean over both batches, twice: the sum of the two means.
    return error.mul(2).mul(weight);
  },
});
