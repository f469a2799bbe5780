import type { Carry } from "../../engine/carry.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { definePenalty } from "./penalty.ts";

/**
 * Historical averaging (Salimans et al. 2016, section 3.3), for each player by itself: weight |theta - mean of all past
 * theta|^2. It damps a pair of players that circles round the equilibrium. The first step has no past and costs nothing.
 *
 * Default weight 1e-3: the paper gives none; at this one a drift of all parameters by 1 weighs as much as a thousandth of
 * their number.
 */
export const historicalAveragingPenalty = definePenalty({
  name: "historicalAveraging",
  defaultWeight: 1e-3,
  options: {},
  term: ({ parameters, carry, weight }) => distanceToPast(parameters, carry).mul(weight),
  generatorTerm: ({ parameters, carry, weight }) => distanceToPast(parameters, carry).mul(weight),
});

/** The squared distance of the parameters to their running mean, which takes them in afterwards. */
function distanceToPast(parameters: Tensor, carry: Carry): Tensor {
  const [mean, count] = [carry.read("mean", parameters.shape), carry.read("count")];
  const now = parameters.detach();
  carry.keep("mean", mean.add(now.sub(mean).div(count.add(1))));
  carry.keep("count", count.add(1));
  const past = Tensor.where(count.equal(0).broadcastTo(mean.shape), now, mean);
  return parameters.sub(past).square().sum();
}
