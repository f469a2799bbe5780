import { ShapeError } from "../gpu/errors.ts";

/** Sizes of the axes, outermost first. `[]` is a scalar. */
export type Shape = readonly number[];

/** Element types. `u8` exists only as stored data; everything computes in the others. */
export type DType = "f32" | "i32" | "u32" | "bool" | "u8";

export type TypedArray = Float32Array | Int32Array | Uint32Array | Uint8Array;

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes that a tensor takes in a buffer: `u8` is packed, everything else has four bytes an element. */
export function byteSize(shape: Shape, dtype: DType): number {
  return dtype === "u8" ? Math.ceil(sizeOf(shape) / 4) * 4 : sizeOf(shape) * 4;
}

/** Distance, in elements, between neighbours along each axis of a row-major tensor. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The shape that NumPy's rule gives: axes are matched from the last, and an axis of one stretches. */
export function broadcastShapes(op: string, shapes: readonly Shape[]): Shape {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i;
      const size = shape[i] as number;
      if (size === 1 || size === result[axis]) continue;
      if (result[axis] !== 1) {
        throw new ShapeError(
          `${op}: the shapes ${shapes.map(formatShape).join(" and ")} don't broadcast: axis ${axis} has size ` +
            `${result[axis]} in one and ${size} in another. Sizes must be equal, or one of them 1; reshape or ` +
            "broadcast one side first.",
        );
      }
      result[axis] = size;
    }
  }
  return result;
}

/** Axes as indices from 0, sorted and without doubles; negative ones count from the end. Undefined means all axes. */
export function normaliseAxes(op: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === "number" ? [axes] : axes;
  const result = new Set<number>();
  for (const axis of list) {
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
      throw new ShapeError(
        `${op}: axis ${axis} doesn't exist in a tensor of rank ${rank}; use ${-rank} to ${rank - 1}.`,
      );
    }
    result.add(axis < 0 ? axis + rank : axis);
  }
  return [...result].sort((a, b) => a - b);
}

export function assertShape(op: string, shape: Shape): void {
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 1) {
      throw new ShapeError(
        `${op}: ${formatShape(shape)} is not a shape: every size must be a whole number of at least 1.`,
      );
    }
  }
}
