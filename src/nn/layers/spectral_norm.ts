import { at } from "../../errors/at.ts";
import { assertKeys, assertKind, count, notNegative } from "../../errors/checks.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { layer as layerKind } from "../checks.ts";
import { defineLayer } from "../define_layer.ts";
import { normal } from "../initializers.ts";
import { joinPath, type Layer } from "../layer.ts";
import { made } from "../made.ts";
import { asMatrix, type WeightedSpecs, weightedSpecs } from "../weight_spec.ts";

export interface SpectralNormOptions {
  /** Steps of the power iteration in every application. Default 1: the weight changes little between two of them. */
  readonly iterations?: number;
  /** Norms of singular vectors are taken as at least this. Default 1e-12. */
  readonly epsilon?: number;
}

/**
 * Spectral normalisation (Miyato et al. 2018) of a layer with a `weight`: the layer is given W / sigma(W), where sigma is the
 * largest singular value of the weight as a matrix [outputs, rest]. It is estimated by power iteration from the buffer `u`
 * [outputs], which every application in training moves on:
 *
 *   v = W^T u / |W^T u|        u = W v / |W v|        sigma = u^T W v
 *
 * The gradient goes through W in sigma, not through u and v. Evaluation does the same and keeps nothing of it.
 */
export function spectralNorm(layer: Layer, options: SpectralNormOptions = {}): Layer {
  assertKind("spectralNorm", "the layer", layer, layerKind);
  assertKeys<SpectralNormOptions>("spectralNorm", options, { iterations: count, epsilon: notNegative });
  const { iterations = 1, epsilon = 1e-12 } = options;
  const kind = `spectralNorm(${layer.kind})`;
  return made(
    defineLayer<WeightedSpecs>({
      ...layer,
      kind,
      parameters: (input) => weightedSpecs("spectralNorm", layer, input),
      buffers: (input) => {
        const { shape, fans, outputAxis = shape.length - 1 } = weightedSpecs("spectralNorm", layer, input).weight;
        const u = { shape: [at(shape, outputAxis)], fans, initializer: normal(1) };
        return { ...layer.buffers?.(input), u };
      },
      apply: (parameters, x, context) => {
        const { weight } = parameters;
        const { scope, path, pass } = context;
        const { outputAxis } = weightedSpecs("spectralNorm", layer, x.shape.slice(1)).weight;
        const matrix = asMatrix(weight, outputAxis);
        const name = joinPath(path, "u");
        const { u, sigma } = powerIteration(matrix, pass.buffer(name), iterations, epsilon);
        if (pass.mode(`${scope}/${kind}`) === "training") pass.update(name, u);
        return layer.apply({ ...parameters, weight: weight.div(sigma) }, x, context);
      },
    }),
    "spectralNorm",
    layer,
    options,
  );
}

/**
 * The left singular vector and the value of the largest singular value of `matrix` [O, R], from a first guess at the vector.
 * The length of v cancels in u, so v is not divided by it before sigma is: with a = W^T u and b = W a,
 *
 *   v = a / |a|        u = b / |b|        sigma = u^T W v = b^T (W a) / (|a| |b|)
 */
function powerIteration(matrix: Tensor, first: Tensor, iterations: number, epsilon: number) {
  const constant = matrix.detach();
  let [a, b, u] = [first, first, first];
  for (let i = 0; i < iterations; i++) {
    a = constant.matmul(column(u), { transposeA: true });
    b = constant.matmul(a);
    u = b.div(lengthOf(b, epsilon)).flatten();
  }
  const sigma = b
    .mul(matrix.matmul(a))
    .sum()
    .div(lengthOf(a, epsilon).mul(lengthOf(b, epsilon)));
  return { u, sigma };
}

const lengthOf = (x: Tensor, epsilon: number): Tensor => x.square().sum().sqrt().maximum(epsilon);

const column = (x: Tensor): Tensor => x.reshape([-1, 1]);
