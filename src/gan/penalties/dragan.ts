import { onePerSample } from "../samples/one_per_sample.ts";
import { inputGradientNorms } from "./input_gradient.ts";
import { definePenalty } from "./penalty.ts";

/**
 * DRAGAN (Kodali et al. 2017, section 2.3): weight mean_i (|grad D(x_i + a_i d_i)| - 1)^2 around real samples, with
 * d = spread std(x) U(0, 1) for every number, std(x) over the whole batch, and a_i ~ U(0, 1) for every sample, as in the
 * authors' code.
 *
 * Default weight 10 and spread 0.5, as there.
 */
export const draganPenalty = definePenalty({
  name: "dragan",
  defaultWeight: 10,
  options: {
    /** Largest noise around real samples, in their standard deviations. From 0 to 100, default 0.5. */
    spread: { default: 0.5, low: 0, high: 100 },
  },
  bindsGradient: true,
  term: ({ critic, real, random, weight, options }) => {
    const deviation = real.variance().add(1e-12).sqrt();
    const noise = random.uniform(real.shape).mul(deviation).mul(options.spread);
    const around = real.add(random.uniform(onePerSample(real)).mul(noise));
    return inputGradientNorms(critic, around).sub(1).square().mean().mul(weight);
  },
});
