import { at } from "../../errors/at.ts";
import { assertKeys, flag } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import { formatShape, sizeOf } from "../../graph/shape.ts";
import { assertCount } from "../checks.ts";
import { defineLayer } from "../define_layer.ts";
import { type Initializer, type InitializerName, resolveInitializer, zeros } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";

export interface LinearOptions {
  /** False leaves the bias out. */
  readonly bias?: boolean;
  readonly initializer?: Initializer | InitializerName;
}

/** y = x W + b with W [inputs, outputs]. A sample of several axes is flattened first. */
export function linear(outputs: number, options: LinearOptions = {}): Layer {
  assertKeys<LinearOptions>("linear", options, { bias: flag, initializer: true });
  const { bias = true } = options;
  const initializer = resolveInitializer(options.initializer ?? "glorotNormal");
  assertCount("linear", outputs, "outputs");
  return made(
    defineLayer({
      kind: "linear",
      outputShape: () => [outputs],
      parameters: (input) => {
        const inputs = sizeOf(input);
        const fans = { fanIn: inputs, fanOut: outputs };
        const weight = { shape: [inputs, outputs], fans, initializer, outputAxis: 1 };
        return bias ? { weight, bias: { shape: [outputs], fans, initializer: zeros } } : { weight };
      },
      apply: ({ weight, bias: offset }, x, { scope }) => {
        const flat = x.reshape([at(x.shape, 0), -1]);
        if (flat.shape[1] !== weight.shape[0]) {
          throw new ShapeError(
            `${scope}/linear: the input ${formatShape(x.shape)} has ${flat.shape[1]} values a sample, but the weight ` +
              `${formatShape(weight.shape)} takes ${weight.shape[0]}.`,
          );
        }
        const product = flat.matmul(weight);
        return (offset ? product.add(offset) : product).site(`${scope}/linear`);
      },
    }),
    "linear",
    outputs,
    options,
  );
}
