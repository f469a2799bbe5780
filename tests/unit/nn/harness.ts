/** What the tests of layers share: tensors of known numbers, and passes, evaluated by the float64 reference. */
import { data } from "../../../src/graph/primitives/leaf.ts";
import { isParameterSpec, type Layer, type ParameterSpec } from "../../../src/nn/layer.ts";
import { type Buffers, type Mode, Pass } from "../../../src/nn/pass.ts";
import { Random } from "../../../src/tensor/random.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import type { TensorTree } from "../../../src/tensor/transforms.ts";
import { flatten } from "../../../src/tensor/tree.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";

type Shape = readonly number[];

export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

export const tensor = (values: ArrayLike<number>, shape: Shape): Tensor =>
  new Tensor(data(Float32Array.from(values), shape, "f32"));

export const labels = (values: readonly number[]): Tensor =>
  new Tensor(data(Uint32Array.from(values), [values.length], "u32"));

export const valuesOf = (x: Tensor): number[] => [...(evaluate([x.node])[0] as Float64Array)];

/** Numbers between -2 and 2 that are exact in f32, always the same for a title. */
export function numbers(title: string, shape: Shape, low = -2, high = 2): number[] {
  const rng = createRng(title);
  return Array.from({ length: sizeOf(shape) }, () => Math.fround(rng.between(low, high)));
}

export const draw = (title: string, shape: Shape): Tensor => tensor(numbers(title, shape), shape);

export const seeded = (seed: number): Random => new Random(Tensor.scalar(seed, "u32"), Tensor.scalar(0, "u32"));

export const at = (scope: string, pass = new Pass(), inputs: Readonly<Record<string, Tensor>> = {}) => ({
  scope,
  path: scope,
  pass,
  inputs,
});

/** Parameters sin 1, sin 2, sin 3, ... for a network, with the arrays they are made of. */
export function numbered(of: { readonly parameters: unknown }) {
  const { leaves, paths, rebuild } = flatten<ParameterSpec>(of.parameters as never, isParameterSpec);
  let next = 0;
  const arrays = leaves.map(({ shape }) => Array.from({ length: sizeOf(shape) }, () => Math.fround(Math.sin(++next))));
  const tree = rebuild(arrays.map((values, i) => tensor(values, leaves[i]!.shape))) as TensorTree;
  return { tree, arrays: Object.fromEntries(paths.map((path, i) => [path, arrays[i] as number[]])) };
}

/** Buffers between 0.5 and 1.5, which a variance may be too. */
export const bufferValues = (layer: Layer, input: Shape): Buffers =>
  Object.fromEntries(
    Object.entries(layer.buffers?.(input) ?? {}).map(([path, { shape }]) => [
      path,
      tensor(numbers(path, shape, 0.5, 1.5), shape),
    ]),
  );

/** A pass that has everything that a layer at the empty path may ask for. */
export const passFor = (layer: Layer, input: Shape, mode: Mode, seed = 7): Pass =>
  new Pass({ mode, buffers: bufferValues(layer, input), random: seeded(seed) });

/** Mean and variance (divided by n) of a list. */
export function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return { mean, variance: values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length };
}

/** Calls `visit` with each pixel of images [N, H, W, C] and its flat index. */
export function forEachElement(
  [batch, height, width, channels]: readonly [number, number, number, number],
  visit: (n: number, row: number, column: number, channel: number, index: number) => void,
): void {
  let index = 0;
  for (let n = 0; n < batch; n++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let channel = 0; channel < channels; channel++) visit(n, row, column, channel, index++);
}

/** By default to within the rounding of a layer's constants, such as 1 / n, which are f32 also for the reference. */
export function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-7): void {
  if (actual.length !== expected.length) throw new Error(`${actual.length} values instead of ${expected.length}`);
  actual.forEach((value, i) => {
    const wanted = expected[i] as number;
    if (!(Math.abs(value - wanted) <= tolerance * Math.max(1, Math.abs(wanted)))) {
      throw new Error(`Element ${i} is ${value}, not ${wanted}.`);
    }
  });
}
