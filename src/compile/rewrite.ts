import type { Node } from "../graph/node.ts";
import type { DeviceTraits } from "./device_traits.ts";
import { computedFrom, copyWeights } from "./half_precision.ts";
import { lower } from "./lower.ts";
import { readSignsFromOutputs } from "./signs.ts";

export interface HalfPrecision {
  /** Nodes from which on everything is kept as f32. */
  readonly except: readonly Node[];
}

export interface RewriteOptions {
  readonly target?: DeviceTraits;
  readonly halfPrecision?: HalfPrecision;
}

/** A graph in the form that is scheduled: the roots, and what must stay f32 where values may lie as f16. */
export interface RewrittenGraph {
  readonly roots: readonly Node[];
  readonly precise: ReadonlySet<Node>;
}

/** All rewrites of a graph, one after the other. */
export function rewrite(roots: readonly Node[], { target, halfPrecision }: RewriteOptions): RewrittenGraph {
  const lowered = lower(roots, target);
  const signed = readSignsFromOutputs(roots.map((root) => lowered.get(root) as Node));
  const at = (node: Node) => signed.get(lowered.get(node) as Node);
  const results = roots.map((root) => at(root) as Node);
  if (!halfPrecision) return { roots: results, precise: new Set() };
  const marked = new Set(halfPrecision.except.flatMap((node) => at(node) ?? []));
  const copied = copyWeights(results, computedFrom(marked, results));
  const halved = results.map((root) => copied.get(root) as Node);
  return {
    roots: halved,
    precise: computedFrom(new Set([...marked].flatMap((node) => copied.get(node) ?? [])), halved),
  };
}
