/** The factors of a product of plain matrices, row after row in memory. */
import type { Factor } from "./product.ts";

/** Which of the two factors is transposed: neither, the right one, or the left one. */
export type Form = "NN" | "NT" | "TN";

export interface Placed {
  /** The variable that holds it, and the vec4 at which it begins, as an expression of WGSL. */
  readonly variable: string;
  readonly first?: string;
}

export interface MatrixSize {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Left and right factor: [m, k] or, transposed, [k, m]; and [k, n] or, transposed, [n, k]. */
export function matrixFactors(form: Form, { m, k, n }: MatrixSize, left: Placed, right: Placed): [Factor, Factor] {
  return [
    form === "TN" ? acrossEdges("a", m, left) : alongSum("a", k, left),
    form === "NT" ? alongSum("b", k, right) : acrossEdges("b", n, right),
  ];
}

/** A row holds the steps of the sum. */
function alongSum(name: string, length: number, { variable, first = "0u" }: Placed): Factor {
  return {
    along: "sum",
    prepare: (i, edge) => `let ${name}${i} = ${first} + (${edge}) * ${length / 4}u;`,
    load: (i) => `${variable}[${name}${i} + k]`,
  };
}

/** A row holds all edges at one step of the sum. */
function acrossEdges(name: string, length: number, { variable, first = "0u" }: Placed): Factor {
  const row = length / 4;
  return {
    along: "edge",
    prepare: (i, edge) => `let ${name}${i} = ${first} + ${edge};`,
    turn: (i) => `let ${name}${i}_k = ${name}${i} + k * ${4 * row}u;`,
    load: (i, step) => `${variable}[${name}${i}_k + ${step * row}u]`,
  };
}
