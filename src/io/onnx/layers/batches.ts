import { at } from "../../../errors/at.ts";
import { besidePixels } from "./combining.ts";
import { asVectors, floats, graphShape, node, type Rules, reshaped, type Site, scalar, wholes } from "./site.ts";

/** What compares the samples of a batch. */
export const batches = {
  minibatchDiscrimination: (site, x, { features, kernelDimensions }) => {
    const vectors = asVectors(site, x);
    const size = at(vectors.shape, 0);
    const weight = floats(site, "weight", site.parameter("weight"), [size, features * kernelDimensions]);
    const projected = node(site, "MatMul", [vectors, weight]);
    const cut = (batches: readonly number[]) =>
      node(site, "Reshape", [projected, wholes(site, "shape", [...batches, features, kernelDimensions])]);
    const distance = node(site, "Abs", [node(site, "Sub", [cut([-1, 1]), cut([1, -1]).name])]);
    const summed = (value: typeof x, axis: number) =>
      node(site, "ReduceSum", [value, wholes(site, "axes", [axis])], { keepdims: 0 });
    const near = node(site, "Exp", [node(site, "Neg", [summed(distance, 3)])]);
    const closeness = node(site, "Sub", [summed(near, 1), scalar(site, 1)]);
    return node(site, "Concat", [vectors, closeness.name], { axis: 1 }, [size + features]);
  },
  minibatchStandardDeviation: (site, x, { groupSize = 4, features = 1 } = {}) => {
    const channels = at(x.shape, x.shape.length - 1);
    const [, ...pixels] = graphShape(x.shape);
    const group = groupOf(site, x.name, groupSize);
    const grouped = node(site, "Reshape", [
      x,
      joined(site, group, [-1, features, channels / features, pixels.reduce((size, axis) => size * axis, 1)]),
    ]);
    const mean = node(site, "ReduceMean", [grouped], { axes: [0], keepdims: 1 });
    const distance = node(site, "Sub", [grouped, mean.name]);
    const square = node(site, "Mul", [distance, distance.name]);
    const variance = node(site, "ReduceMean", [square], { axes: [0], keepdims: 0 });
    const deviation = node(site, "Sqrt", [node(site, "Add", [variance, scalar(site, 1e-8)])]);
    const ofGroups = node(site, "ReduceMean", [deviation], { axes: [2, 3], keepdims: 0 });
    const once = node(site, "Reshape", [ofGroups, wholes(site, "shape", [1, -1, features])]);
    const tiled = node(site, "Expand", [once, joined(site, group, [1, 1])]);
    const each = reshaped(site, tiled, [features], [features]);
    const beside = besidePixels(site, each, x.shape);
    return node(site, "Concat", [x, beside.name], { axis: 1 }, site.layer.outputShape(x.shape));
  },
} as const satisfies Partial<Rules>;

/** Samples of a group: the whole batch, if that is smaller. */
function groupOf(site: Site, x: string, groupSize: number): string {
  const batch = site.graph.node(site.path, "Shape", [x], { start: 0, end: 1 });
  return site.graph.node(site.path, "Min", [batch, wholes(site, "groupSize", [groupSize])]);
}

const joined = (site: Site, first: string, rest: readonly number[]): string =>
  site.graph.node(site.path, "Concat", [first, wholes(site, "shape", rest)], { axis: 0 });
