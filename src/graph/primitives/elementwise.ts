import { ShapeError } from "../../errors/errors.ts";
import { inType } from "../arithmetic.ts";
import { makeNode, type Node, type Primitive, type VjpArguments } from "../node.ts";
import { broadcastShapes, type DType, formatShape } from "../shape.ts";
import { constant, constantValue, onesLike, zerosLike } from "./leaf.ts";
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

type NoAttributes = Readonly<Record<string, never>>;
type Elementwise = Primitive<NoAttributes>;

interface Definition {
  /** Work per element, in units of one addition. Decides whether a value is computed again or stored. */
  readonly cost: number;
  readonly arity: 1 | 2 | 3;
  /** Element types that the operands may have; f32 alone by default. */
  readonly accepts?: readonly DType[];
  /** Element type of the result; that of the operands by default. */
  readonly result?: DType;
  wgsl(...inputs: readonly string[]): string;
  vjp(args: VjpArguments<NoAttributes> & { readonly a: Node; readonly b: Node; readonly c: Node }): (Node | null)[];
  /** In the place of `wgsl` where it depends on the operands, or differs for vectors of four. */
  emit?(inputs: readonly string[], node: Node, isFour: boolean): string | undefined;
  /** A shorter equal expression, if there is one: `x + 0`, `x * 1`... */
  simplify?(a: Node, b: Node): Node | undefined;
  /** The value of the whole expression when every operand is a constant, before it is rounded or wrapped. */
  fold?(...values: readonly number[]): number;
  /** The same for integers, where `fold` would round. */
  foldWhole?(...values: readonly number[]): number;
}

const definitions = new Map<Elementwise, Definition>();

function elementwise(name: string, definition: Definition): Elementwise {
  const primitive: Elementwise = {
    name,
    lowering: {
      kind: "elementwise",
      cost: definition.cost,
      wgsl: (inputs, node, isFour = false) =>
        definition.emit?.(inputs, node as unknown as Node, isFour) ?? definition.wgsl(...inputs),
    },
    vjp: (args) => {
      const [a, b, c] = args.inputs;
      return definition.vjp({ ...args, a: a as Node, b: b as Node, c: c as Node });
    },
    rebuild: (inputs) => apply(primitive, ...inputs),
  };
  definitions.set(primitive, definition);
  return primitive;
}

/** Builds the node of an elementwise primitive: stretches the operands, checks their types, simplifies. */
function apply(primitive: Elementwise, ...operands: readonly Node[]): Node {
  const definition = definitions.get(primitive) as Definition;
  const { accepts = ["f32"], result, simplify, arity } = definition;
  const shape = broadcastShapes(
    primitive.name,
    operands.map((operand) => operand.shape),
  );
  const inputs = operands.map((operand) => broadcast(operand, shape));
  // Select's first operand is its mask; the others must agree.
  const typed = arity === 3 ? inputs.slice(1) : inputs;
  const dtype = (typed[0] as Node).dtype;
  if (typed.some((x) => x.dtype !== dtype) || !accepts.includes(dtype)) {
    throw new ShapeError(
      `${primitive.name}: operands of type ${typed.map((x) => x.dtype).join(" and ")} with shape ` +
        `${formatShape(shape)}; it takes ${accepts.join(", ")}, the same on every side. Use cast() first.`,
    );
  }
  const isWhole = dtype !== "f32";
  const fold = (isWhole && definition.foldWhole) || definition.fold;
  const values = inputs.map(constantValue);
  if (isWhole && primitive === divPrimitive && values[1] === 0) {
    throw new ShapeError(`div: ${dtype}${formatShape(shape)} by the constant 0, which integers can't be divided by.`);
  }
  if (fold && values.every((value) => value !== undefined)) {
    return constant(inType(dtype, fold(...(values as number[]))), shape, result ?? dtype);
  }
  const simpler = simplify?.(inputs[0] as Node, inputs[1] as Node);
  if (simpler) return simpler;
  return makeNode(primitive, inputs, {}, shape, result ?? dtype);
}

const numbers: readonly DType[] = ["f32", "i32", "u32"];
const signed: readonly DType[] = ["f32", "i32"];
const is = (node: Node, value: number) => constantValue(node) === value;

const addPrimitive = elementwise("add", {
  cost: 1,
  arity: 2,
  accepts: numbers,
  wgsl: (a, b) => `(${a} + ${b})`,
  vjp: ({ dy }) => [dy, dy],
  simplify: (a, b) => (is(a, 0) ? b : is(b, 0) ? a : undefined),
  fold: (a, b) => (a as number) + (b as number),
});

