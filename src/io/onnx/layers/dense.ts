import { at } from "../../../errors/at.ts";
import type { Layer } from "../../../nn/layer.ts";
import type { EqualizedOptions } from "../../../nn/layers/equalized.ts";
import type { SpectralNormOptions } from "../../../nn/layers/spectral_norm.ts";
import { weightedSpecs } from "../../../nn/weight_spec.ts";
import { permuted, type Value } from "./graph.ts";
import { asVectors, floats, heldBelow, labels, node, type Rules, type Site, throughPart, wholes } from "./site.ts";

/** What multiplies vectors by matrices, and what changes the matrices. */
export const dense = {
  linear: (site, x, outputs, { bias = true } = {}) => {
    const vectors = asVectors(site, x);
    const weight = floats(site, "weight", site.parameter("weight"), [at(vectors.shape, 0), outputs]);
    const offset = bias ? [floats(site, "bias", site.parameter("bias"))] : [];
    return node(site, "Gemm", [vectors, weight, ...offset], {}, [outputs]);
  },
  embedding: (site, x, count, dimensions) => {
    // What the network is given, or a layer makes, is f32.
    const whole = x.isLabels ? x : node(site, "Cast", [x], { to: 7 });
    const table = floats(site, "weight", site.parameter("weight"), [count, dimensions]);
    return { name: site.graph.node(site.path, "Gather", [table, heldBelow(site, whole, count)]), shape: [dimensions] };
  },
  projection: (site, x, _, { input } = {}) => {
    const vectors = asVectors(site, x);
    const own = throughPart(site, "embedding", vectors.shape, labels(site, input));
    const product = node(site, "Mul", [vectors, own.name]);
    const sum = node(site, "ReduceSum", [product, wholes(site, "axes", [1])], { keepdims: 1 }, [1]);
    return node(site, "Add", [throughPart(site, "linear", vectors.shape, vectors), sum.name]);
  },
  equalized: (site, x, layer, options = {}) => site.instead(layer, scaledParameters(site, x, layer, options), x),
  spectralNorm: (site, x, layer, options = {}) =>
    site.instead(layer, { weight: dividedWeight(site, x, layer, options) }, x),
} as const satisfies Partial<Rules>;

/** Multiplied as `equalized` does it, once for all. */
function scaledParameters(
  site: Site,
  { shape }: Value,
  layer: Layer,
  { gain = 1, learningRateMultiplier = 1 }: EqualizedOptions,
): Readonly<Record<string, Float32Array>> {
  const specs = weightedSpecs("equalized", layer, shape);
  const factor = (gain * learningRateMultiplier) / Math.sqrt(specs.weight.fans.fanIn);
  const weight = site.parameter("weight").map((value) => value * factor);
  if (!specs["bias"]) return { weight };
  return { weight, bias: site.parameter("bias").map((value) => value * learningRateMultiplier) };
}

/** Divided by the estimate of its largest singular value that `spectralNorm` has in evaluation. */
function dividedWeight(
  site: Site,
  { shape }: Value,
  layer: Layer,
  { iterations = 1, epsilon = 1e-12 }: SpectralNormOptions,
): Float32Array {
  const { weight: spec } = weightedSpecs("spectralNorm", layer, shape);
  const { outputAxis = spec.shape.length - 1 } = spec;
  const weight = site.parameter("weight");
  const others = spec.shape.flatMap((_, axis) => (axis === outputAxis ? [] : [axis]));
  const matrix = permuted(weight, spec.shape, [outputAxis, ...others]);
  const sigma = largestSingularValue(matrix, at(spec.shape, outputAxis), site.buffer("u"), iterations, epsilon);
  return weight.map((value) => value / sigma);
}

function largestSingularValue(
  matrix: Float32Array,
  rows: number,
  first: Float32Array,
  iterations: number,
  epsilon: number,
): number {
  const columns = matrix.length / rows;
  const length = (x: Float64Array) => Math.max(Math.sqrt(x.reduce((sum, value) => sum + value * value, 0)), epsilon);
  let u = Float64Array.from(first);
  let sigma = 0;
  for (let i = 0; i < iterations; i++) {
    const a = new Float64Array(columns);
    const b = new Float64Array(rows);
    matrix.forEach((value, place) => {
      const column = place % columns;
      a[column] = (a[column] ?? 0) + value * (u[Math.floor(place / columns)] ?? 0);
    });
    matrix.forEach((value, place) => {
      const row = Math.floor(place / columns);
      b[row] = (b[row] ?? 0) + value * (a[place % columns] ?? 0);
    });
    const size = length(b);
    u = b.map((value) => value / size);
    // u^T W v with u = b / |b|, v = a / |a| and b = W a.
    sigma = b.reduce((sum, value) => sum + value * value, 0) / (length(a) * size);
  }
  return sigma;
}
