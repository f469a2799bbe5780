import { type Node, nodeSize } from "../../graph/node.ts";
import { dims, sizeOf } from "../../graph/shape.ts";
import type { Location } from "../places/places.ts";
import type { State } from "../state.ts";
import { type FunctionBody, plus } from "./emit_expression.ts";
import type { ClusterContext } from "./kernel.ts";

/** Stores a variable with element `index` of a node wherever it is wanted, also in rows of tables. */
export function storeOne(
  body: FunctionBody,
  { targets }: Pick<ClusterContext, "targets">,
  node: Node,
  index: string,
  value: string,
): void {
  for (const target of targets(node)) {
    if (target.kind === "location") body.store(target.location, index, value);
    else {
      const { table, row, column } = target;
      const [rows, columns] = dims(table.shape, 2);
      const counter = body.context.bindings.load(rowLocation(row), "0u");
      const place = `(${counter} % ${rows}u) * ${columns}u + ${plus(index, column)}`;
      body.store(tableLocation(table, nodeSize(node)), place, node.dtype === "f32" ? value : `f32(${value})`);
    }
  }
}

/** A table in which a kernel records `used` elements of a row. */
export function tableLocation(table: State, used: number): Location {
  return { buffer: { kind: "state", state: table }, offset: 0, size: sizeOf(table.shape), used, dtype: "f32" };
}

export function rowLocation(row: State): Location {
  return { buffer: { kind: "state", state: row }, offset: 0, size: 1, dtype: "u32" };
}