const subPrimitive = elementwise("sub", {
  cost: 1,
  arity: 2,
  accepts: numbers,
  wgsl: (a, b) => `(${a} - ${b})`,
  vjp: ({ dy }) => [dy, neg(dy)],
  simplify: (a, b) => (is(b, 0) ? a : is(a, 0) && a.dtype !== "u32" ? neg(b) : undefined),
  fold: (a, b) => (a as number) - (b as number),
});

const mulPrimitive = elementwise("mul", {
  cost: 1,
  arity: 2,
  accepts: numbers,
  wgsl: (a, b) => `(${a} * ${b})`,
  vjp: ({ a, b, dy }) => [mul(dy, b), mul(dy, a)],
  simplify: (a, b) => {
    if (is(a, 1)) return b;
    if (is(b, 1)) return a;
    if (is(a, 0)) return a;
    if (is(b, 0)) return b;
    if (is(b, -1) && b.dtype !== "u32") return neg(a);
    if (is(a, -1) && a.dtype !== "u32") return neg(b);
    return undefined;
  },
  fold: (a, b) => (a as number) * (b as number),
  foldWhole: (a, b) => Math.imul(a as number, b as number),
});

const divPrimitive: Elementwise = elementwise("div", {
  cost: 4,
  arity: 2,
  accepts: numbers,
  wgsl: (a, b) => `(${a} / ${b})`,
  vjp: ({ b, y, dy }) => [div(dy, b), neg(div(mul(dy, y), b))],
  simplify: (a, b) => (is(b, 1) ? a : undefined),
  fold: (a, b) => (a as number) / (b as number),
});

const negPrimitive = elementwise("neg", {
  cost: 1,
  arity: 1,
  accepts: signed,
  wgsl: (a) => `(-${a})`,
  vjp: ({ dy }) => [neg(dy)],
  simplify: (a) => (a.op === (negPrimitive as unknown as Primitive) ? (a.inputs[0] as Node) : undefined),
  fold: (a) => -(a as number),
});

const powPrimitive = elementwise("pow", {
  cost: 16,
  arity: 2,
  wgsl: (a, b) => `pow_f32(${a}, ${b})`,
  vjp: ({ a, b, y, dy }) => {
    const base = greater(a, zerosLike(a));
    const logarithm = select(base, log(select(base, a, onesLike(a))), zerosLike(a));
    return [mul(dy, mul(b, pow(a, sub(b, onesLike(b))))), mul(dy, mul(y, logarithm))];
  },
  simplify: (a, b) => {
    if (is(b, 1)) return a;
    if (is(b, 0)) return onesLike(a);
    if (is(b, 2)) return mul(a, a);
    return is(b, -1) ? div(onesLike(a), a) : undefined;
  },
});

const expPrimitive = elementwise("exp", {
  cost: 8,
  arity: 1,
  wgsl: (x) => `exp_f32(${x})`,
  vjp: ({ y, dy }) => [mul(dy, y)],
  fold: (x) => Math.exp(x as number),
});

const logPrimitive = elementwise("log", {
  cost: 8,
  arity: 1,
  wgsl: (x) => `log_f32(${x})`,
  vjp: ({ a, dy }) => [div(dy, a)],
  fold: (x) => Math.log(x as number),
});

const sqrtPrimitive = elementwise("sqrt", {
  cost: 4,
  arity: 1,
  wgsl: (x) => `sqrt(${x})`,
  vjp: ({ y, dy }) => [div(mul(dy, constant(0.5, y.shape)), y)],
  fold: (x) => Math.sqrt(x as number),
});

const rsqrtPrimitive = elementwise("rsqrt", {
  cost: 4,
  arity: 1,
  wgsl: (x) => `inverseSqrt(${x})`,
  vjp: ({ y, dy }) => [mul(mul(dy, constant(-0.5, y.shape)), mul(y, mul(y, y)))],
  fold: (x) => 1 / Math.sqrt(x as number),
});

const tanhPrimitive = elementwise("tanh", {
  cost: 12,
  arity: 1,
  wgsl: (x) => `tanh_f32(${x})`,
  vjp: ({ y, dy }) => [mul(dy, sub(onesLike(y), mul(y, y)))],
});

const sigmoidPrimitive = elementwise("sigmoid", {
  cost: 12,
  arity: 1,
  wgsl: (x) => `sigmoid_f32(${x})`,
  // 1 - y is written as sigmoid(-x): it keeps its digits where y is within rounding of one.
  vjp: ({ a, y, dy }) => [mul(dy, mul(y, sigmoid(neg(a))))],
});

