import { minibatchStandardDeviation } from "../../nn/layers/minibatch_standard_deviation.ts";
import { withLayerBeforeLast } from "./before_last.ts";
import { defineTrick } from "./trick.ts";

/**
 * Minibatch standard deviation (Karras et al. 2018, section 3): the discriminator's last layer sees how much the features of
 * a group of samples differ; see the layer `nn.minibatchStandardDeviation`.
 */
export const minibatchStandardDeviationTrick = defineTrick({
  name: "minibatchStandardDeviation",
  options: {
    /** Samples that are compared with each other. A whole number from 2 to 1024, default 4. */
    groupSize: { default: 4, low: 2, high: 1024, whole: true },
  },
  discriminator: (network, { groupSize }) => withLayerBeforeLast(network, minibatchStandardDeviation({ groupSize })),
});
