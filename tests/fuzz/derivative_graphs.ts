import { type Node, nodeSize } from "../../src/graph/node.ts";
import { add, mul } from "../../src/graph/primitives/elementwise_arithmetic.ts";
import { constant } from "../../src/graph/primitives/leaf.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { grad } from "../../src/tensor/transforms.ts";
import { total } from "../reference/derivatives.ts";
import { build, isLeaf, type Program, type Scope } from "./program.ts";

/** A scalar function of a program's leaves, and its derivatives up to the second, through the public `grad`. */
export interface DerivativeGraphs {
  readonly leaves: readonly Tensor[];
  readonly loss: Tensor;
  readonly first: readonly Tensor[];
  /** A projection of `first`: the scalar that `second` is the gradient of. */
  readonly projection: Tensor;
  readonly second: readonly Tensor[];
}

/** The leaves that derivatives are taken of; none if no output is a number that depends on one. */
export function derivativeGraphs(program: Program, scope: Scope): DerivativeGraphs | undefined {
  const positions = program.steps.flatMap((step, i) => (isLeaf(step) && (step.args[2] ?? "f32") === "f32" ? [i] : []));
  const given = build(program, scope);
  const outputs = program.outputs.filter((i) => given[i]!.dtype === "f32");
  if (positions.length === 0 || outputs.length === 0) return undefined;

  const loss = (leaves: readonly Tensor[]): Tensor => {
    const results = build(program, {
      leaf: (values, shape, dtype, step) => {
        const position = positions.indexOf(step);
        return position < 0 ? scope.leaf(values, shape, dtype, step) : (leaves[position] as Tensor);
      },
    });
    // The squares of the leaves let each be reached by both derivatives, whatever the program does.
    const parts = [...outputs.map((i) => results[i] as Tensor), ...leaves];
    return wrap(parts.map(({ node }, i) => weightedSquare(node, i)).reduce(add), leaves);
  };
  const slope = (leaves: readonly Tensor[]): Tensor => {
    const gradient = grad((x: readonly Tensor[]) => loss(x))(leaves);
    return wrap(gradient.map(({ node }, i) => total(mul(node, weights(node, i + 3)))).reduce(add), leaves);
  };
  const leaves = positions.map((i) => given[i] as Tensor);
  return {
    leaves,
    loss: loss(leaves),
    first: grad((x: readonly Tensor[]) => loss(x))(leaves),
    projection: slope(leaves),
    second: grad((x: readonly Tensor[]) => slope(x))(leaves),
  };
}

const wrap = (node: Node, [like]: readonly Tensor[]): Tensor => new Tensor(node, like?.evaluator);

function weightedSquare(node: Node, i: number): Node {
  // The mean keeps the size of the tensor out of the size of the derivatives.
  return total(mul(mul(node, node), mul(weights(node, i), constant(1 / nodeSize(node)))));
}

/** Of order one and of both signs, from a constant that depends on the position. */
const weights = (node: Node, i: number): Node => constant([0.7, -0.6, 0.45, -0.8, 0.9][i % 5] as number, node.shape);
