import { isTensor, type Tensor } from "../../tensor/tensor.ts";
import type { TensorTree } from "../../tensor/transforms.ts";
import { flatten } from "../../tensor/tree.ts";
import { isParameterSpec } from "../layer.ts";
import { asMatrix } from "../weight_spec.ts";
import type { Network } from "./network.ts";

/** The weights among a network's parameters, each as a matrix [outputs, rest]; vectors, such as biases, and tables are none. */
export function weightMatrices(network: Network, parameters: TensorTree): readonly Tensor[] {
  const specs = flatten(network.parameters, isParameterSpec).leaves;
  const { leaves } = flatten(parameters, isTensor);
  return leaves.flatMap((weight, i) =>
    weight.shape.length < 2 || specs[i]?.isTable ? [] : [asMatrix(weight, specs[i]?.outputAxis)],
  );
}
