import { type Program, ref, type Step } from "./program.ts";

/** Programs that were wrong once, as the reducer left them, by what was wrong. */
export const regressions: Readonly<Record<string, Program>> = {
  // The vector's place is by fours and its offset is not: single elements were stored to an array of vectors.
  "a vector of four after one element": concatOf([1], [4]),
  "a vector of four after five elements": concatOf([5], [4]),
  // WGSL holds what an integer can't be within its range; some compilers do not.
  "a negative number as u32": {
    steps: [leaf([3], [0.9, 1.1, -1.1]), { receiver: 0, method: "cast", args: ["u32"] }],
    outputs: [1],
  },
};

function leaf(shape: readonly number[], values?: readonly number[]): Step {
  const length = shape.reduce((product, size) => product * size, 1);
  return { receiver: "engine", method: "tensor", args: [values ?? Array.from({ length }, (_, i) => i + 1), shape] };
}

function concatOf(...shapes: readonly (readonly number[])[]): Program {
  const parts = shapes.map((shape) => leaf(shape));
  return {
    steps: [...parts, { receiver: "Tensor", method: "concat", args: [parts.map((_, i) => ref(i))] }],
    outputs: [parts.length],
  };
}
