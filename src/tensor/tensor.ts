import { at } from "../errors/at.ts";
import { assertKeys, assertKind, describe, flag, type KindOf, text } from "../errors/checks.ts";
import { SaddlepointError, ShapeError } from "../errors/errors.ts";
import * as composites from "../graph/composites/functions.ts";
import type { Node } from "../graph/node.ts";
import * as choice from "../graph/primitives/elementwise_choice.ts";
import { scatterAdd } from "../graph/primitives/gather_scatter.ts";
import { constant, data, iota, literal, site } from "../graph/primitives/leaf.ts";
import { matmul } from "../graph/primitives/matmul.ts";
import { argmax } from "../graph/primitives/reduce.ts";
import { reshape } from "../graph/primitives/shape_movement.ts";
import { concat } from "../graph/primitives/slice_pad.ts";
import {
  assertShape,
  type DType,
  formatShape,
  normaliseAxes,
  normaliseAxis,
  type Shape,
  sameShape,
  sizeOf,
  type TypedArray,
} from "../graph/shape.ts";
import { define } from "./define_methods.ts";
import { heldValues } from "./held_values.ts";
import { type FilterMethods, filterMethods, type ImageMethods, imageMethods } from "./image_methods.ts";
import {
  type MoreBinaryMethods,
  type MoreMethods,
  moreBinaryMethods,
  moreMethods,
  moreOperation,
  type TopK,
} from "./more_methods.ts";
import { type MovementMethods, movementMethods } from "./movement_methods.ts";
import {
  type BinaryMethods,
  binaryMethods,
  type ParametricMethods,
  parametricMethods,
  type UnaryMethods,
  unaryMethods,
} from "./node_methods.ts";
import { type Axes, type ReduceOptions, type ReductionMethods, reductionMethods } from "./reduction_methods.ts";

/** What turns nodes into numbers: an engine. */
export interface Evaluator {
  evaluate(nodes: readonly Node[]): Promise<TypedArray[]>;
}

type Operand = Tensor | number;

// Methods whose form many have: the tables of these types, below, say what each does.
export interface Tensor
  extends UnaryMethods<Tensor>,
    BinaryMethods<Tensor>,
    ParametricMethods<Tensor>,
    ReductionMethods<Tensor>,
    MovementMethods<Tensor>,
    MoreMethods<Tensor>,
    MoreBinaryMethods<Tensor>,
    FilterMethods<Tensor>,
    ImageMethods<Tensor> {}

/**
 * A tensor: a face over a node of the graph. Nothing is computed until `data()` asks, or a plan runs. Tensors are values:
 * they are never changed and never disposed. Operators follow NumPy's broadcasting.
 */
export class Tensor {
  #node: Node;
  readonly #evaluator: Evaluator | undefined;

