import { type Extra, partOf } from "../errors/extra.ts";
import type { IndexingOperations } from "../graph/composites/indexing_operations.ts";
import type { Node } from "../graph/node.ts";

/** Methods of a tensor that pick elements by index. */
export interface IndexingMethods<Self> {
  /** Labels u32 or i32 as f32 [...shape, classes]: 1 at the label, else 0; zeros for a label that is no class. */
  oneHot(classes: number): Self;
  /** Running sums along `axis`, the last one by default. Its gradient is the running sum from the end. */
  cumsum(axis?: number): Self;
}

/** Methods of a tensor that take indices along an axis. */
export interface AlongMethods<Self> {
  /**
   * Elements along `axis` (default -1), by u32 indices of as many axes, of which the others may be 1: out[i][k][j] =
   * x[i][indices[i][k][j]][j]. An index beyond the end takes the last element. NumPy's `take_along_axis`, PyTorch's `gather`.
   */
  takeAlong(indices: Self, axis?: number): Self;
  /**
   * Sums of these f32 values by u32 indices along `axis` (default -1), of size `length`: out[i][indices[i][k][j]][j] +=
   * x[i][k][j]. A larger index adds nothing. Its work is `length` times the values; the order of sums is fixed. PyTorch's
   * `scatter_add` to zeros.
   */
  scatterAddAlong(indices: Self, length: number, axis?: number): Self;
}

/** The `k` largest elements of each line, largest first. */
export interface TopK<Self> {
  readonly values: Self;
  /** u32; of equal elements the first comes first. */
  readonly indices: Self;
}

export const extraIndexing: Extra<IndexingOperations> = { entry: "indexing" };

/** @throws SaddlepointError on a page without it. */
export const indexingOperation = <Name extends keyof IndexingOperations>(
  name: Name,
  asked: string = name,
): IndexingOperations[Name] => partOf(extraIndexing, asked)[name];

export const indexingMethods: Readonly<Record<keyof IndexingMethods<never>, (x: Node, first: never) => Node>> = {
  oneHot: (x: Node, classes: number) => indexingOperation("oneHot")(x, classes),
  cumsum: (x: Node, axis?: number) => indexingOperation("cumsum")(x, axis),
};

export const alongMethods: Readonly<
  Record<keyof AlongMethods<never>, (x: Node, indices: Node, first: never, second: never) => Node>
> = {
  takeAlong: (x: Node, indices: Node, axis?: number) => indexingOperation("takeAlong")(x, indices, axis),
  scatterAddAlong: (x: Node, indices: Node, length: number, axis?: number) =>
    indexingOperation("scatterAddAlong")(x, indices, length, axis),
};
