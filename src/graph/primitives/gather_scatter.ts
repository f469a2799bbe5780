import { at } from "../../errors/at.ts";
import { describe } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import { makeNode, type NoAttributes, type Node, type Primitive } from "../node.ts";
import { dims, formatShape, type Shape, sizeOf } from "../shape.ts";
import { add, mul } from "./elementwise_arithmetic.ts";
import { equal, less, minimum, select } from "./elementwise_choice.ts";
import { constant, iota } from "./leaf.ts";
import { reshape } from "./shape_movement.ts";
import { broadcast, sum } from "./sum_broadcast.ts";

/**
 * Two pairs: over the first axis, gather picks rows of a table and scatter-add adds rows into one; along lines, each of
 * which has indices of its own, the same of elements. Each is the other's gradient. An index beyond the end reads the last
 * element, and adds nothing.
 */

const gatherPrimitive: Primitive<NoAttributes, readonly [table: Node, indices: Node]> = {
  name: "gather",
  lowering: { kind: "gather" },
  vjp: ({ inputs: [table, indices], dy }) => {
    const rows = at(table.shape, 0);
    // An index beyond the table has read the last row, so its cotangent belongs there.
    return [scatterAdd(minimum(indices, constant(rows - 1, [], "u32")), dy, rows), null];
  },
  rebuild: ([table, indices]) => gather(table, indices),
};

/** `table` [N, ...rest], `indices` u32 [B]: rows [B, ...rest]. A u8 table gives u32. */
export function gather(table: Node, indices: Node): Node {
  if (table.shape.length < 1 || indices.shape.length !== 1 || indices.dtype !== "u32") {
    throw new ShapeError(
      `gather: a table ${formatShape(table.shape)} with indices ${indices.dtype}${formatShape(indices.shape)}; the ` +
        "indices must be u32 with one axis, the table needs at least one.",
    );
  }
  const shape: Shape = [at(indices.shape, 0), ...table.shape.slice(1)];
  return makeNode(gatherPrimitive, [table, indices], {}, shape, table.dtype === "u8" ? "u32" : table.dtype);
}

const scatterAddPrimitive: Primitive<{ readonly rows: number }, readonly [indices: Node, values: Node]> = {
  name: "scatterAdd",
  lowering: {
    kind: "composite",
    // A sum over all rows, of which each output row takes its own: a fixed order, and no atomics.
    expand: ({ inputs: [indices, values], attributes: { rows }, shape: tableShape }) => {
      const count = at(indices.shape, 0);
      const width = sizeOf(values.shape.slice(1));
      const shape = [rows, count, width];
      const mine = equal(
        broadcast(reshape(iota(rows), [rows, 1, 1]), shape),
        broadcast(reshape(indices, [1, count, 1]), shape),
      );
      const spread = broadcast(reshape(values, [1, count, width]), shape);
      return reshape(sum(select(mine, spread, constant(0, shape)), [1]), tableShape);
    },
  },
  vjp: ({ inputs: [indices], node, dy }) => {
    const picked = gather(dy, indices);
    const inside = less(indices, constant(node.attributes.rows, [], "u32"));
    const column = reshape(inside, [at(inside.shape, 0), ...picked.shape.slice(1).map(() => 1)]);
    return [null, select(column, picked, constant(0, picked.shape))];
  },
  rebuild: ([indices, values], node) => scatterAdd(indices, values, node.attributes.rows),
};

/** `indices` u32 [B], `values` f32 [B, ...rest]: a table [rows, ...rest] of the sums of the values with each index. */
export function scatterAdd(indices: Node, values: Node, rows: number): Node {
  if (indices.dtype !== "u32" || indices.shape.length !== 1 || values.shape[0] !== indices.shape[0]) {
    throw new ShapeError(
      `scatterAdd: indices ${indices.dtype}${formatShape(indices.shape)} with values ${formatShape(values.shape)}; the ` +
        "indices must be u32 with one axis, as long as the values' first.",
    );
  }
  if (values.dtype !== "f32" || !Number.isInteger(rows) || rows < 1) {
    throw new ShapeError(
      `scatterAdd: ${values.dtype} values into ${describe(rows)} rows; it takes f32 and at least one row.`,
    );
  }
  return makeNode(scatterAddPrimitive, [indices, values], { rows }, [rows, ...values.shape.slice(1)], "f32");
}

