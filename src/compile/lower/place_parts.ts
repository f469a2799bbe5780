import { at, found } from "../../errors/at.ts";
import { isOfKind, type NodeOf, workOf } from "../../graph/kinds.ts";
import { collect, type Node, nodeSize } from "../../graph/node.ts";
import { copy } from "../../graph/primitives/elementwise_bits.ts";
import { reshape } from "../../graph/primitives/shape_movement.ts";
import { concat } from "../../graph/primitives/slice_pad.ts";
import { isAssembled, withoutReshapes } from "../assembled.ts";

/**
 * Sees to it that each part of a concatenation along the outermost axis can be written in place: by the kernel that computes it,
 * and there alone. What is not computed by one, or stands in several, is copied; what is a part only, and is assembled itself, gives
 * its own parts. Returns the new node of every node that the roots are computed from.
 */
export function placeParts(roots: readonly Node[]): Map<Node, Node> {
  const order = collect(roots);
  const given = partsOnly(order, roots);
  const rewritten = new Map<Node, Node>();
  /** Parts, which have one place each, with the last copy of each. */
  const placed = new Map<Node, Node>();
  for (const node of order) {
    const inputs = node.inputs.map((input) => found(rewritten, input));
    const rebuilt = inputs.every((input, k) => input === node.inputs[k]) ? node : node.op.rebuild(inputs, node);
    const isPlaced = isOfKind(rebuilt, "concat") && isAssembled(rebuilt) && !given.has(node);
    rewritten.set(node, isPlaced ? place(rebuilt, node, given, placed) : rebuilt);
  }
  return rewritten;
}

/** What is assembled and nothing reads but one assembled vector, once, through views of the same order. */
function partsOnly(order: readonly Node[], roots: readonly Node[]): ReadonlySet<Node> {
  const readers = new Map<Node, Set<Node>>();
  const wanted = new Set(roots);
  for (const reader of order) {
    for (const input of reader.inputs) {
      const others = readers.get(input);
      if (others) others.add(reader);
      else readers.set(input, new Set([reader]));
    }
  }
  const given = new Set<Node>();
  for (const vector of order) {
    if (
      !isOfKind(vector, "concat") ||
      !isAssembled(vector) ||
      nodeSize(vector) !== vector.shape[vector.attributes.axis]
    ) {
      continue;
    }
    for (const part of vector.inputs) {
      const inner = withoutReshapes(part);
      const isReadOnce = (node: Node): boolean =>
        !wanted.has(node) && readers.get(node)?.size === 1 && (node === inner || isReadOnce(at(node.inputs, 0)));
      if (isAssembled(inner) && isReadOnce(part) && !inner.inputs.some((one) => given.has(withoutReshapes(one)))) {
        given.add(inner);
      }
    }
  }
  return given;
}

function place(rebuilt: NodeOf<"concat">, { inputs }: Node, given: ReadonlySet<Node>, placed: Map<Node, Node>): Node {
  const { axis } = rebuilt.attributes;
  const asPart = (part: Node) =>
    reshape(
      part,
      rebuilt.shape.map((_, k) => (k === axis ? nodeSize(part) : 1)),
    );
  const parts = rebuilt.inputs.flatMap((part, k) =>
    given.has(withoutReshapes(at(inputs, k))) ? withoutReshapes(part).inputs.map(asPart) : [part],
  );
  return concat(
    parts.map((part) => placeOne(part, placed)),
    axis,
  );
}

function placeOne(part: Node, placed: Map<Node, Node>): Node {
  const wanted = isComputed(withoutReshapes(part)) ? part : copy(part);
  // Equal copies are one node, which has one place: what stands in several is copied from copy to copy.
  let last = wanted;
  for (let other = placed.get(withoutReshapes(last)); other; other = placed.get(withoutReshapes(last))) {
    last = reshape(copy(other), part.shape);
  }
  placed.set(withoutReshapes(wanted), withoutReshapes(last));
  placed.set(withoutReshapes(last), withoutReshapes(last));
  return last;
}

/** Whether a kernel computes a node's elements, and so can store them anywhere. */
function isComputed(node: Node): boolean {
  const work = workOf(node);
  return work === "expression" || work === "loop" || work === "product";
}
