import { gradients } from "../../src/autodiff/gradients.ts";
import { type Node, nodeSize } from "../../src/graph/node.ts";
import { add, mul } from "../../src/graph/primitives/elementwise_arithmetic.ts";
import { reshape } from "../../src/graph/primitives/shape_movement.ts";
import { sum } from "../../src/graph/primitives/sum_broadcast.ts";
import { asData, operand } from "./operands.ts";
import type { Rng } from "./rng.ts";

/** A scalar function of the targets that goes through `output`, and its derivatives up to the second. */
export interface Derivatives {
  readonly loss: Node;
  /** d loss / d target, for each target. */
  readonly first: readonly Node[];
  /** A random projection of `first`: the scalar that `second` is the gradient of. */
  readonly projection: Node;
  readonly second: readonly Node[];
}

/**
 * With random weights w, u and v:
 *
 *   loss = sum(w output^2) + sum(u target^2)       projection = sum(v d loss / d target)
 *
 * The square makes a linear primitive's second derivative more than zero; the second term lets every target be reached
 * by both derivatives, also where the primitive's own are zero.
 */
export function derivatives(output: Node, targets: readonly Node[], rng: Rng): Derivatives {
  const weighted = (x: Node) => {
    const weights = asData(operand(rng, x.shape, (r) => r.between(0.3, 1) * r.pick([-1, 1])));
    return total(mul(weights, x));
  };
  const square = (x: Node) => mul(x, x);
  const loss = [output, ...targets].map((x) => weighted(square(x))).reduce(add);
  const first = gradients(loss, targets);
  const projection = first.map(weighted).reduce(add);
  return { loss, first, projection, second: gradients(projection, targets) };
}

/** The sum of all elements, as a scalar. */
export function total(x: Node): Node {
  const axes = x.shape.map((_, axis) => axis);
  return reshape(nodeSize(x) === 1 ? x : sum(x, axes), []);
}
