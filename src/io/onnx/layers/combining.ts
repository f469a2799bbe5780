import { at } from "../../../errors/at.ts";
import type { Shape } from "../../../graph/shape.ts";
import { imageShape } from "../../../nn/checks.ts";
import { inSequence } from "../../../nn/inner_layers.ts";
import type { Layer } from "../../../nn/layer.ts";
import type { ConcatInputOptions } from "../../../nn/layers/concat_input.ts";
import type { Value } from "./graph.ts";
import { floats, labels, node, perChannel, type Rules, reshaped, type Site, throughPart, wholes } from "./site.ts";

/** What is made of other layers, or brings two values together. */
export const combining = {
  sequential: (site, x, layers) => throughAll(site, layers, x),
  residual: (site, x) => {
    const through = (name: string) => throughPart(site, name, x.shape, x);
    return node(site, "Add", [through("main"), through("shortcut").name]);
  },
  concatInput: (site, x, options) => {
    const side = sideOf(site, options);
    const shape = site.layer.outputShape(x.shape);
    return node(site, "Concat", [x, besidePixels(site, side, x.shape).name], { axis: 1 }, shape);
  },
  selfAttention: (site, x, { pool = 1 } = {}) => {
    const [height, width, channels] = imageShape("selfAttention", x.shape);
    const project = (name: string, image: Value) => throughPart(site, name, x.shape, image);
    const halved = (image: Value): Value => {
      if (pool === 1) return image;
      const attributes = { kernel_shape: [pool, pool], strides: [pool, pool] };
      const [h, w, c] = imageShape("selfAttention", image.shape);
      return node(site, "MaxPool", [image], attributes, [Math.floor(h / pool), Math.floor(w / pool), c]);
    };
    const query = node(site, "Transpose", [asColumns(site, project("query", x))], { perm: [0, 2, 1] });
    const key = asColumns(site, halved(project("key", x)));
    const values = halved(project("value", x));
    const value = node(site, "Transpose", [asColumns(site, values)], { perm: [0, 2, 1] });
    const attention = node(site, "Softmax", [node(site, "MatMul", [query, key.name])], { axis: -1 });
    const rows = node(site, "MatMul", [attention, value.name]);
    const columns = node(site, "Transpose", [rows], { perm: [0, 2, 1] });
    const depth = at(values.shape, 2);
    const average = reshaped(site, columns, [depth, height, width], [height, width, depth]);
    const gamma = floats(site, "gamma", site.parameter("gamma"), []);
    const output = node(site, "Mul", [project("output", average), gamma], {}, [height, width, channels]);
    return node(site, "Add", [x, output.name]);
  },
} as const satisfies Partial<Rules>;

/** Layers one after the other, named by position. */
export const throughAll = (site: Site, layers: readonly Layer[], x: Value): Value =>
  inSequence(layers, x.shape).parts.reduce((y, part) => site.inner(part, y), x);

/** [N, C, pixels]. */
const asColumns = (site: Site, image: Value): Value => {
  const [height, width, channels] = imageShape("selfAttention", image.shape);
  return reshaped(site, image, [channels, height * width], [channels, height * width]);
};

/** The side input, as the channels that are put beside others. */
function sideOf(site: Site, { input = "label", classes, layer, shape = [] }: ConcatInputOptions): Value {
  if (classes !== undefined) return oneHot(site, labels(site, input), classes);
  const side = shape.length === 0 ? labels(site, input) : fromOutside(site, input, shape);
  return layer ? site.inner({ name: "layer", layer, input: shape }, side) : side;
}

/** An input f32 of the model, [N, ...shape]. Images come as the layout says. */
export function fromOutside({ graph, path, channelsFirst }: Site, name: string, shape: Shape): Value {
  const isImage = shape.length === 3;
  const [height, width, channels] = shape;
  const outside = isImage && channelsFirst ? [at([channels], 0), height, width] : shape;
  const given = graph.input(name, "float32", ["N", ...outside.map((size) => size ?? 1)]);
  if (!isImage || channelsFirst) return { name: given, shape };
  return { name: graph.node(path, "Transpose", [given], { perm: [0, 3, 1, 2] }), shape };
}

/** A 1 at the label; one beyond the last class is zeros alone. */
function oneHot(site: Site, label: Value, classes: number): Value {
  const column = reshaped(site, label, [1], [1]);
  const all = wholes(
    site,
    "classes",
    Array.from({ length: classes }, (_, i) => i),
  );
  return node(site, "Cast", [node(site, "Equal", [column, all])], { to: 1 }, [classes]);
}

/** Of a vector every pixel gets the same channels. */
export function besidePixels(site: Site, vector: Value, [height, width, ...more]: Shape): Value {
  if (more.length === 0 || vector.shape.length === 3) return vector;
  const shape = [height ?? 1, width ?? 1, at(vector.shape, 0)];
  const column = reshaped(site, vector, perChannel(shape), shape);
  return node(site, "Expand", [column, wholes(site, "pixels", [1, 1, ...shape.slice(0, 2)])], {}, shape);
}
