import { minibatchDiscrimination } from "../../nn/minibatch_discrimination.ts";
import { withLayerBeforeLast } from "./before_last.ts";
import { trick } from "./trick.ts";

/**
 * Minibatch discrimination (Salimans et al. 2016, section 3.2): the discriminator's last layer sees how near the other samples
 * of the batch are in learned projections; see the layer `nn.minibatchDiscrimination`.
 */
export const minibatchDiscriminationTrick = trick({
  options: {
    features: { default: 16, low: 1, high: 1024, whole: true, about: "numbers that are added to each sample" },
    kernelDimensions: {
      default: 8,
      low: 1,
      high: 1024,
      whole: true,
      about: "length of what is compared for each of them",
    },
  },
  discriminator: (network, options) => withLayerBeforeLast(network, minibatchDiscrimination(options)),
});
