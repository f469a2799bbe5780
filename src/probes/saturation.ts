import { assertTensors, type Tensor } from "../tensor.ts";
import { type ProbeValues, share } from "./probe_values.ts";

/** A slope below this lets through less than a hundredth of the gradient. */
export const saturationThreshold = 1e-2;

/**
 * How much of an activation is flat: the share of elements whose slope is below the threshold, and the share of units for
 * which it is so in the whole batch (dead units).
 *
 * @param slope the activation's derivative [batch, ...units].
 */
export function activationSaturation(slope: Tensor): ProbeValues {
  assertTensors("activationSaturation", { slope });
  const magnitude = slope.abs();
  return {
    saturated: share(magnitude.less(saturationThreshold)),
    dead: share(magnitude.max(0).less(saturationThreshold)),
  };
}
