import { at, fault } from "../../../errors/at.ts";
import { type Shape, sameShape, sizeOf } from "../../../graph/shape.ts";
import type { InnerLayer, Layer } from "../../../nn/layer.ts";
import type { layers } from "../../../nn/layers/all.ts";
import type { OnnxNode } from "../file/model.ts";
import type { OnnxGraph, Value } from "./graph.ts";

/** A layer at its place in the network, while its nodes are written. */
export interface Site {
  readonly layer: Layer;
  /** Its path in the network, such as `2/main/0`. */
  readonly path: string;
  readonly graph: OnnxGraph;
  /** Whether images come from outside, and go there, as [N, C, H, W]. */
  readonly channelsFirst: boolean;
  /** Numbers of its parameter, or of what it keeps, by its name in the layer. */
  parameter(name: string): Float32Array;
  buffer(name: string): Float32Array;
  /** A layer inside of it. */
  inner(part: InnerLayer, x: Value): Value;
  /** Another layer in its place, with some of the parameters changed. */
  instead(layer: Layer, changed: Readonly<Record<string, Float32Array>>, x: Value): Value;
}

type Makers = typeof layers;

/** The nodes of each layer in evaluation, by the function of `nn` that made it, and of what that was given. */
export type Rules = {
  readonly [Name in keyof Makers]: (site: Site, x: Value, ...given: Parameters<Makers[Name]>) => Value;
};

/** A node whose result has the shape of a sample `shape`; that of its first input by default. */
export function node(
  site: Site,
  op: string,
  [x, ...more]: readonly [Value, ...string[]],
  attributes: OnnxNode["attributes"] = {},
  shape: Shape = x.shape,
): Value {
  return { name: site.graph.node(site.path, op, [x.name, ...more], attributes), shape };
}

const named = ({ path }: Site, name: string): string => (path === "" ? name : `${path}/${name}`);

export const floats = (site: Site, name: string, values: ArrayLike<number>, shape?: Shape): string =>
  site.graph.floats(named(site, name), Float32Array.from(values), shape);

export const wholes = (site: Site, name: string, values: readonly number[], shape?: Shape): string =>
  site.graph.wholes(named(site, name), values, shape);

export const scalar = (site: Site, value: number): string => floats(site, "constant", [value], []);

/** The axes that stand behind the batch, in the graph, of samples of a shape. */
export const graphShape = (shape: Shape): Shape =>
  shape.length === 3 ? [at(shape, 2), at(shape, 0), at(shape, 1)] : shape;

/** The same numbers as samples of another shape, in the order in which the graph has them. `sizes` are those behind the batch. */
export const reshaped = (site: Site, x: Value, sizes: Shape, shape: Shape): Value =>
  node(site, "Reshape", [x, wholes(site, "shape", [-1, ...sizes])], {}, shape);

/** The same numbers as samples of another shape, in the library's order. */
export function reordered(site: Site, x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const flat = x.shape.length === 3 ? node(site, "Transpose", [x], { perm: [0, 2, 3, 1] }) : x;
  const filled = reshaped(site, flat, shape, shape);
  return shape.length === 3 ? node(site, "Transpose", [filled], { perm: [0, 3, 1, 2] }) : filled;
}

/** Samples as vectors. */
export const asVectors = (site: Site, x: Value): Value =>
  x.shape.length === 1 ? x : reordered(site, x, [sizeOf(x.shape)]);

/** What broadcasts over the pixels of samples of a shape: [C] or [C, 1, 1]. */
export const perChannel = (shape: Shape): Shape => (shape.length === 3 ? [at(shape, 2), 1, 1] : [at(shape, 0)]);

/** The part called `name` of a layer that is given samples of the shape `input`. */
export function throughPart(site: Site, name: string, input: Shape, x: Value): Value {
  const part = site.layer.inner?.(input).find((each) => each.name === name);
  if (!part) throw fault(`The layer ${site.layer.kind} has no part "${name}"`);
  return site.inner(part, x);
}

/** Labels int64 [N] from outside. */
export const labels = (site: Site, name = "label"): Value => ({
  name: site.graph.input(name, "int64", ["N"]),
  shape: [],
  isLabels: true,
});

/** Labels, of which one beyond the last class counts as the last. */
export const heldBelow = (site: Site, given: Value, classes: number): string =>
  node(site, "Min", [given, wholes(site, "lastClass", [classes - 1], [])]).name;
