import type { Node } from "../node.ts";
import { apply, type Binary, elementwise, type Unary } from "./elementwise.ts";
import { div, mul, neg, sub } from "./elementwise_arithmetic.ts";
import { greater, select } from "./elementwise_choice.ts";
import { constant, constantValue, onesLike, zerosLike } from "./leaf.ts";

/** Roots, powers, exponentials and the like, of f32. */

const expPrimitive = elementwise<Unary>("exp", {
  cost: 8,
  onVectors: false,
  wgsl: (x) => `exp_f32(${x})`,
  vjp: ({ y, dy }) => [mul(dy, y)],
  fold: (x) => Math.exp(x),
});

const logPrimitive = elementwise<Unary>("log", {
  cost: 8,
  onVectors: false,
  wgsl: (x) => `log_f32(${x})`,
  vjp: ({ inputs: [x], dy }) => [div(dy, x)],
  fold: (x) => Math.log(x),
});

const sqrtPrimitive = elementwise<Unary>("sqrt", {
  cost: 4,
  onVectors: true,
  wgsl: (x) => `sqrt(${x})`,
  vjp: ({ y, dy }) => [div(mul(dy, constant(0.5, y.shape)), y)],
  fold: (x) => Math.sqrt(x),
});

const rsqrtPrimitive = elementwise<Unary>("rsqrt", {
  cost: 4,
  onVectors: true,
  wgsl: (x) => `inverseSqrt(${x})`,
  vjp: ({ y, dy }) => [mul(mul(dy, constant(-0.5, y.shape)), mul(y, mul(y, y)))],
  fold: (x) => 1 / Math.sqrt(x),
});

const powPrimitive = elementwise<Binary>("pow", {
  cost: 16,
  onVectors: false,
  wgsl: (a, b) => `pow_f32(${a}, ${b})`,
  vjp: ({ inputs: [a, b], y, dy }) => {
    const base = greater(a, zerosLike(a));
    const logarithm = select(base, log(select(base, a, onesLike(a))), zerosLike(a));
    return [mul(dy, mul(b, pow(a, sub(b, onesLike(b))))), mul(dy, mul(y, logarithm))];
  },
  simplify: (a, b) => {
    const exponent = constantValue(b);
    if (exponent === 1) return a;
    if (exponent === 0) return onesLike(a);
    if (exponent === 2) return mul(a, a);
    return exponent === -1 ? div(onesLike(a), a) : undefined;
  },
});

const tanhPrimitive = elementwise<Unary>("tanh", {
  cost: 12,
  onVectors: false,
  wgsl: (x) => `tanh_f32(${x})`,
  vjp: ({ y, dy }) => [mul(dy, sub(onesLike(y), mul(y, y)))],
});

const sigmoidPrimitive = elementwise<Unary>("sigmoid", {
  cost: 12,
  onVectors: false,
  wgsl: (x) => `sigmoid_f32(${x})`,
  // 1 - y is written as sigmoid(-x): it keeps its digits where y is within rounding of one.
  vjp: ({ inputs: [x], y, dy }) => [mul(dy, mul(y, sigmoid(neg(x))))],
});

const softplusPrimitive = elementwise<Unary>("softplus", {
  cost: 16,
  onVectors: false,
  wgsl: (x) => `softplus_f32(${x})`,
  vjp: ({ inputs: [x], dy }) => [mul(dy, sigmoid(x))],
});

const erfPrimitive = elementwise<Unary>("erf", {
  cost: 24,
  onVectors: false,
  wgsl: (x) => `erf_f32(${x})`,
  vjp: ({ inputs: [x], dy }) => [mul(dy, mul(constant(2 / Math.sqrt(Math.PI), x.shape), exp(neg(mul(x, x)))))],
});

const sinPrimitive = elementwise<Unary>("sin", {
  cost: 16,
  onVectors: false,
  wgsl: (x) => `sin_f32(${x})`,
  vjp: ({ inputs: [x], dy }) => [mul(dy, cos(x))],
});

const cosPrimitive = elementwise<Unary>("cos", {
  cost: 16,
  onVectors: false,
  wgsl: (x) => `cos_f32(${x})`,
  vjp: ({ inputs: [x], dy }) => [neg(mul(dy, sin(x)))],
});

export const exp = (x: Node): Node => apply(expPrimitive, x);
export const log = (x: Node): Node => apply(logPrimitive, x);
export const sqrt = (x: Node): Node => apply(sqrtPrimitive, x);
export const rsqrt = (x: Node): Node => apply(rsqrtPrimitive, x);
export const pow = (a: Node, b: Node): Node => apply(powPrimitive, a, b);
export const tanh = (x: Node): Node => apply(tanhPrimitive, x);
export const sigmoid = (x: Node): Node => apply(sigmoidPrimitive, x);
/** log(1 + exp(x)), exact to rounding at both ends. */
export const softplus = (x: Node): Node => apply(softplusPrimitive, x);
export const erf = (x: Node): Node => apply(erfPrimitive, x);
export const sin = (x: Node): Node => apply(sinPrimitive, x);
export const cos = (x: Node): Node => apply(cosPrimitive, x);

export const functionPrimitives = {
  exp: expPrimitive,
  log: logPrimitive,
  sqrt: sqrtPrimitive,
  rsqrt: rsqrtPrimitive,
  pow: powPrimitive,
  tanh: tanhPrimitive,
  sigmoid: sigmoidPrimitive,
  softplus: softplusPrimitive,
  erf: erfPrimitive,
  sin: sinPrimitive,
  cos: cosPrimitive,
} as const;
