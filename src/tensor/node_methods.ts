import * as composites from "../graph/composites/functions.ts";
import type { Node } from "../graph/node.ts";
import { cast } from "../graph/primitives/cast.ts";
import * as arithmetic from "../graph/primitives/elementwise_arithmetic.ts";
import * as bits from "../graph/primitives/elementwise_bits.ts";
import * as choice from "../graph/primitives/elementwise_choice.ts";
import * as elementary from "../graph/primitives/elementwise_functions.ts";
import { gather, histogram } from "../graph/primitives/gather_scatter.ts";
import { detach } from "../graph/primitives/leaf.ts";
import { reshape, transposeLast } from "../graph/primitives/shape_movement.ts";
import { type DType, sizeOf } from "../graph/shape.ts";

/** Methods of a tensor that take nothing. */
export interface UnaryMethods<Self> {
  neg(): Self;
  exp(): Self;
  log(): Self;
  sqrt(): Self;
  rsqrt(): Self;
  tanh(): Self;
  sigmoid(): Self;
  /** log(1 + exp(x)). */
  softplus(): Self;
  logSigmoid(): Self;
  erf(): Self;
  sin(): Self;
  cos(): Self;
  abs(): Self;
  sign(): Self;
  floor(): Self;
  square(): Self;
  relu(): Self;
  selu(): Self;
  gelu(): Self;
  silu(): Self;
  /** The exponent bits of each f32, as u32: 255 for infinity and NaN, 0 for zero and denormals. */
  exponentBits(): Self;
  /** All elements in one axis. */
  flatten(): Self;
  /** The last two axes exchanged. */
  transpose(): Self;
  /** The same value in a place of its own, instead of being computed again wherever it is used. */
  copy(): Self;
  /** The same value, through which no gradient flows. */
  detach(): Self;
}

/** What they do to its node. */
export const unaryMethods: Readonly<Record<keyof UnaryMethods<never>, (x: Node) => Node>> = {
  neg: arithmetic.neg,
  exp: elementary.exp,
  log: elementary.log,
  sqrt: elementary.sqrt,
  rsqrt: elementary.rsqrt,
  tanh: elementary.tanh,
  sigmoid: elementary.sigmoid,
  softplus: elementary.softplus,
  logSigmoid: composites.logSigmoid,
  erf: elementary.erf,
  sin: elementary.sin,
  cos: elementary.cos,
  abs: arithmetic.abs,
  sign: arithmetic.sign,
  floor: arithmetic.floor,
  square: composites.square,
  relu: composites.relu,
  selu: composites.selu,
  gelu: composites.gelu,
  silu: composites.silu,
  exponentBits: bits.exponentBits,
  flatten: (x) => reshape(x, [sizeOf(x.shape)]),
  transpose: transposeLast,
  copy: bits.copy,
  detach,
};

/** Methods of a tensor that take another one, or a number. */
export interface BinaryMethods<Self> {
  add(other: Self | number): Self;
  sub(other: Self | number): Self;
  /** The product. With the number 0 it is 0, also of infinities and NaN: the term is left out. */
  mul(other: Self | number): Self;
  div(other: Self | number): Self;
  pow(other: Self | number): Self;
  minimum(other: Self | number): Self;
  maximum(other: Self | number): Self;
  less(other: Self | number): Self;
  lessEqual(other: Self | number): Self;
  greater(other: Self | number): Self;
  greaterEqual(other: Self | number): Self;
  equal(other: Self | number): Self;
  /** Cross entropy of these logits with targets from 0 to 1, elementwise. */
  sigmoidCrossEntropy(targets: Self | number): Self;
  /** Rows of this table [N, ...] by u32 indices [B]. */
  gather(indices: Self): Self;
}

/** What they do to both nodes. */
export const binaryMethods: Readonly<Record<keyof BinaryMethods<never>, (a: Node, b: Node) => Node>> = {
  add: arithmetic.add,
  sub: arithmetic.sub,
  mul: arithmetic.mul,
  div: arithmetic.div,
  pow: elementary.pow,
  minimum: choice.minimum,
  maximum: choice.maximum,
  less: choice.less,
  lessEqual: choice.lessEqual,
  greater: choice.greater,
  greaterEqual: choice.greaterEqual,
  equal: choice.equal,
  sigmoidCrossEntropy: composites.sigmoidCrossEntropy,
  gather,
};

/** Methods of a tensor that take numbers, or a type. */
export interface ParametricMethods<Self> {
  leakyRelu(slope?: number): Self;
  elu(alpha?: number): Self;
  clamp(low: number, high: number): Self;
  cast(dtype: DType): Self;
  /** How often each value from 0 to bins - 1 occurs in a u32 tensor. */
  histogram(bins: number): Self;
}

/** What they do to its node. */
export const parametricMethods: Readonly<
  Record<keyof ParametricMethods<never>, (x: Node, first: never, second: never) => Node>
> = {
  leakyRelu: (x: Node, slope = 0.2) => composites.leakyRelu(x, slope),
  elu: (x: Node, alpha = 1) => composites.elu(x, alpha),
  clamp: composites.clamp,
  cast,
  histogram,
};