const softplusPrimitive = elementwise("softplus", {
  cost: 16,
  arity: 1,
  wgsl: (x) => `softplus_f32(${x})`,
  vjp: ({ a, dy }) => [mul(dy, sigmoid(a))],
});

const erfPrimitive = elementwise("erf", {
  cost: 24,
  arity: 1,
  wgsl: (x) => `erf_f32(${x})`,
  vjp: ({ a, dy }) => [mul(dy, mul(constant(2 / Math.sqrt(Math.PI), a.shape), exp(neg(mul(a, a)))))],
});

const sinPrimitive = elementwise("sin", {
  cost: 16,
  arity: 1,
  wgsl: (x) => `sin_f32(${x})`,
  vjp: ({ a, dy }) => [mul(dy, cos(a))],
});

const cosPrimitive = elementwise("cos", {
  cost: 16,
  arity: 1,
  wgsl: (x) => `cos_f32(${x})`,
  vjp: ({ a, dy }) => [neg(mul(dy, sin(a)))],
});

const absPrimitive = elementwise("abs", {
  cost: 1,
  arity: 1,
  accepts: signed,
  wgsl: (x) => `abs(${x})`,
  vjp: ({ a, dy }) => [mul(dy, sign(a))],
  fold: (x) => Math.abs(x as number),
});

const signPrimitive = elementwise("sign", {
  cost: 2,
  arity: 1,
  accepts: signed,
  wgsl: (x) => `sign(${x})`,
  // The built-in function may say 0 of NaN.
  emit: ([x], { dtype }, isFour) => {
    const type = isFour ? "vec4f" : "f32";
    const above = `select(${x}, ${type}(1), ${x} > ${type}())`;
    return dtype === "f32" ? `select(${above}, ${type}(-1), ${x} < ${type}())` : undefined;
  },
  vjp: ({ a }) => [zerosLike(a)],
  fold: (x) => Math.sign(x as number),
});

