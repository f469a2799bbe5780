import { at, fault } from "../errors/at.ts";
import { assertKeys, assertKind, describe, flag, type KindOf, text } from "../errors/checks.ts";
import { SaddlepointError, ShapeError } from "../errors/errors.ts";
import { type Extra, partOf } from "../errors/extra.ts";
import type { ConvolutionOptions, TransposedConvolutionOptions } from "../graph/composites/convolution.ts";
import type { FirOptions } from "../graph/composites/fir_filter.ts";
import * as composites from "../graph/composites/functions.ts";
import type { ImageOperations } from "../graph/composites/image_operations.ts";
import type { PoolOptions } from "../graph/composites/pooling.ts";
import type { Pair } from "../graph/composites/window.ts";
import { isA, type Node } from "../graph/node.ts";
import { cast } from "../graph/primitives/cast.ts";
import * as arithmetic from "../graph/primitives/elementwise_arithmetic.ts";
import * as bits from "../graph/primitives/elementwise_bits.ts";
import * as choice from "../graph/primitives/elementwise_choice.ts";
import * as elementary from "../graph/primitives/elementwise_functions.ts";
import { gather, histogram, scatterAdd } from "../graph/primitives/gather_scatter.ts";
import { constant, data, dataPrimitive, detach, iota, literal, site } from "../graph/primitives/leaf.ts";
import { matmul } from "../graph/primitives/matmul.ts";
import { argmax, max, mean, min } from "../graph/primitives/reduce.ts";
import { flip, permute, reshape, transposeLast } from "../graph/primitives/shape_movement.ts";
import { concat, pad, slice } from "../graph/primitives/slice_pad.ts";
import { broadcast, sum } from "../graph/primitives/sum_broadcast.ts";
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

/** What turns nodes into numbers: an engine. */
export interface Evaluator {
  evaluate(nodes: readonly Node[]): Promise<TypedArray[]>;
}

/** Options of every reduction. */
export interface ReduceOptions {
  /** Keep the reduced axes with size 1. */
  readonly keepDims?: boolean;
}

type Operand = Tensor | number;
type Axes = number | readonly number[];

/**
 * A tensor: a face over a node of the graph. Nothing is computed until `data()` asks, or a plan runs. Tensors are values:
 * they are never changed and never disposed. Operators follow NumPy's broadcasting.
 */
export class Tensor {
  #node: Node;
  readonly #evaluator: Evaluator | undefined;

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

  add(other: Operand): Tensor {
    return this.#with("add", other, arithmetic.add);
  }
  sub(other: Operand): Tensor {
    return this.#with("sub", other, arithmetic.sub);
  }
  /** The product. With the number 0 it is 0, also of infinities and NaN: the term is left out. */
  mul(other: Operand): Tensor {
    return this.#with("mul", other, arithmetic.mul);
  }
  div(other: Operand): Tensor {
    return this.#with("div", other, arithmetic.div);
  }
  pow(other: Operand): Tensor {
    return this.#with("pow", other, elementary.pow);
  }
  minimum(other: Operand): Tensor {
    return this.#with("minimum", other, choice.minimum);
  }
  maximum(other: Operand): Tensor {
    return this.#with("maximum", other, choice.maximum);
  }
  less(other: Operand): Tensor {
    return this.#with("less", other, choice.less);
  }
  lessEqual(other: Operand): Tensor {
    return this.#with("lessEqual", other, choice.lessEqual);
  }
  greater(other: Operand): Tensor {
    return this.#with("greater", other, choice.greater);
  }
  greaterEqual(other: Operand): Tensor {
    return this.#with("greaterEqual", other, choice.greaterEqual);
  }
  equal(other: Operand): Tensor {
    return this.#with("equal", other, choice.equal);
  }

