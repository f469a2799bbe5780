import { assertTensors, type Tensor } from "../tensor.ts";
import type { ProbeValues } from "./probe_values.ts";
import { share } from "./probe_values.ts";

/**
 * Which player is ahead: the discriminator's accuracy on real (logit above 0) and on fake samples (below 0), and its mean
 * logits.
 */
export function balance(realLogits: Tensor, fakeLogits: Tensor): ProbeValues {
  assertTensors("balance", { realLogits, fakeLogits });
  return {
    accuracyReal: share(realLogits.greater(0)),
    accuracyFake: share(fakeLogits.less(0)),
    logitReal: realLogits.mean(),
    logitFake: fakeLogits.mean(),
  };
}
