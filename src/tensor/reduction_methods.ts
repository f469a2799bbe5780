import * as composites from "../graph/composites/functions.ts";
import type { Node } from "../graph/node.ts";
import { max, mean, min } from "../graph/primitives/reduce.ts";
import { sum } from "../graph/primitives/sum_broadcast.ts";

export type Axes = number | readonly number[];

/** Options of every reduction. */
export interface ReduceOptions {
  /** Keep the reduced axes with size 1. */
  readonly keepDims?: boolean;
}

/** Methods of a tensor that reduce axes, all of them by default. */
export interface ReductionMethods<Self> {
  sum(axes?: Axes, options?: ReduceOptions): Self;
  mean(axes?: Axes, options?: ReduceOptions): Self;
  max(axes?: Axes, options?: ReduceOptions): Self;
  min(axes?: Axes, options?: ReduceOptions): Self;
  /** The mean squared distance from the mean. */
  variance(axes?: Axes, options?: ReduceOptions): Self;
  /** The Euclidean norm, with derivatives of zero at the origin. */
  norm(axes?: Axes, options?: ReduceOptions): Self;
  logSumExp(axes?: Axes, options?: ReduceOptions): Self;
}

/** What they do to its node, which leaves the axes with size 1. */
export const reductionMethods: Readonly<
  Record<keyof ReductionMethods<never>, (x: Node, axes: readonly number[]) => Node>
> = {
  sum,
  mean,
  max,
  min,
  variance: composites.variance,
  norm: composites.norm,
  logSumExp: composites.logSumExp,
};
