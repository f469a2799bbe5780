import type { Conv2dGeometry } from "../../src/graph/convolution_geometry.ts";
import { collect, type Each, type Node, type Primitive } from "../../src/graph/node.ts";
import type { RandomAttributes, RangeAttributes } from "../../src/graph/primitives/random.ts";
import type { PrimitiveName, primitives } from "../../src/graph/primitives/registry.ts";
import type { DType, Shape } from "../../src/graph/shape.ts";
import * as philox from "./philox.ts";
import * as special from "./special.ts";

/**
 * The graph's meaning in float64: each primitive straight from its definition, as slow and as plain as can be, and with
 * nothing of the compiler. Booleans are 0 and 1; i32 and u32 are exact and wrap like the GPU's.
 */
export type Value = Float64Array;

export interface Environment {
  /** Elements of the `input` nodes, by the id of their slot. */
  readonly inputs?: ReadonlyMap<number, ArrayLike<number>>;
  /** Elements of the `state` nodes, by the id of their slot. */
  readonly states?: ReadonlyMap<number, ArrayLike<number>>;
  /** Applied to every f32 element, with the name of the primitive that made it. */
  readonly perturb?: (value: number, name: PrimitiveName) => number;
}

/** How the nodes of a primitive are computed from the values of their inputs. */
type Reference<N extends Node = Node> = (node: N, inputs: Each<N["inputs"], Value>, environment: Environment) => Value;

type NodeOf<Kind> = Kind extends Primitive<infer A, infer I> ? Node<A, I> : never;

/** The elements of `roots`. */
export function evaluate(roots: readonly Node[], environment: Environment = {}): Value[] {
  const values = new Map<Node, Value>();
  for (const node of collect(roots)) {
    const inputs = node.inputs.map((input) => values.get(input) as Value);
    const name = node.op.name as PrimitiveName;
    const value = (references[name] as Reference)(node, inputs, environment);
    if (value.length !== sizeOf(node.shape)) {
      throw new Error(`The reference of ${name} gave ${value.length} elements for [${node.shape.join(", ")}].`);
    }
    const { perturb } = environment;
    const moved = perturb && node.dtype === "f32" ? value.map((x) => perturb(x, name)) : value;
    values.set(node, moved);
  }
  return roots.map((root) => values.get(root) as Value);
}

// ── Building blocks ──────────────────────────────────────────────────────────────────────────────────────────────────

const sizeOf = (shape: Shape) => shape.reduce((product, size) => product * size, 1);

/** A value of the node's size, element by element. */
const fill = (node: Node, element: (index: number) => number): Value =>
  Float64Array.from({ length: sizeOf(node.shape) }, (_, index) => element(index));

/** The same, with the coordinate of each element along every axis. */
const fillByCoordinate = (node: Node, element: (coordinate: readonly number[]) => number): Value =>
  fill(node, (index) => element(coordinateOf(index, node.shape)));