const floorPrimitive = elementwise("floor", {
  cost: 1,
  arity: 1,
  wgsl: (x) => `floor(${x})`,
  vjp: ({ a }) => [zerosLike(a)],
  fold: (x) => Math.floor(x as number),
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
function extremum(name: "minimum" | "maximum", builtIn: string, operator: "<" | ">"): Elementwise {
  return elementwise(name, {
    cost: 1,
    arity: 2,
    accepts: numbers,
    wgsl: (a, b) => `${builtIn}(${a}, ${b})`,
    emit: ([a, b], { dtype, inputs }, isFour) => {
      if (dtype !== "f32") return undefined;
      if (isNumber(inputs[1] as Node)) return `select(${a}, ${b}, ${b} ${operator} ${a})`;
      if (isNumber(inputs[0] as Node)) return `select(${b}, ${a}, ${a} ${operator} ${b})`;
      return extremeOf(operator, a as string, b as string, isFour);
    },
    vjp: ({ a, b, dy }) =>
      operator === "<" ? [toWinner(dy, b, a), toWinner(dy, a, b)] : [toWinner(dy, a, b), toWinner(dy, b, a)],
    simplify: (a, b) => (a === b ? a : undefined),
    fold: operator === "<" ? Math.min : Math.max,
  });
}

/** A constant, and not NaN. */
const isNumber = (node: Node) => !Number.isNaN(constantValue(node) ?? Number.NaN);

const minimumPrimitive = extremum("minimum", "min", "<");
const maximumPrimitive = extremum("maximum", "max", ">");

/** Whether an f32 is NaN, told by its bits: compilers may assume that a comparison never meets one. */
const isNanPrimitive = elementwise("isNan", {
  cost: 2,
  arity: 1,
  result: "bool",
  wgsl: (x) => `is_nan(${x})`,
  emit: ([x], _, isFour) => (isFour ? `are_nan(${x})` : undefined),
  vjp: () => [null],
});

function comparison(name: string, operator: string): Elementwise {
  return elementwise(name, {
    cost: 1,
    arity: 2,
    accepts: numbers,
    result: "bool",
    wgsl: (a, b) => `(${a} ${operator} ${b})`,
    vjp: () => [null, null],
  });
}

const lessPrimitive = comparison("less", "<");
const lessEqualPrimitive = comparison("lessEqual", "<=");
const equalPrimitive = comparison("equal", "==");

const selectPrimitive = elementwise("select", {
  cost: 1,
  arity: 3,
  accepts: ["f32", "i32", "u32", "bool"],
  wgsl: (mask, a, b) => `select(${b}, ${a}, ${mask})`,
  vjp: ({ a: mask, dy }) => [null, select(mask, dy, zerosLike(dy)), select(mask, zerosLike(dy), dy)],
});

/** The same value, stored anew: the compiler uses it where a value must have a place of its own. */
const copyPrimitive = elementwise("copy", {
  cost: 0,
  arity: 1,
  accepts: ["f32", "i32", "u32", "bool"],
  wgsl: (x) => x as string,
  vjp: ({ dy }) => [dy],
});

/**
 * The eight exponent bits of an f32: 0 for zero and denormals, 127 for 1 to 2, 255 for infinity and NaN. Compilers may
 * assume NaN away, but not the bits of a value that was loaded.
 */
const exponentBitsPrimitive = elementwise("exponentBits", {
  cost: 2,
  arity: 1,
  result: "u32",
  wgsl: (x) => `((bitcast<u32>(${x}) >> 23u) & 0xffu)`,
  vjp: () => [null],
});

export const add = (a: Node, b: Node): Node => apply(addPrimitive, a, b);
export const sub = (a: Node, b: Node): Node => apply(subPrimitive, a, b);
export const mul = (a: Node, b: Node): Node => apply(mulPrimitive, a, b);
export const div = (a: Node, b: Node): Node => apply(divPrimitive, a, b);
export const neg = (x: Node): Node => apply(negPrimitive, x);
export const pow = (a: Node, b: Node): Node => apply(powPrimitive, a, b);
export const exp = (x: Node): Node => apply(expPrimitive, x);
export const log = (x: Node): Node => apply(logPrimitive, x);
export const sqrt = (x: Node): Node => apply(sqrtPrimitive, x);
export const rsqrt = (x: Node): Node => apply(rsqrtPrimitive, x);
export const tanh = (x: Node): Node => apply(tanhPrimitive, x);
export const sigmoid = (x: Node): Node => apply(sigmoidPrimitive, x);
/** log(1 + exp(x)), exact to rounding at both ends. */
export const softplus = (x: Node): Node => apply(softplusPrimitive, x);
export const erf = (x: Node): Node => apply(erfPrimitive, x);
export const sin = (x: Node): Node => apply(sinPrimitive, x);
export const cos = (x: Node): Node => apply(cosPrimitive, x);
export const abs = (x: Node): Node => apply(absPrimitive, x);
export const sign = (x: Node): Node => apply(signPrimitive, x);
export const floor = (x: Node): Node => apply(floorPrimitive, x);
export const minimum = (a: Node, b: Node): Node => apply(minimumPrimitive, a, b);
export const maximum = (a: Node, b: Node): Node => apply(maximumPrimitive, a, b);
export const less = (a: Node, b: Node): Node => apply(lessPrimitive, a, b);
export const lessEqual = (a: Node, b: Node): Node => apply(lessEqualPrimitive, a, b);
export const greater = (a: Node, b: Node): Node => apply(lessPrimitive, b, a);
export const greaterEqual = (a: Node, b: Node): Node => apply(lessEqualPrimitive, b, a);
export const equal = (a: Node, b: Node): Node => apply(equalPrimitive, a, b);
export const isNan = (x: Node): Node => apply(isNanPrimitive, x);
export const copy = (x: Node): Node => apply(copyPrimitive, x);
export const exponentBits = (x: Node): Node => apply(exponentBitsPrimitive, x);

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

export const elementwisePrimitives = {
  add: addPrimitive,
  sub: subPrimitive,
  mul: mulPrimitive,
  div: divPrimitive,
  neg: negPrimitive,
  pow: powPrimitive,
  exp: expPrimitive,
  log: logPrimitive,
  sqrt: sqrtPrimitive,
  rsqrt: rsqrtPrimitive,
  tanh: tanhPrimitive,
  sigmoid: sigmoidPrimitive,
  softplus: softplusPrimitive,
  erf: erfPrimitive,
  sin: sinPrimitive,
  cos: cosPrimitive,
  abs: absPrimitive,
  sign: signPrimitive,
  floor: floorPrimitive,
  minimum: minimumPrimitive,
  maximum: maximumPrimitive,
  less: lessPrimitive,
  lessEqual: lessEqualPrimitive,
  equal: equalPrimitive,
  select: selectPrimitive,
  isNan: isNanPrimitive,
  copy: copyPrimitive,
  exponentBits: exponentBitsPrimitive,
} as const;
