import { at, found } from "../../errors/at.ts";
import { type BackwardPass, collect, makeNode, type NoAttributes, type Node, type Primitive } from "../node.ts";
import { add, addTo } from "./elementwise_arithmetic.ts";
import { copy } from "./elementwise_bits.ts";
import { constantValue } from "./leaf.ts";

/**
 * Recomputation: what lies inside of a segment is not kept for the backward pass, which computes it again from what the
 * segment was given (Griewank and Walther 2000, "Algorithm 799: revolve"; Chen et al. 2016, "Training deep nets with
 * sublinear memory cost"). Cotangents of all results go through a segment together.
 */

/**
 * The same value as another node, not to be used before the nodes of `after` have values. Equal expressions are one node,
 * so what is to be computed again needs operands of its own; and without the wait it would be computed at once, and kept.
 */
const againPrimitive: Primitive<NoAttributes, readonly [value: Node, ...after: Node[]]> = {
  name: "again",
  lowering: { kind: "view", isReshape: true, mayComeApart: true },
  vjp: ({ inputs: [, ...after], dy }) => [dy, ...after.map(() => null)],
  rebuild: ([x, ...after]) => again(x, after),
};

export function again(x: Node, after: readonly Node[]): Node {
  if (constantValue(x) !== undefined) return x;
  return makeNode(againPrimitive, [x, ...new Set(after)], {}, x.shape, x.dtype);
}

type SegmentInputs = readonly [result: Node, ...more: Node[]];
type Segment = Node<{ readonly results: number }, SegmentInputs>;

/** Where a segment begins and ends: its inputs are its results, then what they are computed from. */
const segmentPrimitive: Primitive<{ readonly results: number }, SegmentInputs> = {
  name: "segment",
  lowering: { kind: "identity" },
  vjp: ({ inputs: [, ...others] }) => [null, ...others.map(() => null)],
  pullBackResults: pullThroughSegment,
  rebuild: (inputs, { attributes }) => makeNode(segmentPrimitive, inputs, attributes, ...typeOf(inputs[0])),
};

/** A result of a segment as the rest of the graph sees it. */
export const segmentResultPrimitive: Primitive<NoAttributes, readonly [result: Node, segment: Node]> = {
  name: "segmentResult",
  lowering: { kind: "identity" },
  vjp: () => [null, null],
  rebuild: (inputs) => makeNode(segmentResultPrimitive, inputs, {}, ...typeOf(inputs[0])),
};

const typeOf = ({ shape, dtype }: Node) => [shape, dtype] as const;

/** The results of a segment, whose inside is all between them and `given`. */
export function segment(results: readonly Node[], given: readonly Node[]): Node[] {
  const [first, ...others] = results;
  if (!first) return [];
  const inputs = [first, ...others, ...given] as const;
  const whole = makeNode(segmentPrimitive, inputs, { results: results.length }, ...typeOf(first));
  return results.map((result) => makeNode(segmentResultPrimitive, [result, whole], {}, ...typeOf(result)));
}

/** What a segment node was made of, each node once. */
function partsOfSegment({ inputs, attributes: { results: count } }: Segment): {
  results: readonly Node[];
  given: readonly Node[];
} {
  return { results: [...new Set(inputs.slice(0, count))], given: [...new Set(inputs.slice(count))] };
}

/**
 * From the cotangents of a segment's results to those of what it was given, which it returns, through copies that are
 * computed when the former have arrived and the copies of the segment before are done with: one segment lives at a time.
 * That is a segment again: derivatives of it need not keep the copies either.
 */
function pullThroughSegment(
  whole: Segment,
  atResults: ReadonlyMap<Node, Node>,
  { cotangents, reaches, finished, pullBack }: BackwardPass,
): readonly Node[] {
  const after = [...atResults.values(), ...finished];
  const { results, given } = partsOfSegment(whole);
  const copies = copiesOf(results, given, after);
  const copyOf = (node: Node) => found(copies, node);
  const args = new Set(given.map(copyOf));
  const inner = new Map<Node, Node>();
  for (const [result, dy] of atResults) addTo(inner, copyOf(result), dy);
  const order = collect([...inner.keys()], (node) => args.has(node));
  pullBack(order, inner, new Set(given.filter((node) => reaches.has(node)).map(copyOf)));
  const reached = given.filter((node) => reaches.has(node) && inner.has(copyOf(node)));
  const parts = segment(
    reached.map((node) => found(inner, copyOf(node))),
    [...given, ...after],
  );
  reached.forEach((node, k) => {
    const [part, sum] = [at(parts, k), cotangents.get(node)];
    // A place of its own: otherwise the gradients of several batches would all wait for the last to be added up.
    cotangents.set(node, sum ? copy(add(sum, part)) : part);
  });
  return parts;
}

/**
 * Copies of a segment's inside, and of what it was given, by the originals. None of them is computed before `after` has
 * values.
 */
function copiesOf(results: readonly Node[], given: readonly Node[], after: readonly Node[]): ReadonlyMap<Node, Node> {
  const copies = new Map(given.map((node) => [node, again(node, after)]));
  const inside = collect(results, (node) => copies.has(node));
  for (const node of inside) {
    const inputs = node.inputs.map((input) => found(copies, input));
    const isSame = inputs.every((input, k) => input === node.inputs[k]);
    copies.set(node, isSame ? node : node.op.rebuild(inputs, node));
  }
  return copies;
}

export const checkpointPrimitives = {
  again: againPrimitive,
  segment: segmentPrimitive,
  segmentResult: segmentResultPrimitive,
} as const;
