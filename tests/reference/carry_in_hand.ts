import type { Carry } from "../../src/engine/carry.ts";
import type { Shape } from "../../src/graph/shape.ts";
import { Tensor } from "../../src/tensor/tensor.ts";

/** What lasts, in hand: within one graph, step after step. */
export interface CarryInHand extends Carry {
  /** By path, what was kept last. */
  readonly kept: ReadonlyMap<string, Tensor>;
}

/** @param firstOf what a path is before anything was kept under it; its declared first value if left out. */
export function carryInHand(
  firstOf: (path: string, shape: Shape, first: number) => Tensor = (_, shape, first) => Tensor.full(shape, first),
): CarryInHand {
  const kept = new Map<string, Tensor>();
  const at = (prefix: string): Carry => ({
    read: (name, shape = [], first = 0) => kept.get(prefix + name) ?? firstOf(prefix + name, shape, first),
    keep: (name, next) => kept.set(prefix + name, next.detach()),
    at: (scope) => at(`${prefix}${scope}/`),
  });
  return { ...at(""), kept };
}