  static {
    const { prototype } = Tensor;
    define(prototype, unaryMethods, (tensor, f) => tensor.#map(f));
    define(prototype, binaryMethods, (tensor, f, name, other: Operand) => tensor.#with(name, other, f));
    define(prototype, reductionMethods, (tensor, f, name, axes: Axes | undefined, options: ReduceOptions | undefined) =>
      tensor.#reduce(name, f, axes, options),
    );
    for (const methods of [parametricMethods, movementMethods]) {
      define(prototype, methods, (tensor, f, _, first: never, second: never, third: never) =>
        tensor.#map((x) => f(x, first, second, third)),
      );
    }
    for (const methods of [filterMethods, moreBinaryMethods]) {
      define(prototype, methods, (tensor, operation, name, other: Tensor, first: never, second: never) =>
        tensor.#with(name, tensorOf(name, other), (x, y) => operation()(x, y, first, second)),
      );
    }
    for (const methods of [imageMethods, moreMethods]) {
      define(prototype, methods, (tensor, operation, _, first: never, second: never) =>
        tensor.#map((x) => operation()(x, first, second)),
      );
    }
  }

  constructor(node: Node, evaluator?: Evaluator) {
    this.#node = node;
    this.#evaluator = evaluator;
  }

  /** One number; it broadcasts against everything. */
  static scalar(value: number, dtype: DType = "f32"): Tensor {
    return new Tensor(constant(value, [], dtype, "Tensor.scalar"));
  }

  /** One value at every place; of bools, 0 or 1. */
  static full(shape: Shape, value: number, dtype: DType = "f32"): Tensor {
    assertShape("Tensor.full", shape);
    return new Tensor(constant(value, shape, dtype, "Tensor.full"));
  }

  /** 0, 1, 2, ... as u32 [length]. */
  static arange(length: number): Tensor {
    return new Tensor(iota(length));
  }

  /** The tensors one after the other along `axis`. */
  static concat(tensors: readonly Tensor[], axis = 0): Tensor {
    const [first] = someTensors("concat", tensors);
    const along = normaliseAxis("concat", axis, first.shape.length);
    const nodes = tensors.map((tensor) => tensor.node);
    return new Tensor(concat(nodes, along), tensors.find(hasEvaluator)?.evaluator);
  }

  /** The tensors, of one shape, side by side along a new axis. */
  static stack(tensors: readonly Tensor[], axis = 0): Tensor {
    const [{ shape }] = someTensors("stack", tensors);
    const along = normaliseAxis("stack", axis, shape.length + 1);
    const other = tensors.find((tensor) => !sameShape(tensor.shape, shape));
    if (other) {
      throw new ShapeError(`stack: the shapes ${formatShape(shape)} and ${formatShape(other.shape)} differ.`);
    }
    return Tensor.concat(
      tensors.map((tensor) => tensor.reshape([...shape.slice(0, along), 1, ...shape.slice(along)])),
      along,
    );
  }

  /** `a` where the mask is true, else `b`. */
  static where(mask: Tensor, a: Operand, b: Operand): Tensor {
    const typed = [a, b].find(isTensor);
    const node = (x: Operand) => operand("where", x, typed?.dtype).node;
    return new Tensor(
      choice.select(tensorOf("where", mask).node, node(a), node(b)),
      mask.evaluator ?? typed?.evaluator,
    );
  }

  get node(): Node {
    return this.#node;
  }

  get evaluator(): Evaluator | undefined {
    return this.#evaluator;
  }

  get shape(): Shape {
    return this.#node.shape;
  }

  get dtype(): DType {
    return this.#node.dtype;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  /**
   * The elements in row-major order, computed on the GPU, in an array that is the caller's own. Bools come as 0 and 1 in a
   * `Uint32Array`. Afterwards the tensor holds the result, so that what is built on it starts from there:
   * a loop that carries a tensor on and never reads it evaluates a longer graph each time. Read it, or compile the step.
   */
  async data(): Promise<TypedArray> {
    const held = heldValues(this.#node);
    if (held) return held.slice();
    if (!this.#evaluator) {
      throw new SaddlepointError(
        "data(): this tensor was made of constants alone, without an engine; use engine.evaluate([tensor.node]).",
      );
    }
    const node = this.#node;
    const values = at(await this.#evaluator.evaluate([node]), 0);
    // Bools are read as u32, which a data leaf of type bool is stored as too.
    this.#node = data(values, node.shape, node.dtype);
    return values.slice();
  }

  /** The only element of a tensor that has one. */
  async item(): Promise<number> {
    if (this.size !== 1)
      throw new ShapeError(`item(): the tensor has shape ${formatShape(this.shape)}, not one element.`);
    return at(await this.data(), 0);
  }

  /** Whether each element is infinite or NaN, told by its bits. */
  isNonFinite(): Tensor {
    return this.exponentBits().equal(255);
  }

  /** Index of the largest element along `axis`, as u32; the first of several, or the first NaN. */
  argmax(axis = -1, options?: ReduceOptions): Tensor {
    const along = normaliseAxis("argmax", axis, this.shape.length);
    return this.#reduce("argmax", (x) => argmax(x, along), along, options);
  }
  softmax(axis: Axes = -1): Tensor {
    return this.#map((x) => composites.softmax(x, normaliseAxes("softmax", axis, x.shape.length)));
  }
  logSoftmax(axis: Axes = -1): Tensor {
    return this.#map((x) => composites.logSoftmax(x, normaliseAxes("logSoftmax", axis, x.shape.length)));
  }

  /** Matrix product over the last two axes; leading axes broadcast. */
  matmul(other: Tensor, options: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {}): Tensor {
    assertKeys("matmul", options, { transposeA: flag, transposeB: flag });
    return this.#with("matmul", other, (a, b) =>
      matmul(a, b, options.transposeA ?? false, options.transposeB ?? false),
    );
  }

  /** A table of `rows` rows, to which row i of this tensor is added at `indices[i]`. */
  scatterAdd(indices: Tensor, rows: number): Tensor {
    return this.#with("scatterAdd", indices, (values, at) => scatterAdd(at, values, rows));
  }
  /**
   * The `k` largest elements along `axis`, the first of equal ones first; NaN counts as infinite. Takes 2k reductions.
   */
  topK(k: number, axis = -1): TopK<Tensor> {
    const { values, indices } = moreOperation("topK")(this.#node, k, axis);
    return { values: this.#map(() => values), indices: this.#map(() => indices) };
  }

  /** The same value under a name, where probes can be tapped. */
  site(name: string, derivative?: Tensor): Tensor {
    assertKind("site", "name", name, text);
    const slope = derivative === undefined ? undefined : tensorOf("site", derivative).node;
    return this.#map((x) => site(x, name, slope));
  }

  #map(f: (x: Node) => Node): Tensor {
    return new Tensor(f(this.#node), this.#evaluator);
  }

  #with(op: string, other: Operand, f: (a: Node, b: Node) => Node): Tensor {
    const { node, evaluator } = operand(op, other, this.dtype);
    return new Tensor(f(this.#node, node), this.#evaluator ?? evaluator);
  }

  #reduce(op: string, f: (x: Node, axes: readonly number[]) => Node, axes?: Axes, options: ReduceOptions = {}): Tensor {
    assertKeys(op, options, { keepDims: flag });
    const reduced = normaliseAxes(op, axes, this.shape.length);
    return this.#map((x) => {
      const y = f(x, reduced);
      return options.keepDims
        ? y
        : reshape(
            y,
            x.shape.filter((_, axis) => !reduced.includes(axis)),
          );
    });
  }
}

function hasEvaluator(tensor: Tensor): boolean {
  return tensor.evaluator !== undefined;
}

/** A number as a constant of the type beside it; a tensor as it is. */
function operand(
  op: string,
  given: Operand,
  dtype: DType = "f32",
): { readonly node: Node; readonly evaluator?: Evaluator | undefined } {
  return typeof given === "number" ? { node: literal(op, given, dtype) } : tensorOf(op, given);
}

function tensorOf(op: string, given: Tensor): Tensor {
  assertKind(op, "an operand", given, tensorKind);
  return given;
}

function someTensors(op: string, given: readonly Tensor[]): readonly [Tensor, ...Tensor[]] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new ShapeError(`${op}: the tensors are ${describe(given)}; give at least one.`);
  }
  const tensors = given.map((each) => tensorOf(op, each));
  return [at(tensors, 0), ...tensors.slice(1)];
}

export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/** @throws OptionError for arguments, by name, that are no tensors. */
export function assertTensors(where: string, given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) assertKind(where, name, value, tensorKind);
}

export const tensorKind: KindOf<Tensor> = { says: "a tensor", is: isTensor };
