import { collect, type Node } from "./node.ts";

/** What a node is called where another one reads it. */
export type NameOf = (node: Node) => string;

const byId: NameOf = ({ id }) => `%${id}`;

/** A node as a person would write it: `add(%1, %2) f32[32,2]`, `state("theta") f32[100]`. */
export function printNode(node: Node, nameOf: NameOf = byId): string {
  const { op, inputs, attributes, shape, dtype } = node;
  const own = Object.entries(attributes).flatMap(([name, value]) => {
    const text = printAttribute(value, nameOf);
    // What a leaf holds goes without saying.
    return text === undefined ? [] : [inputs.length === 0 ? text : `${name}: ${text}`];
  });
  return `${op.name}(${[...inputs.map((input) => printOperand(input, nameOf)), ...own].join(", ")}) ${dtype}[${shape.join()}]`;
}

/** A graph, a line for each node, inputs before their users: `%3 = add(%1, %2) f32[32,2]`. */
export function printGraph(roots: readonly Node[]): string {
  const order = collect(roots);
  const nameOf = namesIn(order);
  const lines = order.filter((node) => !isConstant(node)).map((node) => `${nameOf(node)} = ${printNode(node, nameOf)}`);
  return [...lines, `return ${roots.map((root) => printOperand(root, nameOf)).join(", ")}`].join("\n");
}

/** Names that are equal in every program for equal graphs: nodes go by their place. Constants have none. */
export function namesIn(order: readonly Node[]): NameOf {
  const named = order.filter((node) => !isConstant(node));
  const names = new Map(named.map((node, i) => [node, `%${i}`]));
  return (node) => names.get(node) ?? byId(node);
}

/** Constants are written where they are used: `0.5`, or `0.5[2,3]`. */
export const isConstant = ({ op }: Node): boolean => op.name === "constant";

function printOperand(node: Node, nameOf: NameOf): string {
  if (!isConstant(node)) return nameOf(node);
  const [value] = Object.values(node.attributes);
  return `${String(value)}${node.shape.length === 0 ? "" : `[${node.shape.join()}]`}`;
}

/** Nothing for a flag that is not set, or an object that a person would not write. */
function printAttribute(value: unknown, nameOf: NameOf): string | undefined {
  if (typeof value === "number" || typeof value === "string" || value === true) return String(value);
  if (Array.isArray(value)) return `[${value.map(String).join(", ")}]`;
  if (typeof value !== "object" || value === null) return undefined;
  if ("label" in value) return JSON.stringify(value.label);
  if ("values" in value && ArrayBuffer.isView(value.values)) return `${value.values.byteLength} bytes`;
  if ("op" in value) return nameOf(value as Node);
  return undefined;
}