  neg(): Tensor {
    return this.#map(arithmetic.neg);
  }
  exp(): Tensor {
    return this.#map(elementary.exp);
  }
  log(): Tensor {
    return this.#map(elementary.log);
  }
  sqrt(): Tensor {
    return this.#map(elementary.sqrt);
  }
  rsqrt(): Tensor {
    return this.#map(elementary.rsqrt);
  }
  tanh(): Tensor {
    return this.#map(elementary.tanh);
  }
  sigmoid(): Tensor {
    return this.#map(elementary.sigmoid);
  }
  /** log(1 + exp(x)). */
  softplus(): Tensor {
    return this.#map(elementary.softplus);
  }
  logSigmoid(): Tensor {
    return this.#map(composites.logSigmoid);
  }
  erf(): Tensor {
    return this.#map(elementary.erf);
  }
  sin(): Tensor {
    return this.#map(elementary.sin);
  }
  cos(): Tensor {
    return this.#map(elementary.cos);
  }
  abs(): Tensor {
    return this.#map(arithmetic.abs);
  }
  sign(): Tensor {
    return this.#map(arithmetic.sign);
  }
  floor(): Tensor {
    return this.#map(arithmetic.floor);
  }
  square(): Tensor {
    return this.#map(composites.square);
  }
  relu(): Tensor {
    return this.#map(composites.relu);
  }
  leakyRelu(slope = 0.2): Tensor {
    return this.#map((x) => composites.leakyRelu(x, slope));
  }
  elu(alpha = 1): Tensor {
    return this.#map((x) => composites.elu(x, alpha));
  }
  selu(): Tensor {
    return this.#map(composites.selu);
  }
  gelu(): Tensor {
    return this.#map(composites.gelu);
  }
  silu(): Tensor {
    return this.#map(composites.silu);
  }
  clamp(low: number, high: number): Tensor {
    return this.#map((x) => composites.clamp(x, low, high));
  }
  /** Cross entropy of these logits with targets from 0 to 1, elementwise. */
  sigmoidCrossEntropy(targets: Operand): Tensor {
    return this.#with("sigmoidCrossEntropy", targets, composites.sigmoidCrossEntropy);
  }
  /** The exponent bits of each f32, as u32: 255 for infinity and NaN, 0 for zero and denormals. */
  exponentBits(): Tensor {
    return this.#map(bits.exponentBits);
  }
  /** Whether each element is infinite or NaN, told by its bits. */
  isNonFinite(): Tensor {
    return this.exponentBits().equal(255);
  }

  sum(axes?: Axes, options?: ReduceOptions): Tensor {
    return this.#reduce("sum", sum, axes, options);
  }
  mean(axes?: Axes, options?: ReduceOptions): Tensor {
    return this.#reduce("mean", mean, axes, options);
  }
  max(axes?: Axes, options?: ReduceOptions): Tensor {
    return this.#reduce("max", max, axes, options);
  }
  min(axes?: Axes, options?: ReduceOptions): Tensor {
    return this.#reduce("min", min, axes, options);
  }
  /** The mean squared distance from the mean. */
  variance(axes?: Axes, options?: ReduceOptions): Tensor {
    return this.#reduce("variance", composites.variance, axes, options);
  }
  /** The Euclidean norm, with derivatives of zero at the origin. */
  norm(axes?: Axes, options?: ReduceOptions): Tensor {
    return this.#reduce("norm", composites.norm, axes, options);
  }
  logSumExp(axes?: Axes, options?: ReduceOptions): Tensor {
    return this.#reduce("logSumExp", composites.logSumExp, axes, options);
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

  /** One size may be -1: it is what the others leave. */
  reshape(shape: Shape): Tensor {
    return this.#map((x) => reshape(x, shape));
  }
  /** All elements in one axis. */
  flatten(): Tensor {
    return this.reshape([this.size]);
  }
  /** Axis i of the result is axis `order[i]` of this tensor. */
  permute(order: readonly number[]): Tensor {
    return this.#map((x) => permute(x, order));
  }
  /** The last two axes exchanged. */
  transpose(): Tensor {
    return this.#map(transposeLast);
  }
  broadcastTo(shape: Shape): Tensor {
    return this.#map((x) => broadcast(x, shape));
  }
  /** The block of size `shape` that begins at `starts`. */
  slice(starts: readonly number[], shape: Shape): Tensor {
    return this.#map((x) => slice(x, starts, shape));
  }
  /** Zeros around: `before[i]` and `after[i]` of them along axis i. */
  pad(before: readonly number[], after: readonly number[]): Tensor {
    return this.#map((x) => pad(x, before, after));
  }
  flip(axes: Axes): Tensor {
    return this.#map((x) => flip(x, normaliseAxes("flip", axes, x.shape.length)));
  }

  /** Matrix product over the last two axes; leading axes broadcast. */
  matmul(other: Tensor, options: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {}): Tensor {
    assertKeys("matmul", options, { transposeA: flag, transposeB: flag });
    return this.#with("matmul", other, (a, b) =>
      matmul(a, b, options.transposeA ?? false, options.transposeB ?? false),
    );
  }

  /**
   * Convolution (cross-correlation) of these images [N, H, W, C] with filters [O, KH, KW, C / groups]: [N, OH, OW, O],
   * OH = floor((H + pads - dilation (KH - 1) - 1) / stride) + 1; ceil(H / stride) with padding "same".
   */
  conv2d(filters: Tensor, options?: ConvolutionOptions): Tensor {
    return this.#with("conv2d", filters, (x, w) => imageOperation("conv2d")(x, w, options));
  }
  /**
   * Transposed convolution of these images [N, H, W, I] with filters [I, KH, KW, O / groups], in the layout of the
   * convolution whose input gradient it is: [N, OH, OW, O], OH = (H - 1) stride - pads + dilation (KH - 1) +
   * outputPadding + 1; H stride with padding "same".
   */
  convTranspose2d(filters: Tensor, options?: TransposedConvolutionOptions): Tensor {
    return this.#with("convTranspose2d", filters, (x, w) => imageOperation("convTranspose2d")(x, w, options));
  }
  /** Averages of windows of images [N, H, W, C]: [N, OH, OW, C], OH = floor((H + pads - size) / stride) + 1. */
  averagePool(size: Pair, options?: PoolOptions): Tensor {
    return this.#map((x) => imageOperation("averagePool")(x, size, options));
  }
  /** Largest elements of windows, as `averagePool`. Of equal ones the first gets the gradient. */
  maxPool(size: Pair, options?: PoolOptions): Tensor {
    return this.#map((x) => imageOperation("maxPool")(x, size, options));
  }

