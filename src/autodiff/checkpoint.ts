import { collect, type Node, nodeSize } from "../graph/node.ts";
import { again, partsOfSegment, segment } from "../graph/primitives/checkpoint.ts";
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
    if (dependent.has(node) || nodeSize(node) > (sources.get(node) as number)) inside.add(node);
  }
  const used = [...results, ...[...inside].flatMap((node) => node.inputs)];
  return segment(results, [...new Set(used.filter((node) => !inside.has(node)))]);
}

/**
 * Copies of a segment's inside, and of what it was given, by the originals. None of them is computed before `after` has
 * values.
 */
export function recomputed(whole: Node, after: readonly Node[]): ReadonlyMap<Node, Node> {
  const { results, given } = partsOfSegment(whole);
  const copies = new Map(given.map((node) => [node, again(node, after)]));
  const inside = collect(results, (node) => copies.has(node));
  for (const node of inside) {
    const inputs = node.inputs.map((input) => copies.get(input) as Node);
    const isSame = inputs.every((input, k) => input === node.inputs[k]);
    copies.set(node, isSame ? node : node.op.rebuild(inputs, node));
  }
  return copies;
}
