import { at } from "../../errors/at.ts";
import { ShapeError } from "../../errors/errors.ts";
import { inType } from "../arithmetic.ts";
import {
  type Each,
  type Inputs,
  makeNode,
  type NoAttributes,
  type Node,
  type Primitive,
  type VjpArguments,
} from "../node.ts";
import { broadcastShapes, type DType, formatShape } from "../shape.ts";
import { constant, constantValue } from "./leaf.ts";
import { broadcast } from "./sum_broadcast.ts";

/**
 * Elementwise primitives: element i of the result from element i of every input. Inputs of one shape; `apply` stretches
 * them by NumPy's rule first, so that the rules below never see a broadcast.
 *
 * | y           | cotangents                                   |
 * |-------------|----------------------------------------------|
 * | a + b       | dy, dy                                       |
 * | a - b       | dy, -dy                                      |
 * | a b         | dy b, dy a                                   |
 * | a / b       | dy / b, -dy y / b                            |
 * | a ^ b       | dy b a^(b-1), dy y log a  (0 where a <= 0)   |
 * | exp, log    | dy y;  dy / x                                |
 * | sqrt, rsqrt | dy / 2y;  -dy y^3 / 2                        |
 * | tanh        | dy (1 - y^2)                                 |
 * | sigmoid     | dy y (1 - y)                                 |
 * | softplus    | dy sigmoid(x)                                |
 * | erf         | dy 2/sqrt(pi) exp(-x^2)                      |
 * | sin, cos    | dy cos x;  -dy sin x                         |
 * | abs         | dy sign x                                    |
 * | min, max    | dy where this side won, half of it on a tie  |
 * | select      | dy where chosen                              |
 *
 * NaN goes through all of them as in NumPy, but for a product with the constant 0: that is 0, whatever the other factor is, as
 * derivatives are full of such products, and mean that a term is not there.
 */

export type Unary = readonly [x: Node];
export type Binary = readonly [a: Node, b: Node];

/** What makes up an elementwise primitive. */
interface Rules<I extends Inputs> {
  /** Work per element, in units of one addition. Decides whether a value is computed again or stored. */
  readonly cost: number;
  /** Whether `wgsl` means the same for vectors, component by component. */
  readonly onVectors: boolean;
  /** Element types that the operands may have; f32 alone by default. */
  readonly accepts?: readonly DType[];
  /** Element type of the result; that of the operands by default. */
  readonly result?: DType;
  wgsl(...inputs: Each<I, string>): string;
  /** In the place of `wgsl` where it depends on the operands, or differs for vectors of four. */
  emit?(inputs: Each<I, string>, node: Node<NoAttributes, I>, isFour: boolean): string | undefined;
  vjp(args: VjpArguments<NoAttributes, I>): Each<I, Node | null>;
  /** @throws ShapeError for operands that have no result. */
  check?(...inputs: I): void;
  /** A shorter equal expression, if there is one: `x + 0`, `x * 1`... */
  simplify?(...inputs: I): Node | undefined;
  /** The value of the whole expression when every operand is a constant, before it is rounded or wrapped. */
  fold?(...values: Each<I, number>): number;
  /** The same for integers, where `fold` would round. */
  foldWhole?(...values: Each<I, number>): number;
}

export interface Elementwise<I extends Inputs = Inputs> extends Primitive<NoAttributes, I>, Rules<I> {}

export function elementwise<I extends Inputs>(name: string, rules: Rules<I>): Elementwise<I> {
  const primitive: Elementwise<I> = {
    ...rules,
    name,
    lowering: {
      kind: "elementwise",
      cost: rules.cost,
      onVectors: rules.onVectors,
      wgsl: (inputs, node, isFour = false) => rules.emit?.(inputs, node, isFour) ?? rules.wgsl(...inputs),
    },
    rebuild: (inputs) => apply(primitive, ...inputs),
  };
  return primitive;
}

/** Builds the node of an elementwise primitive: stretches the operands, checks their types, simplifies. */
export function apply<I extends Inputs>(primitive: Elementwise<I>, ...operands: I): Node;
export function apply(primitive: Elementwise, ...operands: readonly Node[]): Node {
  const { accepts = ["f32"], result, check, simplify, fold, foldWhole } = primitive;
  const shape = broadcastShapes(
    primitive.name,
    operands.map((operand) => operand.shape),
  );
  const inputs = operands.map((operand) => broadcast(operand, shape));
  // Select's first operand is its mask; the others must agree.
  const typed = inputs.length === 3 ? inputs.slice(1) : inputs;
  const { dtype } = at(typed, 0);
  if (typed.some((x) => x.dtype !== dtype) || !accepts.includes(dtype)) {
    throw new ShapeError(
      `${primitive.name}: operands of type ${typed.map((x) => x.dtype).join(" and ")} with shape ` +
        `${formatShape(shape)}; it takes ${accepts.join(", ")}, the same on every side. Use cast() first.`,
    );
  }
  check?.(...inputs);
  const folded = (dtype !== "f32" && foldWhole) || fold;
  const values = inputs.map(constantValue);
  if (folded && values.every((value) => value !== undefined)) {
    return constant(inType(dtype, folded(...values)), shape, result ?? dtype);
  }
  return simplify?.(...inputs) ?? makeNode(primitive, inputs, {}, shape, result ?? dtype);
}

export const numbers: readonly DType[] = ["f32", "i32", "u32"];
export const anyType: readonly DType[] = ["f32", "i32", "u32", "bool"];
export const signed: readonly DType[] = ["f32", "i32"];
