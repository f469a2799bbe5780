import { at } from "../../../errors/at.ts";
import { imageShape } from "../../../nn/checks.ts";
import type { NormOptions } from "../../../nn/layers/group_norm.ts";
import type { Value } from "./graph.ts";
import {
  floats,
  graphShape,
  heldBelow,
  labels,
  node,
  perChannel,
  type Rules,
  reshaped,
  type Site,
  scalar,
} from "./site.ts";

/** What standardises: batch norm with its running statistics, the others with those of the sample. */
export const normalising = {
  batchNorm: (site, x, { epsilon = 1e-5, affine = true } = {}) => {
    const maps = affine ? ([site.parameter("scale"), site.parameter("bias")] as const) : constantMap(x);
    return standardised(site, x, epsilon, maps);
  },
  conditionalBatchNorm: (site, x, classes, { epsilon = 1e-5, input } = {}) => {
    const channels = channelsOf(x);
    const label = heldBelow(site, labels(site, input), classes);
    const rowsOf = (name: string): string => {
      const table = floats(site, name, site.parameter(name), [classes, channels]);
      const rows = { name: site.graph.node(site.path, "Gather", [table, label]), shape: [channels] };
      return x.shape.length === 3 ? reshaped(site, rows, perChannel(x.shape), x.shape).name : rows.name;
    };
    const scaled = node(site, "Mul", [standardised(site, x, epsilon, constantMap(x)), rowsOf("scale")]);
    return node(site, "Add", [scaled, rowsOf("bias")]);
  },
  groupNorm: (site, x, groups, options) => perSample(site, x, groups, options),
  layerNorm: (site, x, options) => perSample(site, x, 1, options),
  instanceNorm: (site, x, options) => perSample(site, x, imageShape("instanceNorm", x.shape)[2], options, false),
  pixelNorm: (site, x, { epsilon = 1e-8 } = {}) => {
    const square = node(site, "Mul", [x, x.name]);
    const mean = node(site, "ReduceMean", [square], { axes: [1], keepdims: 1 });
    const root = node(site, "Sqrt", [node(site, "Add", [mean, scalar(site, epsilon)])]);
    return node(site, "Div", [x, root.name]);
  },
} as const satisfies Partial<Rules>;

const channelsOf = ({ shape }: Value): number => at(shape, shape.length - 1);

/** A factor of 1 and a summand of 0 for each channel. */
const constantMap = (x: Value): readonly [Float32Array, Float32Array] => [
  new Float32Array(channelsOf(x)).fill(1),
  new Float32Array(channelsOf(x)),
];

function standardised(
  site: Site,
  x: Value,
  epsilon: number,
  [scale, bias]: readonly [scale: Float32Array, bias: Float32Array],
): Value {
  const given = { scale, bias, mean: site.buffer("mean"), variance: site.buffer("variance") };
  const names = Object.entries(given).map(([name, values]) => floats(site, name, values));
  return node(site, "BatchNormalization", [x, ...names], { epsilon });
}

/** GroupNormalization came with opset 18: each group as one channel, and the learned map behind it. */
function perSample(
  site: Site,
  x: Value,
  groups: number,
  { epsilon = 1e-5, affine }: NormOptions = {},
  isAffine = true,
): Value {
  const ones = floats(site, "ones", new Float32Array(groups).fill(1));
  const zeros = floats(site, "zeros", new Float32Array(groups));
  const grouped = reshaped(site, x, [groups, x.shape.reduce((size, axis) => size * axis, 1) / groups], x.shape);
  const y = node(site, "InstanceNormalization", [grouped, ones, zeros], { epsilon });
  const back = reshaped(site, y, graphShape(x.shape), x.shape);
  if (!(affine ?? isAffine)) return back;
  const map = (name: string) => floats(site, name, site.parameter(name), perChannel(x.shape));
  return node(site, "Add", [node(site, "Mul", [back, map("scale")]), map("bias")]);
}
