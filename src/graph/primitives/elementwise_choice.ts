import { ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { broadcastShapes } from "../shape.ts";
import { anyType, apply, type Binary, elementwise, numbers } from "./elementwise.ts";
import { mul } from "./elementwise_arithmetic.ts";
import { constant, constantValue, zerosLike } from "./leaf.ts";
import { broadcast } from "./sum_broadcast.ts";

/** Comparisons, and the choice of one of two values. */

function comparison(name: string, operator: string) {
  return elementwise<Binary>(name, {
    cost: 1,
    onVectors: true,
    accepts: numbers,
    result: "bool",
    wgsl: (a, b) => `(${a} ${operator} ${b})`,
    vjp: () => [null, null],
  });
}

const lessPrimitive = comparison("less", "<");
export const lessEqualPrimitive = comparison("lessEqual", "<=");
const equalPrimitive = comparison("equal", "==");

export const selectPrimitive = elementwise<readonly [mask: Node, a: Node, b: Node]>("select", {
  cost: 1,
  onVectors: true,
  accepts: anyType,
  wgsl: (mask, a, b) => `select(${b}, ${a}, ${mask})`,
  vjp: ({ inputs: [mask], dy }) => [null, select(mask, dy, zerosLike(dy)), select(mask, zerosLike(dy), dy)],
});

/** The share of the cotangent that goes to the winning side; a tie splits it, and NaN gives it to both. */
function toWinner(dy: Node, winner: Node, loser: Node): Node {
  const half = mul(dy, constant(0.5, dy.shape));
  return select(less(winner, loser), zerosLike(dy), select(equal(winner, loser), half, dy));
}

/** WGSL of the smaller or larger of two floats. NaN goes through: of a as no comparison with it holds, of b by its bits. */
export const extremeOf = (operator: "<" | ">", a: string, b: string, isFour: boolean): string =>
  `select(${a}, ${b}, (${b} ${operator} ${a}) | ${isFour ? "are" : "is"}_nan(${b}))`;

/**
 * The smaller or larger of two numbers. What the built-in functions make of NaN is left open by WGSL; where one side is a
 * constant, a comparison that keeps the other one costs the same.
 */
function extremum(name: "minimum" | "maximum", builtIn: string, operator: "<" | ">") {
  return elementwise<Binary>(name, {
    cost: 1,
    onVectors: true,
    accepts: numbers,
    wgsl: (a, b) => `${builtIn}(${a}, ${b})`,
    emit: ([a, b], { dtype, inputs: [first, second] }, isFour) => {
      if (dtype !== "f32") return undefined;
      if (isNumber(second)) return `select(${a}, ${b}, ${b} ${operator} ${a})`;
      if (isNumber(first)) return `select(${b}, ${a}, ${a} ${operator} ${b})`;
      return extremeOf(operator, a, b, isFour);
    },
    vjp: ({ inputs: [a, b], dy }) =>
      operator === "<" ? [toWinner(dy, b, a), toWinner(dy, a, b)] : [toWinner(dy, a, b), toWinner(dy, b, a)],
    simplify: (a, b) => (a === b ? a : undefined),
    fold: operator === "<" ? Math.min : Math.max,
  });
}

/** A constant, and not NaN. */
const isNumber = (node: Node) => !Number.isNaN(constantValue(node) ?? Number.NaN);

const minimumPrimitive = extremum("minimum", "min", "<");
const maximumPrimitive = extremum("maximum", "max", ">");

export const minimum = (a: Node, b: Node): Node => apply(minimumPrimitive, a, b);
export const maximum = (a: Node, b: Node): Node => apply(maximumPrimitive, a, b);
export const less = (a: Node, b: Node): Node => apply(lessPrimitive, a, b);
export const lessEqual = (a: Node, b: Node): Node => apply(lessEqualPrimitive, a, b);
export const greater = (a: Node, b: Node): Node => apply(lessPrimitive, b, a);
export const greaterEqual = (a: Node, b: Node): Node => apply(lessEqualPrimitive, b, a);
export const equal = (a: Node, b: Node): Node => apply(equalPrimitive, a, b);

/** `a` where the mask is true, else `b`. */
export function select(mask: Node, a: Node, b: Node): Node {
  if (mask.dtype !== "bool") {
    throw new ShapeError(`select: the mask is ${mask.dtype}; compare first, or cast it to bool.`);
  }
  return a === b && mask.shape.length <= a.shape.length
    ? broadcastToCommon(mask, a)
    : apply(selectPrimitive, mask, a, b);
}

function broadcastToCommon(mask: Node, a: Node): Node {
  return broadcast(a, broadcastShapes("select", [mask.shape, a.shape]));
}

export const choicePrimitives = {
  minimum: minimumPrimitive,
  maximum: maximumPrimitive,
  less: lessPrimitive,
  lessEqual: lessEqualPrimitive,
  equal: equalPrimitive,
  select: selectPrimitive,
} as const;
