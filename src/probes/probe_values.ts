import { assertKind, type Kind, numbers } from "../errors/checks.ts";
import { assertTensors, Tensor } from "../tensor/tensor.ts";

/** What a probe measures: named values of one or more elements, as tensors of the plan that it rides on. */
export type ProbeValues = Readonly<Record<string, Tensor>>;

/** The mean of a condition: the share of elements for which it holds. */
export function share(condition: Tensor): Tensor {
  assertTensors("share", { condition });
  return condition.cast("f32").mean();
}

/** How many elements are infinite or NaN. */
export function countNonFinite(x: Tensor): Tensor {
  assertTensors("countNonFinite", { x });
  return x.isNonFinite().cast("f32").sum();
}

/** 2^64: every normal f32 has a normal square when it is scaled by this first. */
export const lift = 2 ** 64;

/** Root of the mean square, exact also where the squares themselves would underflow. */
export function rootMeanSquare(x: Tensor): Tensor {
  assertTensors("rootMeanSquare", { x });
  return rootOfMeans(x.square().mean(), x.mul(lift).square().mean());
}

/** Of the mean squares of values, and of the same ones times `lift`. */
export function rootOfMeans(plain: Tensor, lifted: Tensor): Tensor {
  return Tensor.where(plain.greater(1e-20), plain.sqrt(), lifted.sqrt().div(lift));
}

/** Most elements that `quantiles` looks at: ranks are found by comparing all pairs. */
const maxRanked = 256;

const shares: Kind = {
  says: "at least one number from 0 to 1, in an array",
  is: (value) =>
    numbers.is(value) && Array.from(value).every((share) => share >= 0 && share <= 1) && Object(value).length > 0,
};

/**
 * Quantiles of a vector, as [fractions.length]: the element of rank round(fraction (n - 1)). Of a vector longer than 256,
 * the first 256 elements.
 */
export function quantiles(x: Tensor, fractions: readonly number[]): Tensor {
  assertTensors("quantiles", { x });
  assertKind("quantiles", "the fractions", fractions, shares);
  const n = Math.min(x.size, maxRanked);
  const values = x.flatten().slice([0], [n]);
  const row = values.reshape([1, n]);
  // How many are below each: an element stands at a rank if no more than that are, and a larger one if more are.
  const below = Tensor.where(row.less(values.reshape([n, 1])), 1, Tensor.scalar(0))
    .sum(1)
    .reshape([1, n]);
  const wanted = Tensor.concat(fractions.map((fraction) => Tensor.full([1, 1], Math.round(fraction * (n - 1)))));
  return Tensor.where(below.greater(wanted), Number.NEGATIVE_INFINITY, row).max(1);
}
