import type { Shape } from "../graph/shape.ts";
import type { TensorTree } from "../transforms.ts";
import { innerContext, joinPath, type Layer, type ParameterSpec } from "./layer.ts";

/** One layer after the other. Their parameters are named by position. */
export function sequential(layers: readonly Layer[]): Layer {
  /** Every layer with its name and the shape it is given. */
  const placed = (input: Shape) => {
    let shape = input;
    return layers.map((layer, i) => {
      const given = shape;
      shape = layer.outputShape(given);
      return { layer, name: String(i), given };
    });
  };
  return {
    kind: "sequential",
    mixesSamples: layers.some(({ mixesSamples }) => mixesSamples),
    outputShape: (input) => layers.reduce((shape, layer) => layer.outputShape(shape), input),
    parameters: (input) =>
      Object.fromEntries(placed(input).map(({ layer, name, given }) => [name, layer.parameters(given)])),
    buffers: (input) =>
      Object.fromEntries(
        placed(input).flatMap(({ layer, name, given }) =>
          Object.entries(layer.buffers?.(given) ?? {}).map(([path, spec]): [string, ParameterSpec] => [
            joinPath(name, path),
            spec,
          ]),
        ),
      ),
    apply: (parameters, x, context) =>
      layers.reduce(
        (y, layer, i) =>
          layer.apply(
            (parameters as Record<string, TensorTree>)[String(i)] as TensorTree,
            y,
            innerContext(context, String(i)),
          ),
        x,
      ),
  };
}