  /** Images [N, H, W, C] with every pixel as a block: [N, H factor, W factor, C]. */
  upsampleNearest(factor: Pair): Tensor {
    return this.#map((x) => imageOperation("upsampleNearest")(x, factor));
  }
  /** The first pixel of every block: [N, ceil(H / factor), ceil(W / factor), C]. */
  downsampleNearest(factor: Pair): Tensor {
    return this.#map((x) => imageOperation("downsampleNearest")(x, factor));
  }
  /** Images [N, H, W, C] interpolated linearly to [N, ...size, C], with pixels as areas and without antialiasing. */
  resizeBilinear(size: readonly [number, number]): Tensor {
    return this.#map((x) => imageOperation("resizeBilinear")(x, size));
  }
  /**
   * Images [N, H, W, C] filtered by the outer product of `kernel` with itself, scaled to the brightness of the input:
   * [N, OH, OW, C], OH = floor((H up + pads - taps) / down) + 1; about H up / down with the default padding.
   */
  firFilter(kernel: readonly number[], options?: FirOptions): Tensor {
    return this.#map((x) => imageOperation("firFilter")(x, kernel, options));
  }
  /** Images [N, H, W, C] `factor` times as large, filtered: [N, H factor, W factor, C]. */
  firUpsample(kernel?: readonly number[], factor?: Pair): Tensor {
    return this.#map((x) => imageOperation("firUpsample")(x, kernel, factor));
  }
  /** Images [N, H, W, C] filtered and `factor` times as small: [N, floor(H / factor), floor(W / factor), C]. */
  firDownsample(kernel?: readonly number[], factor?: Pair): Tensor {
    return this.#map((x) => imageOperation("firDownsample")(x, kernel, factor));
  }
  /** Channels as blocks of pixels: [N, H, W, r r C] to [N, H r, W r, C], channels in the order (row, column, C). */
  depthToSpace(r: number): Tensor {
    return this.#map((x) => imageOperation("depthToSpace")(x, r));
  }
  /** Blocks of pixels as channels, the inverse of `depthToSpace`: [N, H r, W r, C] to [N, H, W, r r C]. */
  spaceToDepth(r: number): Tensor {
    return this.#map((x) => imageOperation("spaceToDepth")(x, r));
  }

  /** Rows of this table [N, ...] by u32 indices [B]. */
  gather(indices: Tensor): Tensor {
    return this.#with("gather", indices, gather);
  }
  /** A table of `rows` rows, to which row i of this tensor is added at `indices[i]`. */
  scatterAdd(indices: Tensor, rows: number): Tensor {
    return this.#with("scatterAdd", indices, (values, at) => scatterAdd(at, values, rows));
  }
  /** How often each value from 0 to bins - 1 occurs in a u32 tensor. */
  histogram(bins: number): Tensor {
    return this.#map((x) => histogram(x, bins));
  }

  cast(dtype: DType): Tensor {
    return this.#map((x) => cast(x, dtype));
  }
  /** The same value in a place of its own, instead of being computed again wherever it is used. */
  copy(): Tensor {
    return this.#map(bits.copy);
  }
  /** The same value, through which no gradient flows. */
  detach(): Tensor {
    return this.#map(detach);
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

/** The methods for images. */
export const extraImageOperations: Extra<ImageOperations> = { entry: "images" };

const imageOperation = <Name extends keyof ImageOperations>(name: Name): ImageOperations[Name] =>
  partOf(extraImageOperations, name)[name];

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

/** The elements that a tensor's node holds on the host; not to be changed, nor handed out. */
export function heldValues(node: Node): TypedArray | undefined {
  return isA(node, dataPrimitive) ? node.attributes.data.values : undefined;
}

/** The elements of an f32 tensor; see `Tensor.data`. */
export async function floatsOf(tensor: Tensor): Promise<Float32Array> {
  const values = await tensor.data();
  if (!(values instanceof Float32Array)) throw fault(`A tensor of ${tensor.dtype} holds no floats`);
  return values;
}

export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/** @throws OptionError for arguments, by name, that are no tensors. */
export function assertTensors(where: string, given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) assertKind(where, name, value, tensorKind);
}

export const tensorKind: KindOf<Tensor> = { says: "a tensor", is: isTensor };
