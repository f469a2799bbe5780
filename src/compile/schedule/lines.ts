import { isOfKind, type NodeOf } from "../../graph/kinds.ts";
import { isShape, type Node, nodeSize, operandsOf } from "../../graph/node.ts";
import { constantValue } from "../../graph/primitives/leaf.ts";
import { dims, rowMajorStrides } from "../../graph/shape.ts";
import {
  type ElementIndex,
  identityIndex,
  indexKey,
  type NameIndex,
  throughPad,
  throughView,
  variable,
} from "../views/element_index.ts";

/**
 * Lines of elements along the middle axis of [outer, extent, inner]. A kernel goes along each line in several loops: first those
 * that reduce what is there, then those that need the totals; what is computed of a line's totals alone stands between them.
 */
export interface Lines {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

export const linesOf = ({ inputs: [x] }: NodeOf<"reduce">): Lines => {
  const [outer, extent, inner] = dims(x.shape, 3);
  return { outer, extent, inner };
};

export const lineCount = ({ outer, inner }: Lines): number => outer * inner;
export const elementCount = ({ outer, extent, inner }: Lines): number => outer * extent * inner;

/** The line of element `i`: the index of what there is one of for each. */
export function lineIndex({ outer, extent, inner }: Lines, i: string): ElementIndex {
  const shape = [outer, extent, inner];
  const strides = rowMajorStrides(shape);
  const of = variable(i, outer * extent * inner, "run");
  return [0, 2].flatMap((axis) => {
    const [size = 1, below = 1] = [shape[axis], strides[axis]];
    return size === 1 ? [] : [{ ...of, below, size }];
  });
}

/**
 * The loop of a kernel in which a node is computed, counted from 0; that of what there is one of for each line is the last that
 * its totals come from. Undefined if the kernel can't compute it: where it needs of what the kernel computes anything but the
 * same element, or the total of its own line. `loopOf` has what the kernel computes.
 */
export function loopIn(
  node: Node,
  lines: Lines,
  loopOf: ReadonlyMap<Node, number>,
  isLoaded: (node: Node) => boolean,
): number | undefined {
  const isReduction = isOfKind(node, "reduce");
  const start = isReduction ? node.inputs[0] : node;
  const isOfLine = nodeSize(start) === lineCount(lines);
  if (isReduction && !isShape(start, [lines.outer, lines.extent, lines.inner])) return undefined;
  if (!isOfLine && nodeSize(start) !== elementCount(lines)) return undefined;
  const own = identityIndex("i", nodeSize(start));
  const sameElement = indexKey(own);
  const sameLine = isOfLine ? sameElement : indexKey(lineIndex(lines, "i"));
  let loop = 0;
  const isFine = throughExpression((input, index) => {
    const made = loopOf.get(input);
    if (made === undefined) return isLoaded(input) ? true : undefined;
    const isTotal = nodeSize(input) === lineCount(lines);
    // A line's total is there after the loop, an element in it.
    loop = Math.max(loop, isTotal && !isOfLine ? made + 1 : made);
    return indexKey(index) === (isTotal ? sameLine : sameElement);
  });
  const isPossible = isReduction ? isFine(start, own) : isFine(node, own, true);
  return isPossible ? loop : undefined;
}

/**
 * Goes through the expression of a node, from its element at an index to those of others that it is computed from, as long as
 * `visit` doesn't answer, and says whether all answers are yes.
 */
function throughExpression(visit: (node: Node, index: ElementIndex) => boolean | undefined) {
  const names = new Map<string, string>();
  const name: NameIndex = (expression) => {
    const known = names.get(expression) ?? `n${names.size}`;
    names.set(expression, known);
    return known;
  };
  const seen = new Set<string>();
  const isFine = (node: Node, index: ElementIndex, isRoot = false): boolean => {
    const key = `${node.id}@${indexKey(index)}`;
    if (seen.has(key)) return true;
    seen.add(key);
    return (isRoot ? undefined : visit(node, index)) ?? areFine(node, index);
  };
  const areFine = (node: Node, index: ElementIndex): boolean => {
    if (isOfKind(node, "elementwise")) return operandsOf(node).every((input) => isFine(input, index));
    if (isOfKind(node, "view")) return isFine(node.inputs[0], throughView(node, index, name));
    if (isOfKind(node, "pad")) return isFine(node.inputs[0], throughPad(node, index, name).inner);
    // Some other element.
    return operandsOf(node).every((input, k) =>
      isFine(input, identityIndex(name(`${k} of ${node.id} at ${indexKey(index)}`), nodeSize(input))),
    );
  };
  return isFine;
}

/** What `nodes` read of which there is one for each line, at the line of their own element: read once, it serves all elements. */
export function readOfLines(
  nodes: readonly Node[],
  lines: Lines,
  isLoaded: (node: Node) => boolean,
  isKnown: (node: Node) => boolean,
): readonly Node[] {
  const sameLine = indexKey(lineIndex(lines, "i"));
  const read = new Set<Node>();
  const go = throughExpression((node, index) => {
    if (isKnown(node) || constantValue(node) !== undefined) return true;
    if (nodeSize(node) === lineCount(lines) && indexKey(index) === sameLine && !isOfKind(node, "reduce")) {
      read.add(node);
      return true;
    }
    return isLoaded(node) ? true : undefined;
  });
  for (const node of nodes) {
    const start = isOfKind(node, "reduce") ? node.inputs[0] : node;
    const isOther = start !== node;
    go(start, identityIndex("i", nodeSize(start)), !isOther);
  }
  return [...read];
}

/** In which order a kernel computes its nodes, which come with inputs first: in each loop elements before totals, then what is made of these. */
export function orderOfLines(nodes: readonly Node[], lines: Lines, loopOf: ReadonlyMap<Node, number>): readonly Node[] {
  const turnOf = (node: Node): number => {
    const within = isOfKind(node, "reduce") ? 1 : nodeSize(node) === lineCount(lines) ? 2 : 0;
    return 3 * (loopOf.get(node) ?? 0) + within;
  };
  return [...nodes].sort((a, b) => turnOf(a) - turnOf(b));
}
