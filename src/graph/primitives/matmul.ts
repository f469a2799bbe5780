import { ShapeError } from "../../errors/errors.ts";
import { makeNode, type Node, type Primitive } from "../node.ts";
import { broadcastShapes, dims, formatShape, type Shape } from "../shape.ts";
import { constant, constantValue } from "./leaf.ts";
import { broadcast } from "./sum_broadcast.ts";

/**
 * Batched matrix product, either side transposed. With C = op(A) op(B):
 *
 *   dA = dC op(B)^T, transposed if A is;   dB = op(A)^T dC, transposed if B is
 *
 * which are matrix products again, so that the primitive is closed under differentiation by itself.
 */
export interface MatmulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const matmulPrimitive: Primitive<MatmulAttributes, readonly [a: Node, b: Node]> = {
  name: "matmul",
  lowering: { kind: "matmul" },
  vjp: ({ inputs: [a, b], node, dy }) => {
    const { transposeA, transposeB } = node.attributes;
    return [
      transposeA ? matmul(b, dy, transposeB, true) : matmul(dy, b, false, !transposeB),
      transposeB ? matmul(dy, a, true, transposeA) : matmul(a, dy, !transposeA, false),
    ];
  },
  rebuild: ([a, b], node) => matmul(a, b, node.attributes.transposeA, node.attributes.transposeB),
};

/**
 * `a` [..., M, K] (or [..., K, M] when transposed) times `b` [..., K, N] (or [..., N, K]): [..., M, N]. Leading axes
 * broadcast.
 */
export function matmul(a: Node, b: Node, transposeA = false, transposeB = false): Node {
  const describe = () =>
    `matmul: ${formatShape(a.shape)}${transposeA ? " transposed" : ""} times ${formatShape(b.shape)}` +
    `${transposeB ? " transposed" : ""}`;
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw new ShapeError(`${describe()}: both sides need at least two axes; reshape a vector to a row or a column.`);
  }
  if (a.dtype !== "f32" || b.dtype !== "f32") {
    throw new ShapeError(`${describe()}: operands are ${a.dtype} and ${b.dtype}; cast both to f32.`);
  }
  const [rowsA, columnsA] = dims(a.shape.slice(-2), 2);
  const [rowsB, columnsB] = dims(b.shape.slice(-2), 2);
  const [m, kA] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [kB, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  if (kA !== kB) {
    throw new ShapeError(`${describe()}: the inner sizes ${kA} and ${kB} differ.`);
  }
  const batch: Shape = broadcastShapes("matmul", [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...batch, m, n];
  if (constantValue(a) === 0 || constantValue(b) === 0) return constant(0, shape);
  const left = broadcast(a, [...batch, rowsA, columnsA]);
  const right = broadcast(b, [...batch, rowsB, columnsB]);
  return makeNode(matmulPrimitive, [left, right], { transposeA, transposeB }, shape, "f32");
}

export const matmulPrimitives = { matmul: matmulPrimitive } as const;
