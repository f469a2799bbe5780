import { isA, type Node } from "../../src/graph/node.ts";
import { inputPrimitive, type StateSlot, statePrimitive } from "../../src/graph/primitives/leaf.ts";

/** What an input or a state is known by. */
export function slotOf(node: Node): StateSlot {
  if (isA(node, inputPrimitive) || isA(node, statePrimitive)) return node.attributes.slot;
  throw new Error(`A ${node.op.name} has no slot.`);
}