/** Of lines along the middle axis of [outer, length, inner]. The last axis of the indices is 1 where all of it has the same. */
const takeAlongPrimitive: Primitive<NoAttributes, readonly [lines: Node, indices: Node]> = {
  name: "takeAlong",
  lowering: {
    kind: "composite",
    // One gather of rows: those that take the same index lie side by side.
    expand: ({ inputs: [lines, indices], shape }) => {
      const [outer, length, inner] = dims(lines.shape, 3);
      const apart = dims(indices.shape, 3)[2];
      const line = mul(reshape(iota(outer), [outer, 1, 1]), constant(length, [], "u32"));
      const place = add(line, minimum(indices, constant(length - 1, [], "u32")));
      const row = add(mul(place, constant(apart, [], "u32")), iota(apart));
      const table = reshape(lines, [outer * length * apart, inner / apart]);
      return reshape(gather(table, reshape(row, [-1])), shape);
    },
  },
  vjp: ({ inputs: [lines, indices], dy }) => {
    const length = at(lines.shape, 1);
    return [scatterAddLines(minimum(indices, constant(length - 1, [], "u32")), dy, length), null];
  },
  rebuild: ([lines, indices]) => takeLines(lines, indices),
};

/** Elements of `lines` [outer, length, inner] at `indices` u32 [outer, count, inner or 1]: [outer, count, inner]. */
export function takeLines(lines: Node, indices: Node): Node {
  const [outer, , inner] = dims(lines.shape, 3);
  const shape = [outer, dims(indices.shape, 3)[1], inner];
  return makeNode(takeAlongPrimitive, [lines, indices], {}, shape, lines.dtype);
}

const scatterAddAlongPrimitive: Primitive<{ readonly length: number }, readonly [indices: Node, values: Node]> = {
  name: "scatterAddAlong",
  lowering: {
    kind: "composite",
    // As scatterAdd, line by line.
    expand: ({ inputs: [indices, values], attributes: { length } }) => {
      const [outer, count, inner] = dims(values.shape, 3);
      const shape = [outer, length, count, inner];
      const own = reshape(iota(length), [1, length, 1, 1]);
      const target = reshape(indices, [outer, 1, count, dims(indices.shape, 3)[2]]);
      const spread = broadcast(reshape(values, [outer, 1, count, inner]), shape);
      const mine = broadcast(equal(own, target), shape);
      return reshape(sum(select(mine, spread, constant(0, shape)), [2]), [outer, length, inner]);
    },
  },
  vjp: ({ inputs: [indices], node, dy }) => {
    const inside = less(indices, constant(node.attributes.length, [], "u32"));
    return [null, select(inside, takeLines(dy, indices), constant(0))];
  },
  rebuild: ([indices, values], node) => scatterAddLines(indices, values, node.attributes.length),
};

/** Sums of f32 `values` [outer, count, inner] with each index, u32 [outer, count, inner or 1]: [outer, length, inner]. */
export function scatterAddLines(indices: Node, values: Node, length: number): Node {
  const [outer, , inner] = dims(values.shape, 3);
  return makeNode(scatterAddAlongPrimitive, [indices, values], { length }, [outer, length, inner], "f32");
}

/** How many elements of a u32 tensor have each value from 0 to bins - 1, as u32 [bins]. Larger ones are not counted. */
const histogramPrimitive: Primitive<{ readonly bins: number }, readonly [x: Node]> = {
  name: "histogram",
  lowering: { kind: "histogram" },
  vjp: () => [null],
  rebuild: ([x], node) => histogram(x, node.attributes.bins),
};

export function histogram(x: Node, bins: number): Node {
  if (x.dtype !== "u32" || !Number.isInteger(bins) || bins < 1 || bins > 1024) {
    throw new ShapeError(`histogram: ${x.dtype} in ${describe(bins)} bins; it takes u32 and 1 to 1024 bins.`);
  }
  return makeNode(histogramPrimitive, [x], { bins }, [bins], "u32");
}

export const gatherScatterPrimitives = {
  gather: gatherPrimitive,
  scatterAdd: scatterAddPrimitive,
  takeAlong: takeAlongPrimitive,
  scatterAddAlong: scatterAddAlongPrimitive,
  histogram: histogramPrimitive,
} as const;
