import type { Tensor } from "../../tensor/tensor.ts";
import { definePenalty } from "./penalty.ts";

/**
 * LeCam (Tseng et al. 2021, equation 5, in the one-sided form of the authors' code): with running means m of the logits,
 *
 *   weight (mean relu(D(x) - m_fake)^2 + mean relu(m_real - D(G(z)))^2)
 *
 * for little data: D may not tell the two further apart than it did lately. The means begin at 0 and are those before the
 * step.
 *
 * Default weight 0.3 and decay 0.99, the authors' for BigGAN on CIFAR-10.
 */
export const leCamPenalty = definePenalty({
  name: "leCam",
  defaultWeight: 0.3,
  options: {
    /** Share of the running means of logits that a step keeps. From 0 to 0.99999, default 0.99. */
    decay: { default: 0.99, low: 0, high: 0.99999 },
  },
  needsLogits: true,
  term: ({ realLogits, fakeLogits, weight, options, carry }) => {
    const [realMean, fakeMean] = [carry.read("real"), carry.read("fake")];
    const moved = (mean: Tensor, logits: Tensor) => mean.mul(options.decay).add(logits.mean().mul(1 - options.decay));
    carry.keep("real", moved(realMean, realLogits));
    carry.keep("fake", moved(fakeMean, fakeLogits));
    const above = realLogits.sub(fakeMean).relu().square().mean();
    const below = realMean.sub(fakeLogits).relu().square().mean();
    return above.add(below).mul(weight);
  },
});
