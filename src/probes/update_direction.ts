import { segmentSum } from "../graph/primitives/segments.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { ProbeColumns } from "./probe.ts";

/**
 * The cosine between a player's update and its way since the turn before, of sampled elements of its parameters: near 1 where
 * it goes on in one direction, near 0 where noise leads, below 0 where it goes back and forth. With one step a turn, that way
 * is the update before. A column for each player, in runs that are probed in every step. In a first step it is 0.
 */
export const updateDirection: ProbeColumns = { name: "direction", columns: {} };

/** Scaled by it, squares of updates are normal numbers, from 1e-31 to 1e7. */
const scale = 2 ** 40;

/** A player's parameters, or some of them, at three times. */
export interface Places {
  readonly after: Tensor;
  readonly before: Tensor;
  /** Before the step of the turn before. */
  readonly last: Tensor;
}

const square = (x: Tensor, y: Tensor): Tensor => x.sub(y).mul(scale).square();

export function directionOf({ after, before, last }: Places): Tensor {
  // One workgroup adds them up, as with the sums of parameters: a sum of many takes two passes. Of three sides of a triangle, no
  // difference is used twice, so that none becomes a value of its own, with a dispatch for it.
  const sum = (x: Tensor) => new Tensor(segmentSum(x.node, [x.size]), x.evaluator);
  const [now, way, both] = [sum(square(after, before)), sum(square(before, last)), sum(square(after, last))];
  const lengths = now.sqrt().mul(way.sqrt());
  const cosine = both.sub(now).sub(way).mul(0.5).div(lengths.maximum(1e-30));
  return Tensor.where(lengths.greater(0), cosine.clamp(-1, 1), 0);
}
