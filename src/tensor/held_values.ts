import { isA, type Node } from "../graph/node.ts";
import { dataPrimitive } from "../graph/primitives/leaf.ts";
import type { TypedArray } from "../graph/shape.ts";

/** The elements that a tensor's node holds on the host; not to be changed, nor handed out. */
export function heldValues(node: Node): TypedArray | undefined {
  return isA(node, dataPrimitive) ? node.attributes.data.values : undefined;
}
