import { at } from "../../errors/at.ts";
import { assertKeys, assertKind, count, shape as shapeKind, text } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import { formatShape, type Shape, sameShape } from "../../graph/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { channelsOf, layer as layerKind } from "../checks.ts";
import { applyPart, outputOf, partsOf } from "../inner_layers.ts";
import type { InnerLayer, Layer } from "../layer.ts";
import { made } from "../made.ts";
import { labelsFor, sideInput } from "../side_inputs.ts";

/** One of `classes`, `layer` and `shape` says what the side input is. */
export interface ConcatInputOptions {
  /** Name of the side input. Default "label". */
  readonly input?: string;
  /** Labels u32 [batch] below this number, each as one 1 among zeros; one beyond is zeros alone. */
  readonly classes?: number;
  /** What is made of the side input first: of labels u32 [batch], say by `embedding(classes, 16)`. */
  readonly layer?: Layer;
  /** Shape of one sample of an input f32 [batch, ...shape] that is taken as it is, [C] or [H, W, C]; or what `layer` is given. */
  readonly shape?: Shape;
}

/**
 * The samples with a side input as further channels: vectors [C] become [C + n], images [H, W, C] become [H, W, C + n]. Of a
 * vector every pixel gets the same n channels, an image of the same height and width lies beside the other.
 *
 *   concatInput({ classes: 10 })                          // the label as one 1 among 10 numbers
 *   concatInput({ layer: embedding(10, 16) })             // the label as 16 learned numbers
 *   concatInput({ input: "style", shape: [8] })           // a vector
 *
 * @throws OptionError unless one of `classes`, `layer` and `shape` is given; ShapeError for samples that it can't stand beside.
 */
export function concatInput(options: ConcatInputOptions): Layer {
  const kind = "concatInput";
  assertKeys<ConcatInputOptions>(kind, options, { input: text, classes: count, layer: true, shape: shapeKind });
  const { input: name = "label", classes, layer, shape } = options;
  if (layer !== undefined) assertKind(kind, "layer", layer, layerKind);
  const isPlain = layer === undefined && shape === undefined;
  if (isPlain === (classes === undefined)) {
    throw new OptionError(
      `${kind}: ${isPlain ? "nothing says what the input is" : "`classes` stands beside `layer` or `shape`"}; give one of ` +
        "{ classes: 10 } for labels, { layer: embedding(10, 16) } and { shape: [8] }.",
    );
  }
  const given = [...(shape ?? [])];
  const parts: readonly InnerLayer[] = layer ? [{ name: "layer", layer, input: given }] : [];
  const added = classes === undefined ? (parts.map(outputOf)[0] ?? given) : [classes];
  channelsOf(kind, added);
  return made(
    {
      kind,
      inputs: [name],
      mixesSamples: layer?.mixesSamples ?? false,
      ...partsOf(() => parts),
      mapInner: (change) => (layer ? concatInput({ ...options, layer: change(layer) }) : concatInput(options)),
      outputShape: (input) => joinedShape(kind, input, added),
      apply: (parameters, x, context) => {
        const batch = at(x.shape, 0);
        joinedShape(kind, x.shape.slice(1), added);
        const wanted =
          given.length === 0 ? labelsFor(x, name) : { name, shape: [batch, ...given], dtype: "f32" as const };
        const side = sideInput(context, kind, wanted);
        const value = layer
          ? applyPart("layer", layer, parameters, side, context)
          : classes === undefined
            ? side
            : oneHot(side, classes);
        const beside = x.shape.length === value.shape.length ? value : value.reshape([batch, 1, 1, -1]);
        const channels = at(value.shape, value.shape.length - 1);
        return Tensor.concat([x, beside.broadcastTo([...x.shape.slice(0, -1), channels])], -1).site(
          `${context.scope}/${kind}`,
        );
      },
    },
    "concatInput",
    options,
  );
}

/** [batch, classes]. */
const oneHot = (labels: Tensor, classes: number): Tensor =>
  labels.reshape([-1, 1]).equal(Tensor.arange(classes)).cast("f32");

function joinedShape(kind: string, input: Shape, added: Shape): Shape {
  const channels = channelsOf(kind, input) + channelsOf(kind, added);
  const pixels = input.slice(0, -1);
  if (added.length > 1 && !sameShape(pixels, added.slice(0, -1))) {
    throw new ShapeError(
      `${kind}: the input ${formatShape(added)} can't lie beside samples ${formatShape(input)}; both must have the same ` +
        "height and width, or the input none.",
    );
  }
  return [...pixels, channels];
}
