import { at } from "../../errors/at.ts";
import { network } from "../../nn/network/network.ts";
import { defineTrick } from "./trick.ts";

/**
 * PacGAN (Lin et al. 2018): the discriminator judges packs of samples of one kind at once, and so sees it if generated ones
 * are too much alike. Only its first layer grows: points of a pack lie one after the other, images side by side in channels.
 * The loss counts packs. A pack has no one label: a discriminator that takes labels is refused.
 */
export const pacTrick = defineTrick({
  name: "pac",
  options: {
    /** Samples a pack; the batch must be a multiple of it. A whole number from 1 to 16, default 2. */
    samples: { default: 2, low: 1, high: 16, whole: true },
  },
  needsLogits: true,
  pack: ({ samples }) => samples,
  discriminator: ({ inputShape, layers }, { samples }) => {
    const channels = at(inputShape, inputShape.length - 1);
    return network([...inputShape.slice(0, -1), samples * channels], layers);
  },
});
