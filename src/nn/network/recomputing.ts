import { composed, type Network } from "./network.ts";
import { inSegments } from "./segments.ts";

/** The same network, with the option `recompute`. */
export function recomputing(given: Network): Network {
  const { inputShape, layers } = Object(given) as Network;
  return composed(inputShape, layers, inSegments);
}
