import { assertLayers } from "../checks.ts";
import { applyPart, inSequence, partsOf } from "../inner_layers.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";

/** One layer after the other. Their parameters are named by position. */
export function sequential(given: readonly Layer[], where = "sequential"): Layer {
  assertLayers(where, "layers", given);
  const layers = [...given];
  return made(
    {
      kind: "sequential",
      mixesSamples: layers.some(({ mixesSamples }) => mixesSamples),
      ...partsOf((input) => inSequence(layers, input).parts),
      mapInner: (change) => sequential(layers.map(change)),
      outputShape: (input) => inSequence(layers, input).output,
      apply: (parameters, x, context) =>
        layers.reduce((y, layer, i) => applyPart(String(i), layer, parameters, y, context), x),
    },
    "sequential",
    given,
  );
}
