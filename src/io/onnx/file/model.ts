import type { Shape } from "../../../graph/shape.ts";

/** What an ONNX file holds (https://onnx.ai/onnx/repo-docs/IR.html), as far as it is written and read here. */
export interface OnnxModel {
  readonly name: string;
  /** Each after those whose outputs it takes. */
  readonly nodes: readonly OnnxNode[];
  /** Constants by name: weights, and the whole numbers that shapes are made of. */
  readonly tensors: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  /** Names of values; "" is one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Lists are of whole numbers. A number alone is whole, too, but for the attributes of `floatAttributes`. */
export type AttributeValue = number | string | readonly number[];

export const floatAttributes: ReadonlySet<string> = new Set(["alpha", "beta", "epsilon", "gamma"]);

export interface OnnxTensor {
  readonly shape: Shape;
  readonly values: Float32Array | BigInt64Array;
}

/** An input or output of the whole model. */
export interface OnnxPort {
  readonly name: string;
  readonly dtype: OnnxType;
  /** A size that is open has a name: "N" is the batch. */
  readonly shape: readonly (number | string)[];
}

export type OnnxType = "float32" | "int64";

/** Numbers of TensorProto.DataType. */
export const dataTypes: Readonly<Record<OnnxType, number>> = { float32: 1, int64: 7 };

/** Numbers of AttributeProto.AttributeType. */
export const attributeTypes = { float: 1, int: 2, text: 3, ints: 7 } as const;

/** ONNX 1.12 of 2022: it has every operator that is needed, and all that run ONNX read it. */
export const versions = { ir: 8, opset: 17 } as const;

/** The numbers of the fields of each message (onnx.proto). */
export const fields = {
  model: { irVersion: 1, producer: 2, graph: 7, opset: 8 },
  opset: { domain: 1, version: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12 },
  node: { input: 1, output: 2, name: 3, op: 4, attribute: 5, domain: 7 },
  attribute: { name: 1, float: 2, int: 3, text: 4, ints: 8, type: 20 },
  tensor: { dims: 1, dataType: 2, name: 8, raw: 9 },
  valueInfo: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { elementType: 1, shape: 2 },
  shape: { dim: 1 },
  dim: { value: 1, name: 2 },
} as const;
