import { type BackwardPass, collect, makeNode, type Node, type Primitive } from "../node.ts";
import { addTo } from "./cotangents.ts";
import { add, copy } from "./elementwise.ts";
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
const againPrimitive: Primitive<Readonly<Record<string, never>>> = {
  name: "again",
  lowering: { kind: "view", view: () => "reshaped" },
  vjp: ({ inputs, dy }) => inputs.map((_, k) => (k === 0 ? dy : null)),
  rebuild: ([x, ...after]) => again(x as Node, after),
};

export function again(x: Node, after: readonly Node[]): Node {
  if (constantValue(x) !== undefined) return x;
  return makeNode(againPrimitive, [x, ...new Set(after)], {}, x.shape, x.dtype);
}

/** Where a segment begins and ends: its inputs are its results, then what they are computed from. */
const segmentPrimitive: Primitive<{ readonly results: number }> = {
  name: "segment",
  lowering: { kind: "identity" },
  vjp: ({ inputs }) => inputs.map(() => null),
  pullBackResults: pullThroughSegment,
  rebuild: (inputs, node) =>
    makeNode(segmentPrimitive, inputs, node.attributes as { results: number }, ...typeOf(inputs)),
};

/** A result of a segment as the rest of the graph sees it. */
const segmentResultPrimitive: Primitive<Readonly<Record<string, never>>> = {
  name: "segmentResult",
  lowering: { kind: "identity" },
  vjp: () => [null, null],
  rebuild: (inputs) => makeNode(segmentResultPrimitive, inputs, {}, ...typeOf(inputs)),
};

function typeOf([first]: readonly Node[]) {
  const { shape, dtype } = first as Node;
  return [shape, dtype] as const;
}

/** The results of a segment, whose inside is all between them and `given`. */
export function segment(results: readonly Node[], given: readonly Node[]): Node[] {
  if (results.length === 0) return [];
  const inputs = [...results, ...given];
  const whole = makeNode(segmentPrimitive, inputs, { results: results.length }, ...typeOf(inputs));
  return results.map((result) => makeNode(segmentResultPrimitive, [result, whole], {}, ...typeOf([result])));
}

/** What a segment node was made of, each node once. */
function partsOfSegment({ inputs, attributes }: Node): { results: readonly Node[]; given: readonly Node[] } {
  const count = attributes["results"] as number;
  return { results: [...new Set(inputs.slice(0, count))], given: [...new Set(inputs.slice(count))] };
}

/**
 * From the cotangents of a segment's results to those of what it was given, which it returns, through copies that are
 * computed when the former have arrived and the copies of the segment before are done with: one segment lives at a time.
 * That is a segment again: derivatives of it need not keep the copies either.
 */
function pullThroughSegment(
  whole: Node,
  atResults: ReadonlyMap<Node, Node>,
  { cotangents, reaches, finished, pullBack }: BackwardPass,
): readonly Node[] {
  const after = [...atResults.values(), ...finished];
  const { results, given } = partsOfSegment(whole);
  const copies = copiesOf(results, given, after);
  const copyOf = (node: Node) => copies.get(node) as Node;
  const args = new Set(given.map(copyOf));
  const inner = new Map<Node, Node>();
  for (const [result, dy] of atResults) addTo(inner, copyOf(result), dy);
  const order = collect([...inner.keys()], (node) => args.has(node));
  pullBack(order, inner, new Set(given.filter((node) => reaches.has(node)).map(copyOf)));
  const reached = given.filter((node) => reaches.has(node) && inner.has(copyOf(node)));
  const parts = segment(
    reached.map((node) => inner.get(copyOf(node)) as Node),
    [...given, ...after],
  );
  reached.forEach((node, k) => {
    const [part, sum] = [parts[k] as Node, cotangents.get(node)];
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
    const inputs = node.inputs.map((input) => copies.get(input) as Node);
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
