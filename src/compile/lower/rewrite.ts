import { found } from "../../errors/at.ts";
import { type Extra, partOf } from "../../errors/extra.ts";
import type { Node } from "../../graph/node.ts";
import type { DeviceTraits } from "../device_traits.ts";
import type { inHalf } from "./half_precision.ts";
import { lower } from "./lower.ts";
import { placeParts } from "./place_parts.ts";
import type { RewrittenGraph } from "./rewritten_graph.ts";
import { readSignsFromOutputs } from "./signs.ts";

export interface HalfPrecision {
  /** Nodes from which on everything is kept as f32. */
  readonly except: readonly Node[];
}

export interface RewriteOptions {
  readonly target?: DeviceTraits;
  readonly halfPrecision?: HalfPrecision;
}

export const extraHalfPrecision: Extra<typeof inHalf> = { entry: "mixed" };

/**
 * All rewrites of a graph, one after the other.
 *
 * @throws SaddlepointError for half precision on a page without it.
 */
export function rewrite(roots: readonly Node[], { target, halfPrecision }: RewriteOptions): RewrittenGraph {
  const lowered = lower(roots, target);
  const signed = readSignsFromOutputs(roots.map((root) => found(lowered, root)));
  const inOrder = roots.map((root) => found(signed, found(lowered, root)));
  const placed = placeParts(inOrder);
  const results = inOrder.map((root) => found(placed, root));
  if (!halfPrecision) return { roots: results, halves: () => new Set() };
  // What no root is computed from is in neither.
  const inForm = halfPrecision.except.flatMap((node) => lowered.get(node) ?? []);
  const precise = new Set(inForm.flatMap((node) => signed.get(node) ?? []).flatMap((node) => placed.get(node) ?? []));
  return partOf(extraHalfPrecision, "halfPrecision")(results, precise);
}
