import { assertKeys, assertKind, flag } from "../../errors/checks.ts";
import { assertTensors, type Tensor } from "../../tensor/tensor.ts";
import { shareRankedRight } from "../balance.ts";
import { defineProbe } from "../probe.ts";

/** How outputs for held-out samples are to be read. */
export interface HeldOutReading {
  /** Whether less is more real, as of a reconstruction error. Default false. */
  readonly isError?: boolean;
}

/**
 * What the discriminator says of real samples that no training draws, beside those that it is trained on:
 *
 * - `logit`: its mean output for them. With those of `balance` it gives Karras et al.'s r_v (2020, equation 1), which is 0
 *   where it judges both alike, and 1 where it takes held-out samples for generated ones;
 * - `ranked`: the share of pairs, of a sample of the training and one that is held out, in which the first is found more
 *   real: half where it has learnt none by heart, whatever its outputs mean.
 *
 * Called with its outputs for held-out samples and for those of the training, [n, 1] each.
 */
export const heldOut = defineProbe({
  name: "heldOut",
  columns: { logit: 1, ranked: 1 },
  measure(heldOutLogits: Tensor, realLogits: Tensor, reading: HeldOutReading = {}) {
    assertKeys<HeldOutReading>("heldOut", reading, { isError: true });
    const { isError = false } = reading;
    assertTensors("heldOut", { heldOutLogits, realLogits });
    assertKind("heldOut", "isError", isError, flag);
    return {
      logit: heldOutLogits.mean(),
      ranked: isError ? shareRankedRight(heldOutLogits, realLogits) : shareRankedRight(realLogits, heldOutLogits),
    };
  },
});
