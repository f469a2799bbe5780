import { assertTensors, type Tensor } from "../tensor/tensor.ts";
import { callable } from "./probe.ts";
import { share } from "./probe_values.ts";
import { defineSiteProbe } from "./site_probe.ts";

/** A slope below this lets through less than a hundredth of the gradient. */
export const saturationThreshold = 1e-2;

function saturationOf(slope: Tensor) {
  assertTensors("activationSaturation", { slope });
  const magnitude = slope.abs();
  return {
    saturated: share(magnitude.less(saturationThreshold)),
    dead: share(magnitude.max(0).less(saturationThreshold)),
  };
}

/**
 * How much of an activation is flat: the share of elements whose slope is below the threshold, and the share of units for
 * which it is so in the whole batch (dead units). It is called with the activation's derivative [batch, ...units].
 */
export const activationSaturation = callable(
  saturationOf,
  defineSiteProbe({
    name: "saturation",
    columns: { saturated: 1, dead: 1 },
    measure: ({ slope }) => slope && saturationOf(slope),
  }),
);
