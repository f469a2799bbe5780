import type { Layer } from "../../nn/layer.ts";
import { lastWithParameters, type Network, network } from "../../nn/network/network.ts";

/** The network with one more layer before its last one with parameters: next to the features that its output is read from. */
export function withLayerBeforeLast({ inputShape, layers }: Network, layer: Layer): Network {
  const last = lastWithParameters(inputShape, layers);
  return network(inputShape, [...layers.slice(0, last), layer, ...layers.slice(last)]);
}
