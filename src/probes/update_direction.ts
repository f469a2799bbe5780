import { Tensor } from "../tensor/tensor.ts";
import type { ProbeColumns } from "./probe.ts";

/**
 * The cosine between a player's update and the one of the turn before, of sampled elements of its parameters: near 1 where it
 * goes on in one direction, near 0 where noise leads, below 0 where it goes back and forth. A column for each player, in runs
 * that are probed in every step. In a first step it is 0.
 */
export const updateDirection: ProbeColumns = { name: "direction", columns: {} };

/** Scaled by it, squares of updates are normal numbers, from 1e-31 to 1e7. */
const scale = 2 ** 40;

/**
 * @param change elements of the parameters after the step minus those before.
 * @param previous what it gave as `kept` in the turn before.
 */
export function directionOf(change: Tensor, previous: Tensor): { readonly cosine: Tensor; readonly kept: Tensor } {
  const kept = change.mul(scale);
  const lengths = kept.square().sum().sqrt().mul(previous.square().sum().sqrt());
  const dot = kept.mul(previous).sum();
  return { cosine: Tensor.where(lengths.greater(0), dot.div(lengths.maximum(1e-30)), 0), kept };
}
