import { makeNode, type Node, type Primitive } from "../node.ts";
import { constantValue } from "./leaf.ts";

/**
 * Recomputation: what lies inside of a segment is not kept for the backward pass, which computes it again from what the
 * segment was given (Griewank and Walther 2000, "Algorithm 799: revolve"; Chen et al. 2016, "Training deep nets with
 * sublinear memory cost"). `gradients` has the rule, since cotangents of all results arrive at a segment together.
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
export function partsOfSegment({ inputs, attributes }: Node): { results: readonly Node[]; given: readonly Node[] } {
  const count = attributes["results"] as number;
  return { results: [...new Set(inputs.slice(0, count))], given: [...new Set(inputs.slice(count))] };
}

export const checkpointPrimitives = {
  again: againPrimitive,
  segment: segmentPrimitive,
  segmentResult: segmentResultPrimitive,
} as const;
