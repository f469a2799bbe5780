import { at } from "../../errors/at.ts";
import { assertKeys, callback, text } from "../../errors/checks.ts";
import { type Shape, sizeOf } from "../../graph/shape.ts";
import { assertCount } from "../checks.ts";
import { type Initializer, type InitializerName, resolveInitializer } from "../initializers.ts";
import { applyPart, partsOf } from "../inner_layers.ts";
import type { InnerLayer, Layer } from "../layer.ts";
import { made } from "../made.ts";
import { labelsFor, sideInput } from "../side_inputs.ts";
import { embedding } from "./embedding.ts";
import { linear } from "./linear.ts";

export interface ProjectionOptions {
  /** Name of the side input that holds the labels. Default "label". */
  readonly input?: string;
  /** Of the weights and of the embedding. Default "glorotNormal". */
  readonly initializer?: Initializer | InitializerName;
  /** Put around the linear layer and the embedding, such as `spectralNorm`; nothing by default. */
  readonly wrap?: (layer: Layer) => Layer;
}

const bare = (layer: Layer): Layer => layer;

/**
 * The head of a projection discriminator (Miyato and Koyama 2018, equation 4), in the place of the last `linear(1)`. Of features
 * phi, flattened, and the side input `label` u32 [batch] it makes one logit a sample [1]:
 *
 *   y = psi(phi) + <V[label], phi>
 *
 * with a linear psi and a learned vector V for each class, under the names `linear` and `embedding`. A label beyond the last
 * counts as the last.
 */
export function projection(classes: number, options: ProjectionOptions = {}): Layer {
  const kind = "projection";
  assertCount(kind, classes, "classes");
  assertKeys<ProjectionOptions>(kind, options, { input: text, initializer: true, wrap: callback });
  const { input = "label", wrap = bare } = options;
  const initializer = resolveInitializer(options.initializer ?? "glorotNormal");
  const head = wrap(linear(1, { initializer }));
  const vectors = (features: number) => wrap(embedding(classes, features, { initializer }));
  const inner = (shape: Shape): InnerLayer[] => [
    { name: "linear", layer: head, input: shape },
    { name: "embedding", layer: vectors(sizeOf(shape)), input: [] },
  ];
  return made(
    {
      kind,
      inputs: [input],
      ...partsOf(inner),
      mapInner: (change) => projection(classes, { ...options, wrap: (layer) => change(wrap(layer)) }),
      outputShape: (shape) => head.outputShape(shape),
      apply: (parameters, x, context) => {
        const labels = sideInput(context, kind, labelsFor(x, input));
        const features = x.reshape([at(x.shape, 0), -1]);
        const own = applyPart("embedding", vectors(at(features.shape, 1)), parameters, labels, context);
        const product = features.mul(own).sum(1, { keepDims: true });
        return applyPart("linear", head, parameters, features, context).add(product).site(`${context.scope}/${kind}`);
      },
    },
    "projection",
    classes,
    options,
  );
}
