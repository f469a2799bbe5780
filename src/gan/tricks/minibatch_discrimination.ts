import { minibatchDiscrimination } from "../../nn/layers/minibatch_discrimination.ts";
import { withLayerBeforeLast } from "./before_last.ts";
import { defineTrick } from "./trick.ts";

/**
 * Minibatch discrimination (Salimans et al. 2016, section 3.2): the discriminator's last layer sees how near the other samples
 * of the batch are in learned projections; see the layer `nn.minibatchDiscrimination`.
 */
export const minibatchDiscriminationTrick = defineTrick({
  name: "minibatchDiscrimination",
  options: {
    /** Numbers that are added to each sample. A whole number from 1 to 1024, default 16. */
    features: { default: 16, low: 1, high: 1024, whole: true },
    /** Length of what is compared for each of them. A whole number from 1 to 1024, default 8. */
    kernelDimensions: { default: 8, low: 1, high: 1024, whole: true },
  },
  discriminator: (network, options) => withLayerBeforeLast(network, minibatchDiscrimination(options)),
});
