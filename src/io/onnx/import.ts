import { at, named } from "../../errors/at.ts";
import { assertKind, didYouMean, object } from "../../errors/checks.ts";
import { DataError, OptionError, SaddlepointError, ShapeError } from "../../errors/errors.ts";
import { formatShape } from "../../graph/shape.ts";
import { isTensor, type Tensor, tensorKind } from "../../tensor/tensor.ts";
import type { OnnxNode, OnnxPort } from "./file/model.ts";
import { decodeModel, quoted, refusal } from "./file/read.ts";
import { operators } from "./operators/all.ts";
import { constantOf, type Operand } from "./operators/operand.ts";

/** A network from a file, as a function of tensors. Its weights are constants. */
export interface OnnxNetwork {
  readonly name: string;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /**
   * @param inputs a tensor for each input by name: f32 for those of float32, u32 for int64.
   * @throws OptionError or ShapeError for other inputs; DataError for operators that can't take what they are given.
   */
  apply(inputs: Readonly<Record<string, Tensor>>): Tensor;
}

/**
 * A network of an ONNX file (opset 17), if it has no operators but those that `exportOnnx` writes.
 *
 *   const generator = importOnnx(bytes);
 *   const images = generator.apply({ latent: engine.tensor(values, [16, 100]) });
 *
 * @throws DataError for anything but such a file, with the operator that is not read.
 */
export function importOnnx(file: Uint8Array): OnnxNetwork {
  const { name, nodes, tensors, inputs, outputs } = decodeModel(file);
  for (const { op } of nodes) {
    if (Object.hasOwn(operators, op)) continue;
    throw refusal(`it has the operator ${quoted(op)}; these are read: ${Object.keys(operators).sort().join(", ")}`);
  }
  const constants = [...tensors].map(([key, tensor]) => [key, constantOf(tensor)] as const);
  const { name: output } = at(outputs, 0);
  return {
    name,
    inputs,
    outputs,
    apply: (given) => {
      const values = new Map<string, Operand>(constants);
      for (const [key, tensor] of checked(given, inputs)) values.set(key, tensor);
      for (const node of nodes) values.set(at(node.outputs, 0), applied(node, values));
      const result = values.get(output);
      if (isTensor(result)) return result;
      throw refusal(`its output ${quoted(output)} is made of shapes alone`);
    },
  };
}

function applied({ op, inputs, attributes }: OnnxNode, values: ReadonlyMap<string, Operand>): Operand {
  try {
    return named(operators, op)({ op, inputs: inputs.map((name) => values.get(name)), attributes });
  } catch (error) {
    if (error instanceof DataError) throw error;
    // What the library's operation has against it is what is wrong with the file.
    const why = error instanceof SaddlepointError ? ` ${error.message}` : "";
    throw new DataError(`onnx: the operator ${op} can't take what it is given.${why}`, { cause: error });
  }
}

function checked(given: unknown, inputs: readonly OnnxPort[]): (readonly [string, Tensor])[] {
  assertKind("onnx: apply", "the inputs", given, object);
  const names = inputs.map(({ name }) => name);
  const strange = Object.keys(given).find((name) => !names.includes(name));
  if (strange !== undefined) {
    throw new OptionError(
      `onnx: there is no input ${quoted(strange)}; there is ${names.join(", ")}.${didYouMean(strange, names)}`,
    );
  }
  return inputs.map(({ name, dtype, shape }) => {
    const tensor = given[name];
    assertKind("onnx: apply", `the input ${quoted(name)}`, tensor, tensorKind);
    const wanted = dtype === "int64" ? "u32" : "f32";
    const fits =
      tensor.shape.length === shape.length &&
      shape.every((size, axis) => typeof size === "string" || size === tensor.shape[axis]);
    if (fits && tensor.dtype === wanted) return [name, tensor];
    throw new ShapeError(
      `onnx: the input ${quoted(name)} is ${tensor.dtype}${formatShape(tensor.shape)}, and must be ${wanted}[${shape.join(", ")}].`,
    );
  });
}
