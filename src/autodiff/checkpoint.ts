import { found } from "../errors/at.ts";
import { collect, type Node, nodeSize } from "../graph/node.ts";
import { segment } from "../graph/primitives/checkpoint.ts";
import { constantValue } from "../graph/primitives/leaf.ts";

/**
 * `results` as those of a segment, whose inside is computed again for the backward pass: all that comes of the arguments, and
 * what is larger than all that it is made of, such as random numbers and repeated biases. The rest is kept: what is made of
 * parameters alone, say weights divided by their norm, is small and may take many kernels.
 *
 * @param isOlder says of what the segment closes over that it was there before.
 */
export function checkpointed(
  results: readonly Node[],
  args: ReadonlySet<Node>,
  isOlder: (node: Node) => boolean,
): Node[] {
  const dependent = new Set(args);
  /** Of what doesn't come of the arguments: the size of the largest node outside that it is made of. */
  const sources = new Map<Node, number>();
  const sourceOf = (node: Node) => (constantValue(node) === undefined ? (sources.get(node) ?? nodeSize(node)) : 0);
  const inside = new Set<Node>();
  for (const node of collect(results, isOlder)) {
    if (node.inputs.some((input) => dependent.has(input))) dependent.add(node);
    else sources.set(node, Math.max(0, ...node.inputs.map(sourceOf)));
    if (dependent.has(node) || nodeSize(node) > found(sources, node)) inside.add(node);
  }
  const used = [...results, ...[...inside].flatMap((node) => node.inputs)];
  return segment(results, [...new Set(used.filter((node) => !inside.has(node)))]);
}
