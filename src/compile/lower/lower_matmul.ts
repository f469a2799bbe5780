import { at } from "../../errors/at.ts";
import { isOfKind, type NodeOf } from "../../graph/kinds.ts";
import { isA, type Node } from "../../graph/node.ts";
import { add, mul } from "../../graph/primitives/elementwise_arithmetic.ts";
import { matmul } from "../../graph/primitives/matmul.ts";
import { permutePrimitive, reshape } from "../../graph/primitives/shape_movement.ts";
import { concat } from "../../graph/primitives/slice_pad.ts";
import { sum } from "../../graph/primitives/sum_broadcast.ts";
import { dims } from "../../graph/shape.ts";
import { costsOn, serialReduction, shortProduct, thinProduct } from "../cost_model.ts";
import type { DeviceTraits } from "../device_traits.ts";
import { lineOf } from "./line_of.ts";

/**
 * A matrix product takes transposes of its operands into its flags; with a side of one row, one column or an inner size of one it is
 * a sum or a product, which fuse with their neighbours, and so is one of a few inner elements, of a few columns, and, on a CPU, of a
 * few rows.
 */
export function lowerMatmul(node: NodeOf<"matmul">, target: DeviceTraits, visit: (node: Node) => Node): Node {
  const [a, transposeA] = withoutTranspose(node.inputs[0], node.attributes.transposeA);
  const [b, transposeB] = withoutTranspose(node.inputs[1], node.attributes.transposeB);
  const product = matmul(a, b, transposeA, transposeB);
  if (!isOfKind(product, "matmul")) return product;
  const rank = product.shape.length;
  const batch = product.shape.slice(0, -2);
  const [m, n] = dims(product.shape.slice(-2), 2);
  const k = at(a.shape, transposeA ? rank - 2 : rank - 1);
  if (m > 1 && n > 1 && k <= shortProduct) {
    // Element k of each row of op(A), with its row of op(B).
    const part = (x: Node, isAcross: boolean, j: number, shape: readonly [number, number]) =>
      reshape(lineOf(x, isAcross ? rank - 2 : rank - 1, j), [...batch, ...shape]);
    const terms = Array.from({ length: k }, (_, j) =>
      mul(part(a, transposeA, j, [m, 1]), part(b, !transposeB, j, [1, n])),
    );
    return visit(terms.reduce((sum, term) => add(sum, term)));
  }
  if (n === 1) {
    const column = transposeA ? mul(a, reshape(b, [...batch, k, 1])) : mul(a, reshape(b, [...batch, 1, k]));
    return visit(reshape(sum(column, [transposeA ? rank - 2 : rank - 1]), product.shape));
  }
  if (m === 1) {
    const row = transposeB ? mul(b, reshape(a, [...batch, 1, k])) : mul(b, reshape(a, [...batch, k, 1]));
    return visit(reshape(sum(row, [transposeB ? rank - 1 : rank - 2]), product.shape));
  }
  // Columns, such as those of samples in the plane, are sums on every device and in any batch, or in none, and in the same order:
  // what a generator's file draws anywhere is what its trainer draws.
  const isOfFewColumns = n <= thinProduct;
  if (isOfFewColumns ? k > serialReduction : m > thinProduct || n < costsOn(target).fewestLines) return product;
  const few = isOfFewColumns ? n : m;
  // Few columns, or rows: each is a sum, and one pass serves all of them.
  const [long, isLongAcross] = isOfFewColumns ? [a, transposeA] : [b, !transposeB];
  const [thin, isThinAcross] = isOfFewColumns ? [b, !transposeB] : [a, transposeA];
  const axis = isLongAcross ? rank - 2 : rank - 1;
  const sums = Array.from({ length: few }, (_, j) => {
    // Where rows of the thin one go along k, they lie across; its elements as those of the long one's lines.
    const line = lineOf(thin, isThinAcross ? rank - 1 : rank - 2, j);
    const along = reshape(line, [...batch, ...(axis === rank - 2 ? [k, 1] : [1, k])]);
    const total = sum(mul(long, along), [axis]);
    return reshape(total, [...batch, ...(isOfFewColumns ? [m, 1] : [1, n])]);
  });
  return visit(concat(sums, isOfFewColumns ? rank - 1 : rank - 2));
}

/** An operand of a product and its flag, which takes in a permutation that exchanges the last two axes and nothing else. */
function withoutTranspose(x: Node, flag: boolean): readonly [operand: Node, isTransposed: boolean] {
  if (!isA(x, permutePrimitive)) return [x, flag];
  const { order } = x.attributes;
  const rank = order.length;
  const isTranspose = order.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
  return isTranspose ? [x.inputs[0], !flag] : [x, flag];
}
