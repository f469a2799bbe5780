import type { Node } from "../node.ts";
import { add, div, mul, neg, sub } from "../primitives/elementwise_arithmetic.ts";
import { exponentBits } from "../primitives/elementwise_bits.ts";
import { equal, lessEqual, maximum, minimum, select } from "../primitives/elementwise_choice.ts";
import { erf, exp, log, sigmoid, softplus, sqrt } from "../primitives/elementwise_functions.ts";
import { constant, detach, literal } from "../primitives/leaf.ts";
import { max, mean } from "../primitives/reduce.ts";
import { broadcast, sum } from "../primitives/sum_broadcast.ts";

/**
 * Functions over primitives, in forms that stay right where the textbook form overflows or cancels. Reduced axes stay in
 * the shape with size 1.
 */

const scalar = (value: number): Node => constant(value);

/** log sigmoid(x) = -softplus(-x). */
export const logSigmoid = (x: Node): Node => neg(softplus(neg(x)));

export const square = (x: Node): Node => mul(x, x);

// The rectifiers ask whether x is at most zero, which NaN is not: so it goes through.

export const relu = (x: Node): Node => select(lessEqual(x, scalar(0)), scalar(0), x);

/** x above zero, slope x below. */
export const leakyRelu = (x: Node, slope: number): Node =>
  select(lessEqual(x, scalar(0)), mul(x, literal("leakyRelu", slope)), x);

/** x above zero, alpha (exp(x) - 1) below (Clevert et al. 2016). The exponential never sees a positive number. */
export const elu = (x: Node, alpha = 1): Node =>
  select(lessEqual(x, scalar(0)), mul(literal("elu", alpha), sub(exp(minimum(x, scalar(0))), scalar(1))), x);

/** The constants of Klambauer et al. 2017, "Self-normalizing neural networks", with which mean 0 and variance 1 persist. */
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;
export const selu = (x: Node): Node => mul(scalar(seluScale), elu(x, seluAlpha));

/** x Phi(x), with the normal distribution's own Phi (Hendrycks and Gimpel 2016), not the tanh approximation. */
export const gelu = (x: Node): Node => mul(mul(scalar(0.5), x), add(scalar(1), erf(mul(x, scalar(Math.SQRT1_2)))));

/** x sigmoid(x), also called swish. */
export const silu = (x: Node): Node => mul(x, sigmoid(x));

export const clamp = (x: Node, low: number, high: number): Node =>
  minimum(maximum(x, literal("clamp", low)), literal("clamp", high));

/**
 * What is taken out of exponentials so that they don't overflow: the largest element, or 0 where that is infinite or NaN. It
 * cancels in the value and in every derivative, so it need not be differentiated.
 */
function shiftOf(x: Node, axes: readonly number[]): Node {
  const largest = detach(max(x, axes));
  return select(equal(exponentBits(largest), constant(255, [], "u32")), scalar(0), largest);
}

/** log of the sum of exponentials, with the largest element taken out first. */
export function logSumExp(x: Node, axes: readonly number[]): Node {
  const shift = shiftOf(x, axes);
  return add(log(sum(exp(sub(x, shift)), axes)), shift);
}

export function softmax(x: Node, axes: readonly number[]): Node {
  const shares = exp(sub(x, shiftOf(x, axes)));
  return div(shares, broadcast(sum(shares, axes), x.shape));
}

/** The shift is not added back: beside it, the logarithm would lose its digits. */
export function logSoftmax(x: Node, axes: readonly number[]): Node {
  const shifted = sub(x, shiftOf(x, axes));
  return sub(shifted, log(sum(exp(shifted), axes)));
}

/** The mean squared distance from the mean (divided by n). */
export function variance(x: Node, axes: readonly number[]): Node {
  return mean(square(sub(x, mean(x, axes))), axes);
}

/**
 * sqrt(sum x^2), with a derivative of zero instead of NaN at the origin: below `epsilon` the root is taken of a constant.
 */
export function norm(x: Node, axes: readonly number[], epsilon = 1e-12): Node {
  return safeSqrt(sum(square(x), axes), epsilon * epsilon);
}

/** sqrt(x), whose value and derivatives are zero where x is at most `floor`. */
export function safeSqrt(x: Node, floor: number): Node {
  const isFloor = lessEqual(x, scalar(floor));
  return select(isFloor, scalar(0), sqrt(select(isFloor, scalar(1), x)));
}

/**
 * Cross entropy of Bernoulli targets with logits, t softplus(-a) + (1 - t) softplus(a), elementwise. Unlike the form
 * max(a, 0) - a t + log(1 + exp(-|a|)) it is smooth at zero, and neither it nor its gradient cancels at confident logits.
 */
export const sigmoidCrossEntropy = (logits: Node, targets: Node): Node =>
  add(mul(targets, softplus(neg(logits))), mul(sub(scalar(1), targets), softplus(logits)));
