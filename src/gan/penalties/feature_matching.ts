import { at } from "../../errors/at.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Beside, definePenalty } from "./penalty.ts";

/**
 * Feature matching (Salimans et al. 2016, section 3.1): weight |mean_i f(x_i) - mean_i f(G(z_i))|^2, where f is what the
 * discriminator's last layer with weights is given. The means are matched, not samples in pairs.
 *
 * Default weight 1: the paper has it in the place of the generator's loss, here it stands beside one.
 */
export const featureMatchingPenalty = definePenalty({
  name: "featureMatching",
  defaultWeight: 1,
  options: {},
  generatorTerm: ({ features, real, fake, weight }) => {
    const center = (x: Tensor, beside: Beside) => flat(features(x, beside)).mean(0);
    return center(real, "real").detach().sub(center(fake, "fake")).square().sum().mul(weight);
  },
});

const flat = (x: Tensor): Tensor => x.reshape([at(x.shape, 0), -1]);
