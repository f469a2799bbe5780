import { between, squaredInputGradients } from "./input_gradient.ts";
import { definePenalty } from "./penalty.ts";

/**
 * The largest gradient of a batch (Lipschitz GAN, Zhou et al. 2019, section 4): weight max_i |grad D(x_i)|^2, each x_i on the
 * line between a real and a generated sample. It presses on the Lipschitz constant itself, not on the mean slope.
 *
 * Default weight 10, that of WGAN-GP: with a loss of logits like `non-saturating` less is enough.
 */
export const maxGradientPenalty = definePenalty({
  name: "maxGradient",
  defaultWeight: 10,
  options: {},
  bindsGradient: true,
  term: ({ critic, real, fake, random, weight }) =>
    squaredInputGradients(critic, between(real, fake, random))
      .max()
      .mul(weight),
});
