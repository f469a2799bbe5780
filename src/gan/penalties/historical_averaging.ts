import { Tensor } from "../../tensor.ts";
import type { Memory } from "../memory.ts";
import { penalty } from "./penalty.ts";

/**
 * Historical averaging (Salimans et al. 2016, section 3.3), for each player by itself: weight |theta - mean of all past
 * theta|^2. It damps a pair of players that circles round the equilibrium. The first step has no past and costs nothing.
 *
 * Default weight 1e-3: the paper gives none; at this one a drift of all parameters by 1 weighs as much as a thousandth of
 * their number.
 */
export const historicalAveragingPenalty = penalty({
  defaultWeight: 1e-3,
  options: {},
  memory: ({ generatorParameters, discriminatorParameters }) => ({
    generatorMean: { shape: [generatorParameters], first: 0 },
    generatorCount: { shape: [], first: 0 },
    discriminatorMean: { shape: [discriminatorParameters], first: 0 },
    discriminatorCount: { shape: [], first: 0 },
  }),
  term: ({ parameters, memory, weight }) => distanceToPast("discriminator", parameters, memory).mul(weight),
  generatorTerm: ({ parameters, memory, weight }) => distanceToPast("generator", parameters, memory).mul(weight),
});

/** The squared distance of the parameters to their running mean, which takes them in afterwards. */
function distanceToPast(player: "generator" | "discriminator", parameters: Tensor, memory: Memory): Tensor {
  const [mean, count] = [memory.read(`${player}Mean`), memory.read(`${player}Count`)];
  const now = parameters.detach();
  memory.keep(`${player}Mean`, mean.add(now.sub(mean).div(count.add(1))));
  memory.keep(`${player}Count`, count.add(1));
  const past = Tensor.where(count.equal(0).broadcastTo(mean.shape), now, mean);
  return parameters.sub(past).square().sum();
}
