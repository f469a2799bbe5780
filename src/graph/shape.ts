import { at, fault } from "../errors/at.ts";
import { describe, isList, unknownName } from "../errors/checks.ts";
import { ShapeError } from "../errors/errors.ts";

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
    strides[axis] = at(strides, axis + 1) * at(shape, axis + 1);
  }
  return strides;
}

/** The sizes of all axes, where it is known how many there are. */
interface Sizes {
  readonly 1: readonly [number];
  readonly 2: readonly [number, number];
  readonly 3: readonly [number, number, number];
  readonly 4: readonly [number, number, number, number];
}

const hasRank = <Rank extends keyof Sizes>(shape: Shape, rank: Rank): shape is Sizes[Rank] => shape.length === rank;

/** The sizes of a shape with `rank` axes, as the code around it knows. @throws SaddlepointError if it has others: a fault of the library. */
export function dims<Rank extends keyof Sizes>(shape: Shape, rank: Rank): Sizes[Rank] {
  if (!hasRank(shape, rank)) throw fault(`There are no ${rank} axes in ${formatShape(shape)}`);
  return shape;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** A shape or another list of numbers; what is none is named as what it is. */
export function formatShape(shape: unknown): string {
  return Array.isArray(shape) ? `[${shape.map((size) => describe(size)).join(", ")}]` : describe(shape);
}

/** The shape that NumPy's rule gives: axes are matched from the last, and an axis of one stretches. */
export function broadcastShapes(op: string, shapes: readonly Shape[]): Shape {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i;
      const size = at(shape, i);
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

/** Axes as indices from 0, sorted; negative ones count from the end. Undefined means all axes. */
export function normaliseAxes(op: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = isList(axes) ? axes : [axes];
  const result = new Set<number>();
  for (const axis of list) {
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
      const choice = rank === 0 ? "it has no axes" : `use ${-rank} to ${rank - 1}`;
      throw new ShapeError(`${op}: axis ${describe(axis)} doesn't exist in a tensor of rank ${rank}; ${choice}.`);
    }
    result.add(axis < 0 ? axis + rank : axis);
  }
  if (result.size < list.length) throw new ShapeError(`${op}: an axis is twice in ${formatShape(list)}; give it once.`);
  return [...result].sort((a, b) => a - b);
}

/** One axis as an index from 0. */
export function normaliseAxis(op: string, axis: number, rank: number): number {
  return at(normaliseAxes(op, [axis], rank), 0);
}

export function assertShape(op: string, shape: Shape): void {
  if (!isWholes(shape) || shape.some((size) => size < 1)) {
    throw new ShapeError(
      `${op}: ${formatShape(shape)} is not a shape: every size must be a whole number of at least 1.`,
    );
  }
}

/** An array of whole numbers. */
export function isWholes(list: unknown): list is readonly number[] {
  // Copied, since `every` passes over holes.
  return Array.isArray(list) && [...list].every(Number.isInteger);
}

/** The least and the largest number of each type. */
const ranges = {
  f32: [-3.4028234663852886e38, 3.4028234663852886e38],
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
  bool: [0, 1],
  u8: [0, 255],
} as const satisfies Readonly<Record<DType, readonly [number, number]>>;

export function assertDType(op: string, dtype: DType): void {
  if (!Object.hasOwn(ranges, dtype)) throw unknownName(op, "element type", dtype, ranges);
}

export const rangeOf = (dtype: DType): readonly [least: number, most: number] => ranges[dtype];

/** Whether a type has this number, for f32 up to rounding. */
export function holds(dtype: DType, value: unknown): value is number {
  if (typeof value !== "number") return false;
  if (dtype === "f32") return Number.isFinite(Math.fround(value)) || !Number.isFinite(value);
  const [least, most] = ranges[dtype];
  return Number.isInteger(value) && value >= least && value <= most;
}

/** "u32 has whole numbers from 0 to 4294967295". */
export function describeRange(dtype: DType): string {
  const [least, most] = ranges[dtype];
  return `${dtype} has ${dtype === "f32" ? "" : "whole "}numbers from ${least} to ${most}`;
}
