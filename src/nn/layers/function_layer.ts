import { Tensor } from "../../tensor/tensor.ts";
import { imageShape } from "../checks.ts";
import type { Layer } from "../layer.ts";

/** A layer without parameters: `f` of the batch. What `f` makes of one sample of zeros tells the output's shape. */
export function functionLayer(kind: string, f: (x: Tensor) => Tensor): Layer {
  return {
    kind,
    outputShape: (input) => f(Tensor.full([1, ...input], 0)).shape.slice(1),
    parameters: () => ({}),
    apply: (_, x, { scope }) => f(x).site(`${scope}/${kind}`),
  };
}

/** The same for images [batch, H, W, C]. */
export function imageLayer(kind: string, f: (x: Tensor) => Tensor): Layer {
  const layer = functionLayer(kind, f);
  return {
    ...layer,
    outputShape: (input) => {
      imageShape(kind, input);
      return layer.outputShape(input);
    },
  };
}
