import { collect } from "../../graph/node.ts";
import { input } from "../../graph/primitives/leaf.ts";
import type { DType, Shape } from "../../graph/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** Equal in every program for equal graphs: nodes go by their place, states by their label. */
export function graphText(roots: readonly Tensor[]): string {
  const order = collect(roots.map(({ node }) => node));
  const place = new Map(order.map((node, i) => [node, i]));
  const lines = order.map(({ op, inputs, attributes, shape, dtype }) =>
    [op.name, inputs.map((node) => place.get(node)), JSON.stringify(attributes, attributeText), shape, dtype].join(";"),
  );
  // Several roots may be one node.
  return [...lines, roots.map(({ node }) => place.get(node)).join()].join("\n");
}

/** Numbers that are new in every program are left out, and so is what holds other nodes. */
function attributeText(key: string, value: unknown): unknown {
  if (key === "id" || key === "variable" || key === "original") return undefined;
  if (ArrayBuffer.isView(value)) return String(value);
  if (key === "slot") return (value as { readonly label: string }).label;
  return typeof value === "number" ? String(value) : value;
}

/** Any values of this form. */
export const anyOf = (shape: Shape, dtype: DType = "f32"): Tensor => new Tensor(input("", shape, dtype));

/** Any values in the form of these. */
export const anyLike = ({ shape, dtype }: Tensor): Tensor => anyOf(shape, dtype);
