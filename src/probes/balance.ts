import { assertTensors, type Tensor } from "../tensor/tensor.ts";
import { defineProbe } from "./probe.ts";
import { share } from "./probe_values.ts";

/**
 * Which player is ahead: the discriminator's accuracy on real (logit above 0) and on fake samples (below 0), and its mean
 * logits.
 */
export const balance = defineProbe({
  name: "balance",
  columns: { accuracyReal: 1, accuracyFake: 1, logitReal: 1, logitFake: 1 },
  measure(realLogits: Tensor, fakeLogits: Tensor) {
    assertTensors("balance", { realLogits, fakeLogits });
    return {
      accuracyReal: share(realLogits.greater(0)),
      accuracyFake: share(fakeLogits.less(0)),
      logitReal: realLogits.mean(),
      logitFake: fakeLogits.mean(),
    };
  },
});