function coordinateOf(index: number, shape: Shape): number[] {
  const coordinate = new Array<number>(shape.length);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    coordinate[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return coordinate;
}

function indexOf(coordinate: readonly number[], shape: Shape): number {
  return coordinate.reduce((index, position, axis) => index * (shape[axis] as number) + position, 0);
}

const at = (value: Value, shape: Shape, coordinate: readonly number[]): number =>
  value[indexOf(coordinate, shape)] as number;

/** Integers wrap at 32 bits; everything else stays as it is. */
function wrap(dtype: DType, value: number): number {
  return dtype === "i32" ? value | 0 : dtype === "u32" ? value >>> 0 : value;
}

const isInteger = (dtype: DType) => dtype === "i32" || dtype === "u32";

const unary =
  (f: (x: number) => number): Reference =>
  (node, [x]) =>
    fill(node, (i) => f(x![i] as number));

const binary =
  (f: (a: number, b: number, dtype: DType) => number): Reference =>
  (node, [a, b]) =>
    fill(node, (i) => wrap(node.dtype, f(a![i] as number, b![i] as number, node.dtype)));

const compare = (holds: (a: number, b: number) => boolean): Reference => binary((a, b) => Number(holds(a, b)));

const leaf =
  <N extends Node>(elements: (node: N, environment: Environment) => ArrayLike<number>): Reference<N> =>
  (node, _, environment) =>
    Float64Array.from(elements(node, environment));

const copy: Reference = (_, [x]) => x!.slice();

const reduce =
  (start: number, combine: (total: number, x: number) => number): Reference =>
  (node, [x]) => {
    const { shape } = node.inputs[0] as Node;
    const totals = fill(node, () => start);
    x!.forEach((element, index) => {
      const coordinate = coordinateOf(index, shape).map((position, axis) => (node.shape[axis] === 1 ? 0 : position));
      const target = indexOf(coordinate, node.shape);
      totals[target] = wrap(node.dtype, combine(totals[target] as number, element));
    });
    return totals;
  };

const random =
  <A extends RandomAttributes>(f: (draw: philox.Draw, attributes: A) => number): Reference<Node<A>> =>
  (node, [seed, count]) =>
    fill(node, (element) =>
      f(
        { element, stream: node.attributes.stream, seed: seed![0] as number, count: count![0] as number },
        node.attributes,
      ),
    );

/** From f32 to integers towards zero, held within the range; between integers the same bits; to bool "not zero". */
function convert(x: number, from: DType, to: DType): number {
  if (to === "bool") return Number(x !== 0);
  if (to === "i32") return from === "f32" ? Math.min(Math.max(Math.trunc(x), -(2 ** 31)), 2 ** 31 - 1) : x | 0;
  if (to === "u32") return from === "f32" ? Math.min(Math.max(Math.trunc(x), 0), 2 ** 32 - 1) : x >>> 0;
  return Math.fround(x);
}

function given(elements: ArrayLike<number> | undefined, node: Node): ArrayLike<number> {
  if (!elements) throw new Error(`The reference has no values for ${JSON.stringify(node.attributes)}.`);
  return elements;
}

/**
 * Calls `visit` with the indices of every product x[xi] w[wi] that a convolution adds to y[yi]: the definition from which
 * all three of the family follow.
 */
function forEachProduct(
  { attributes: { stride, padding, dilation, groups } }: Node<Conv2dGeometry>,
  x: Shape,
  y: Shape,
  w: Shape,
  visit: (xi: number, yi: number, wi: number) => void,
): void {
  const [images, outHeight, outWidth, filters] = y as [number, number, number, number];
  const [, kernelHeight, kernelWidth, channels] = w as [number, number, number, number];
  const [, height, width] = x as [number, number, number, number];
  for (let n = 0; n < images; n++)
    for (let i = 0; i < outHeight; i++)
      for (let j = 0; j < outWidth; j++)
        for (let a = 0; a < kernelHeight; a++)
          for (let b = 0; b < kernelWidth; b++) {
            const row = i * stride[0] + a * dilation[0] - padding[0];
            const column = j * stride[1] + b * dilation[1] - padding[2];
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            for (let o = 0; o < filters; o++) {
              const group = Math.floor(o / (filters / groups));
              for (let c = 0; c < channels; c++) {
                visit(
                  indexOf([n, row, column, group * channels + c], x),
                  indexOf([n, i, j, o], y),
                  indexOf([o, a, b, c], w),
                );
              }
            }
          }
}

// ── The primitives ───────────────────────────────────────────────────────────────────────────────────────────────────

/** One for every primitive of the registry: a missing one does not compile. */
const references: { readonly [Name in PrimitiveName]: Reference<NodeOf<(typeof primitives)[Name]>> } = {
  constant: (node) => fill(node, () => node.attributes.value),
  input: leaf((node, { inputs }) => given(inputs?.get(node.attributes.slot.id), node)),
  data: leaf((node) => node.attributes.data.values),
  state: leaf((node, { states }) => given(states?.get(node.attributes.slot.id), node)),
  iota: (node) => fill(node, (i) => i),
  variable: copy,
  again: copy,
  segment: copy,
  segmentResult: copy,
  detach: copy,
  site: copy,

  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b, dtype) => (isInteger(dtype) ? Math.imul(a, b) : a * b)),
  div: binary((a, b, dtype) => (isInteger(dtype) ? Math.trunc(a / b) : a / b)),
  neg: unary((x) => -x),
  pow: binary(special.pow),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  rsqrt: unary((x) => 1 / Math.sqrt(x)),
  tanh: unary(Math.tanh),
  sigmoid: unary(special.sigmoid),
  softplus: unary(special.softplus),
  erf: unary(special.erf),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  floor: unary(Math.floor),
  minimum: binary((a, b) => Math.min(a, b)),
  maximum: binary((a, b) => Math.max(a, b)),
  less: compare((a, b) => a < b),
  lessEqual: compare((a, b) => a <= b),
  equal: compare((a, b) => a === b),
  select: (node, [mask, a, b]) => fill(node, (i) => (mask![i] ? a![i] : b![i]) as number),
  isNan: unary((x) => Number(Number.isNaN(x))),
  copy,
  exponentBits: unary(special.exponentBits),
  cast: (node, [x]) => fill(node, (i) => convert(x![i] as number, node.inputs[0]!.dtype, node.dtype)),

  sum: reduce(0, (total, x) => total + x),
  max: reduce(Number.NEGATIVE_INFINITY, Math.max),
  min: reduce(Number.POSITIVE_INFINITY, Math.min),
  broadcast: (node, [x]) => {
    const { shape } = node.inputs[0] as Node;
    return fillByCoordinate(node, (coordinate) =>
      at(
        x!,
        shape,
        coordinate.map((position, axis) => (shape[axis] === 1 ? 0 : position)),
      ),
    );
  },
  argmax: (node, [x]) => {
    const axis = node.attributes.axis;
    const { shape } = node.inputs[0] as Node;
    return fillByCoordinate(node, (coordinate) => {
      const line = Array.from({ length: shape[axis] as number }, (_, i) => at(x!, shape, coordinate.with(axis, i)));
      const nan = line.findIndex(Number.isNaN);
      return nan >= 0 ? nan : line.indexOf(Math.max(...line));
    });
  },

  reshape: copy,
  permute: (node, [x]) => {
    const order = node.attributes.order;
    const { shape } = node.inputs[0] as Node;
    return fillByCoordinate(node, (coordinate) => {
      const source = new Array<number>(shape.length);
      order.forEach((axis, i) => {
        source[axis] = coordinate[i] as number;
      });
      return at(x!, shape, source);
    });
  },
  flip: (node, [x]) => {
    const axes = node.attributes.axes;
    return fillByCoordinate(node, (coordinate) =>
      at(
        x!,
        node.shape,
        coordinate.map((position, axis) =>
          axes.includes(axis) ? (node.shape[axis] as number) - 1 - position : position,
        ),
      ),
    );
  },
  slice: (node, [x]) => {
    const starts = node.attributes.starts;
    const { shape } = node.inputs[0] as Node;
    return fillByCoordinate(node, (coordinate) =>
      at(
        x!,
        shape,
        coordinate.map((position, axis) => position + (starts[axis] as number)),
      ),
    );
  },
  pad: (node, [x]) => {
    const before = node.attributes.before;
    const { shape } = node.inputs[0] as Node;
    return fillByCoordinate(node, (coordinate) => {
      const source = coordinate.map((position, axis) => position - (before[axis] as number));
      const inside = source.every((position, axis) => position >= 0 && position < (shape[axis] as number));
      return inside ? at(x!, shape, source) : 0;
    });
  },
  concat: (node, inputs) => {
    const axis = node.attributes.axis;
    return fillByCoordinate(node, (coordinate) => {
      let position = coordinate[axis] as number;
      let part = 0;
      while (position >= (node.inputs[part]!.shape[axis] as number))
        position -= node.inputs[part++]!.shape[axis] as number;
      return at(inputs[part] as Value, node.inputs[part]!.shape, coordinate.with(axis, position));
    });
  },

  matmul: (node, [a, b]) => {
    const { transposeA, transposeB } = node.attributes;
    const [left, right] = node.inputs.map((input) => input.shape) as [Shape, Shape];
    const inner = left.at(transposeA ? -2 : -1) as number;
    return fillByCoordinate(node, (coordinate) => {
      const batch = coordinate.slice(0, -2);
      const [m, n] = coordinate.slice(-2) as [number, number];
      let total = 0;
      for (let k = 0; k < inner; k++) {
        total +=
          at(a!, left, [...batch, ...(transposeA ? [k, m] : [m, k])]) *
          at(b!, right, [...batch, ...(transposeB ? [n, k] : [k, n])]);
      }
      return total;
    });
  },

  conv2d: (node, [x, w]) => {
    const [image, filter] = node.inputs.map((input) => input.shape) as [Shape, Shape];
    const y = fill(node, () => 0);
    forEachProduct(node, image, node.shape, filter, (xi, yi, wi) => {
      y[yi] = (y[yi] as number) + (x![xi] as number) * (w![wi] as number);
    });
    return y;
  },
  conv2dInputGrad: (node, [g, w]) => {
    const [gradient, filter] = node.inputs.map((input) => input.shape) as [Shape, Shape];
    const dx = fill(node, () => 0);
    forEachProduct(node, node.shape, gradient, filter, (xi, yi, wi) => {
      dx[xi] = (dx[xi] as number) + (g![yi] as number) * (w![wi] as number);
    });
    return dx;
  },
  conv2dFilterGrad: (node, [x, g]) => {
    const [image, gradient] = node.inputs.map((input) => input.shape) as [Shape, Shape];
    const dw = fill(node, () => 0);
    forEachProduct(node, image, gradient, node.shape, (xi, yi, wi) => {
      dw[wi] = (dw[wi] as number) + (x![xi] as number) * (g![yi] as number);
    });
    return dw;
  },

  fir: (node, [x]) => {
    const { axis, taps, up, down, before } = node.attributes;
    const { shape } = node.inputs[0] as Node;
    return fillByCoordinate(node, (coordinate) =>
      taps.reduce((total, tap, k) => {
        const source = ((coordinate[axis] as number) * down + k - before) / up;
        const isInput = Number.isInteger(source) && source >= 0 && source < (shape[axis] as number);
        return isInput ? total + tap * at(x!, shape, coordinate.with(axis, source)) : total;
      }, 0),
    );
  },

  gather: (node, [table, indices]) => {
    const { shape } = node.inputs[0] as Node;
    return fillByCoordinate(node, ([row, ...rest]) =>
      at(table!, shape, [Math.min(indices![row as number] as number, (shape[0] as number) - 1), ...rest]),
    );
  },
  scatterAdd: (node, [indices, values]) => {
    const width = sizeOf(node.shape.slice(1));
    const totals = fill(node, () => 0);
    values!.forEach((value, i) => {
      const row = indices![Math.floor(i / width)] as number;
      if (row < (node.shape[0] as number)) totals[row * width + (i % width)]! += value;
    });
    return totals;
  },
  takeAlong: (node, [lines, indices]) => {
    const [{ shape }, { shape: indexShape }] = node.inputs as [Node, Node];
    return fillByCoordinate(node, ([outer, k, inner]) => {
      const index = at(indices!, indexShape, [outer!, k!, Math.min(inner!, indexShape[2]! - 1)]);
      return at(lines!, shape, [outer!, Math.min(index, shape[1]! - 1), inner!]);
    });
  },
  scatterAddAlong: (node, [indices, values]) => {
    const [{ shape: indexShape }, { shape }] = node.inputs as [Node, Node];
    return fillByCoordinate(node, ([outer, row, inner]) => {
      let total = 0;
      for (let k = 0; k < shape[1]!; k++) {
        const index = at(indices!, indexShape, [outer!, k, Math.min(inner!, indexShape[2]! - 1)]);
        if (index === row) total += at(values!, shape, [outer!, k, inner!]);
      }
      return total;
    });
  },
  histogram: (node, [x]) => {
    const counts = fill(node, () => 0);
    for (const bin of x!) if (bin < counts.length) counts[bin]!++;
    return counts;
  },
  segmentSum: (node, [x]) => {
    const segmentOf = node.attributes.lengths.flatMap((length, s) => new Array<number>(length).fill(s));
    const totals = fill(node, () => 0);
    x!.forEach((value, i) => {
      totals[segmentOf[i]!]! += value;
    });
    return totals;
  },
  segmentHistogram: (node, [x]) => {
    const { lengths, bins } = node.attributes;
    const segmentOf = lengths.flatMap((length, s) => new Array<number>(length).fill(s));
    const counts = fill(node, () => 0);
    x!.forEach((bin, i) => {
      if (bin < bins) counts[segmentOf[i]! * bins + bin]!++;
    });
    return counts;
  },

  uniform: random(philox.uniform),
  normal: random(philox.normal),
  integers: random((draw, { range }: RangeAttributes) => philox.integer(draw, range)),
  shuffle: (node, [position, seed, count]) =>
    fill(node, (i) =>
      philox.shuffle(
        position![i] as number,
        { stream: node.attributes.stream, seed: seed![i] as number, count: count![i] as number },
        node.attributes.range,
      ),
    ),
};
