import { ShapeError } from "../../errors/errors.ts";
import { isA, type Node } from "../node.ts";
import { formatShape } from "../shape.ts";
import { apply, type Binary, type Elementwise, elementwise, numbers, signed, type Unary } from "./elementwise.ts";
import { constantValue, zerosLike } from "./leaf.ts";

/** Sums, products, and what goes with them, of floats and integers. */

const is = (node: Node, value: number) => constantValue(node) === value;

export const addPrimitive = elementwise<Binary>("add", {
  cost: 1,
  onVectors: true,
  accepts: numbers,
  wgsl: (a, b) => `(${a} + ${b})`,
  vjp: ({ dy }) => [dy, dy],
  simplify: (a, b) => (is(a, 0) ? b : is(b, 0) ? a : undefined),
  fold: (a, b) => a + b,
});

const subPrimitive = elementwise<Binary>("sub", {
  cost: 1,
  onVectors: true,
  accepts: numbers,
  wgsl: (a, b) => `(${a} - ${b})`,
  vjp: ({ dy }) => [dy, neg(dy)],
  simplify: (a, b) => (is(b, 0) ? a : is(a, 0) && a.dtype !== "u32" ? neg(b) : undefined),
  fold: (a, b) => a - b,
});

export const mulPrimitive = elementwise<Binary>("mul", {
  cost: 1,
  onVectors: true,
  accepts: numbers,
  wgsl: (a, b) => `(${a} * ${b})`,
  vjp: ({ inputs: [a, b], dy }) => [mul(dy, b), mul(dy, a)],
  simplify: (a, b) => {
    if (is(a, 1)) return b;
    if (is(b, 1)) return a;
    if (is(a, 0)) return a;
    if (is(b, 0)) return b;
    if (is(b, -1) && b.dtype !== "u32") return neg(a);
    if (is(a, -1) && a.dtype !== "u32") return neg(b);
    return undefined;
  },
  fold: (a, b) => a * b,
  foldWhole: (a, b) => Math.imul(a, b),
});

const divPrimitive = elementwise<Binary>("div", {
  cost: 4,
  onVectors: true,
  accepts: numbers,
  check: (a, b) => {
    if (b.dtype === "f32" || !is(b, 0)) return;
    throw new ShapeError(
      `div: ${a.dtype}${formatShape(a.shape)} by the constant 0, which integers can't be divided by.`,
    );
  },
  wgsl: (a, b) => `(${a} / ${b})`,
  vjp: ({ inputs: [, b], y, dy }) => [div(dy, b), neg(div(mul(dy, y), b))],
  simplify: (a, b) => (is(b, 1) ? a : undefined),
  fold: (a, b) => a / b,
});

const negPrimitive: Elementwise<Unary> = elementwise<Unary>("neg", {
  cost: 1,
  onVectors: true,
  accepts: signed,
  wgsl: (a) => `(-${a})`,
  vjp: ({ dy }) => [neg(dy)],
  simplify: (a) => (isA(a, negPrimitive) ? a.inputs[0] : undefined),
  fold: (a) => -a,
});

const absPrimitive = elementwise<Unary>("abs", {
  cost: 1,
  onVectors: true,
  accepts: signed,
  wgsl: (x) => `abs(${x})`,
  vjp: ({ inputs: [x], dy }) => [mul(dy, sign(x))],
  fold: (x) => Math.abs(x),
});

const signPrimitive = elementwise<Unary>("sign", {
  cost: 2,
  onVectors: true,
  accepts: signed,
  wgsl: (x) => `sign(${x})`,
  // The built-in function may say 0 of NaN.
  emit: ([x], { dtype }, isFour) => {
    const type = isFour ? "vec4f" : "f32";
    const above = `select(${x}, ${type}(1), ${x} > ${type}())`;
    return dtype === "f32" ? `select(${above}, ${type}(-1), ${x} < ${type}())` : undefined;
  },
  vjp: ({ inputs: [x] }) => [zerosLike(x)],
  fold: (x) => Math.sign(x),
});

const floorPrimitive = elementwise<Unary>("floor", {
  cost: 1,
  onVectors: true,
  wgsl: (x) => `floor(${x})`,
  vjp: ({ inputs: [x] }) => [zerosLike(x)],
  fold: (x) => Math.floor(x),
});

export const add = (a: Node, b: Node): Node => apply(addPrimitive, a, b);
export const sub = (a: Node, b: Node): Node => apply(subPrimitive, a, b);
export const mul = (a: Node, b: Node): Node => apply(mulPrimitive, a, b);
export const div = (a: Node, b: Node): Node => apply(divPrimitive, a, b);
export const neg = (x: Node): Node => apply(negPrimitive, x);
export const abs = (x: Node): Node => apply(absPrimitive, x);
export const sign = (x: Node): Node => apply(signPrimitive, x);
export const floor = (x: Node): Node => apply(floorPrimitive, x);

/** Cotangents add up where several ways lead to a node. */
export function addTo(cotangents: Map<Node, Node>, node: Node, part: Node): void {
  const sum = cotangents.get(node);
  cotangents.set(node, sum ? add(sum, part) : part);
}

export const arithmeticPrimitives = {
  add: addPrimitive,
  sub: subPrimitive,
  mul: mulPrimitive,
  div: divPrimitive,
  neg: negPrimitive,
  abs: absPrimitive,
  sign: signPrimitive,
  floor: floorPrimitive,
} as const;
