import { OptionError } from "../../../errors/errors.ts";
import { type Shape, sizeOf } from "../../../graph/shape.ts";
import type { OnnxModel, OnnxNode, OnnxPort, OnnxTensor, OnnxType } from "../file/model.ts";

/**
 * What flows from layer to layer: a value of the graph, and the shape of a sample as the library has it. Vectors lie [N, C] in
 * the graph and images [N, C, H, W], so that the channels of both are axis 1; other samples lie as they are.
 */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
  /** Whole numbers, one a sample. */
  readonly isLabels?: boolean;
}

/** A graph that grows. Everything that is added gives the name of its value. */
export interface OnnxGraph {
  /** @param scope the path of the layer, for readers of the file. */
  node(scope: string, op: string, inputs: readonly string[], attributes?: OnnxNode["attributes"]): string;
  /** @param name what it is called, if that is still free. */
  floats(name: string, values: Float32Array, shape?: Shape): string;
  /** Whole numbers, int64; one axis by default. */
  wholes(name: string, values: readonly number[], shape?: Shape): string;
  /** An input of the model: the same for the same name. @throws OptionError for two inputs of one name. */
  input(name: string, dtype: OnnxType, shape: OnnxPort["shape"]): string;
  /** The graph as a model, whose one output is the value `from`, samples of a shape. */
  finish(name: string, from: string, shape: Shape): OnnxModel;
}

/** What the output of a model is called. */
const outputName = "samples";

export function createGraph(): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const tensors = new Map<string, OnnxTensor>();
  const inputs = new Map<string, OnnxPort>();
  const taken = new Set([outputName]);
  const free = (wanted: string): string => {
    let name = wanted;
    for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
  const constant = (wanted: string, tensor: OnnxTensor): string => {
    const name = free(wanted);
    tensors.set(name, tensor);
    return name;
  };
  return {
    node: (scope, op, from, attributes = {}) => {
      const name = free(scope === "" ? op : `${scope}/${op}`);
      nodes.push({ name, op, inputs: from, outputs: [name], attributes });
      return name;
    },
    floats: (name, values, shape = [values.length]) => constant(name, { shape, values }),
    wholes: (name, values, shape = [values.length]) =>
      constant(name, { shape, values: BigInt64Array.from(values, BigInt) }),
    input: (name, dtype, shape) => {
      const port = { name, dtype, shape };
      const known = inputs.get(name);
      if (known ? JSON.stringify(known) !== JSON.stringify(port) : taken.has(name)) {
        throw new OptionError(`exportOnnx: the name "${name}" is taken twice; call the side input something else.`);
      }
      taken.add(name);
      inputs.set(name, port);
      return name;
    },
    finish: (name, from, shape) => {
      const last = { name: outputName, op: "Identity", inputs: [from], outputs: [outputName], attributes: {} };
      const output = { name: outputName, dtype: "float32", shape: ["N", ...shape] } as const;
      return { name, nodes: [...nodes, last], tensors, inputs: [...inputs.values()], outputs: [output] };
    },
  };
}

/** Numbers in another order of axes: axis i of the result is axis `order[i]`. */
export function permuted(values: Float32Array, shape: Shape, order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const sizes = order.map((axis) => shape[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 0);
  const result = new Float32Array(values.length);
  const place = sizes.map(() => 0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = values[from] ?? 0;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const next = (place[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      if (next < (sizes[axis] ?? 1)) {
        place[axis] = next;
        break;
      }
      place[axis] = 0;
      from -= next * (steps[axis] ?? 0);
    }
  }
  return result;
}
