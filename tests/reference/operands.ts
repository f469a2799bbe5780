import type { Node } from "../../src/graph/node.ts";
import { cast } from "../../src/graph/primitives/cast.ts";
import { data, input, state } from "../../src/graph/primitives/leaf.ts";
import type { DType, Shape, TypedArray } from "../../src/graph/shape.ts";
import type { Environment } from "./reference.ts";
import type { Rng } from "./rng.ts";
import { slotOf } from "./slots.ts";

/** An argument of a tested expression. The values are representable in the type, f32 included. */
export interface Operand {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: readonly number[];
}

export type Draw = (rng: Rng) => number;

/** An operand whose elements are drawn one by one. */
export function operand(rng: Rng, shape: Shape, draw: Draw, dtype: DType = "f32"): Operand {
  const length = shape.reduce((product, size) => product * size, 1);
  const values = Array.from({ length }, () => draw(rng));
  return { shape, dtype, values: dtype === "f32" ? values.map(Math.fround) : values };
}

const arrays = { f32: Float32Array, i32: Int32Array, u32: Uint32Array, u8: Uint8Array } as const;

/** The operand as a tensor that the host holds, which the GPU and the reference both read. */
export function asData({ values, shape, dtype }: Operand): Node {
  // A mask is made on the GPU, from whole numbers.
  if (dtype === "bool") return cast(data(Uint32Array.from(values), shape, "u32"), "bool");
  const array: TypedArray = arrays[dtype].from(values);
  return data(array, shape, dtype);
}

/** Values that take the place of the operands' own, position by position, in float64. */
export type Replacements = readonly (ArrayLike<number> | undefined)[];

export interface Arguments {
  readonly nodes: readonly Node[];
  /** What the reference needs to evaluate an expression of `nodes`. */
  environment(replacements?: Replacements): Environment;
}

let nextState = 0;

/** The operands as `input` or `state` nodes, whose values can be changed from one evaluation to the next. */
export function asArguments(operands: readonly Operand[], leaf: "input" | "state" = "input"): Arguments {
  const nodes = operands.map(({ shape, dtype }, i) =>
    leaf === "input"
      ? input(`argument ${i}`, shape, dtype)
      : state({ id: nextState++, label: `state ${i}` }, shape, dtype),
  );
  return {
    nodes,
    environment: (replacements = []) => ({
      [leaf === "input" ? "inputs" : "states"]: new Map(
        nodes.map((node, i) => [slotOf(node).id, replacements[i] ?? (operands[i] as Operand).values]),
      ),
    }),
  };
}
