import { isOfKind, workOf } from "../../graph/kinds.ts";
import { collect, type Node, nodeSize, operandsOf } from "../../graph/node.ts";
import { isAssembled, piecesOf } from "../assembled.ts";
import { isProduct } from "../schedule/choose_stored.ts";
import { isLeaf } from "../schedule/loads.ts";
import { broken } from "./broken_rule.ts";

/** Whether kernels, or parts of their expressions, are made of a node. */
const isLowered = (node: Node): boolean => isLeaf(node) || workOf(node) !== "none";
/** Whether a node's kernel can write its result inside of another value. */
const isWritten = (node: Node): boolean => workOf(node) !== "none" && workOf(node) !== "index";

/** What holds of a graph that was rewritten for the scheduler. @throws SaddlepointError at the first rule that doesn't. */
export function verifyLowered(roots: readonly Node[]): void {
  const placed = new Set<Node>();
  for (const node of collect(roots)) {
    const { kind } = node.op.lowering;
    const later = node.inputs.find((input) => input.id >= node.id);
    if (later) throw broken("inputs come before their users", node, `%${later.id} was made after it`);
    if (!isLowered(node))
      throw broken("only kinds that kernels are made for are left", node, `it is of the kind ${kind}`);
    const fault = shapeFault(node);
    if (fault) throw broken("operands have the shape that their kind asks for", node, fault);
    for (const piece of piecesOf(node)) {
      const rule = "a piece has one place, and a kernel that computes it";
      if (placed.has(piece)) throw broken(rule, piece, "it is a piece of two concatenations, or twice of one");
      if (!isWritten(piece))
        throw broken(rule, piece, `no kernel writes what is of the kind ${piece.op.lowering.kind}`);
      placed.add(piece);
    }
  }
}

/** What is wrong with a node's operands. */
function shapeFault(node: Node): string | undefined {
  const { kind } = node.op.lowering;
  const shapes = operandsOf(node).map(({ shape }) => shape);
  if (kind === "elementwise") {
    const other = node.inputs.find((input) => nodeSize(input) !== nodeSize(node));
    return other && `%${other.id} has ${nodeSize(other)} elements, and it has ${nodeSize(node)}`;
  }
  if (kind === "indexed" && node.inputs.some((input) => nodeSize(input) !== 1 && nodeSize(input) !== nodeSize(node))) {
    return "an input is no scalar";
  }
  if (isOfKind(node, "reduce") && (shapes[0]?.length !== 3 || node.attributes.axes.join() !== "1")) {
    return "a reduction is over the middle of three axes";
  }
  if (kind === "matmul" && node.shape.slice(-2).includes(1)) return "a product of one row or column is a sum";
  if (isProduct(node) && shapes.length !== 2) return "a product is of two";
  if (kind === "concat" && !isAssembled(node) && shapes.length > 5)
    return "a concatenation of so many pieces is assembled";
  return undefined;
}
