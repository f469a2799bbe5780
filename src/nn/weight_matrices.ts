import { isTensor, type Tensor } from "../tensor.ts";
import type { TensorTree } from "../transforms.ts";
import { flatten } from "../tree.ts";
import { isParameterSpec, type ParameterSpec } from "./layer.ts";
import type { Network } from "./network.ts";

/** A weight as [outputs, rest], where the outputs lie along `axis`. */
export function asMatrix(weight: Tensor, axis = weight.shape.length - 1): Tensor {
  const others = weight.shape.flatMap((_, i) => (i === axis ? [] : [i]));
  return weight.permute([axis, ...others]).reshape([weight.shape[axis] as number, -1]);
}

/** The weights among a network's parameters, each as a matrix [outputs, rest]; vectors, such as biases, and tables are none. */
export function weightMatrices(network: Network, parameters: TensorTree): readonly Tensor[] {
  const specs = flatten<ParameterSpec>(network.parameters, isParameterSpec).leaves;
  const { leaves } = flatten<Tensor>(parameters, isTensor);
  return leaves.flatMap((weight, i) =>
    weight.shape.length < 2 || specs[i]?.isTable ? [] : [asMatrix(weight, specs[i]?.outputAxis)],
  );
}
