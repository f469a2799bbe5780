import { minibatchStandardDeviation } from "../../nn/minibatch_standard_deviation.ts";
import { withLayerBeforeLast } from "./before_last.ts";
import { trick } from "./trick.ts";

/**
 * Minibatch standard deviation (Karras et al. 2018, section 3): the discriminator's last layer sees how much the features of
 * a group of samples differ; see the layer `nn.minibatchStandardDeviation`.
 */
export const minibatchStandardDeviationTrick = trick({
  options: {
    groupSize: { default: 4, low: 2, high: 1024, whole: true, about: "samples that are compared with each other" },
  },
  discriminator: (network, { groupSize }) => withLayerBeforeLast(network, minibatchStandardDeviation({ groupSize })),
});
