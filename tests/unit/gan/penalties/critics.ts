/** Small critics with fixed parameters, as leaves whose values the reference can move. */

import { isParameterSpec, type ParameterSpec } from "../../../../src/nn/layer.ts";
import type { ActivationName } from "../../../../src/nn/layers/activations.ts";
import { mlp, type Network } from "../../../../src/nn/network/network.ts";
import type { Tensor } from "../../../../src/tensor/tensor.ts";
import type { TensorTree } from "../../../../src/tensor/transforms.ts";
import { flatten } from "../../../../src/tensor/tree.ts";
import { type Operand, operand } from "../../../reference/operands.ts";
import type { Rng } from "../../../reference/rng.ts";

export interface Critic {
  readonly network: Network;
  /** Values of the parameters in the order of the tree. */
  readonly parameters: readonly Operand[];
}

export const criticSizes: readonly (readonly number[])[] = [
  [2, 16, 16, 1],
  [5, 33, 1],
];

export const criticActivations: readonly ActivationName[] = ["tanh", "leakyRelu", "softplus"];

export function makeCritic(rng: Rng, sizes: readonly number[], activation: ActivationName): Critic {
  const network = mlp(sizes, { activation });
  const { leaves } = flatten<ParameterSpec>(network.parameters, isParameterSpec);
  const parameters = leaves.map(({ shape, fans }) => {
    const spread = 1.7 / Math.sqrt(fans.fanIn);
    return operand(rng, shape, (r) => r.between(-spread, spread));
  });
  return { network, parameters };
}

/** Tensors in the form of the network's parameters. */
export const asTree = (network: Network, tensors: readonly Tensor[]): TensorTree =>
  flatten<ParameterSpec>(network.parameters, isParameterSpec).rebuild(tensors) as TensorTree;
