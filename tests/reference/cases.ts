import { collect, type Node } from "../../src/graph/node.ts";
import { cast } from "../../src/graph/primitives/cast.ts";
import { again, segment } from "../../src/graph/primitives/checkpoint.ts";
import { conv2d, conv2dFilterGrad, conv2dInputGrad, conv2dOutputSize } from "../../src/graph/primitives/conv2d.ts";
import { fir } from "../../src/graph/primitives/fir.ts";
import {
  gather,
  histogram,
  scatterAdd,
  scatterAddLines,
  takeLines,
} from "../../src/graph/primitives/gather_scatter.ts";
import { constant, detach, iota, site, variable } from "../../src/graph/primitives/leaf.ts";
import { matmul } from "../../src/graph/primitives/matmul.ts";
import { integers, type Key, normal, shuffle, uniform } from "../../src/graph/primitives/random.ts";
import { argmax, max, min } from "../../src/graph/primitives/reduce.ts";
import { type PrimitiveName, primitives } from "../../src/graph/primitives/registry.ts";
import { segmentHistogram, segmentSum } from "../../src/graph/primitives/segments.ts";
import { flip, permute, reshape } from "../../src/graph/primitives/shape_movement.ts";
import { concat, pad, slice } from "../../src/graph/primitives/slice_pad.ts";
import { broadcast, sum } from "../../src/graph/primitives/sum_broadcast.ts";
import type { DType, Shape } from "../../src/graph/shape.ts";
import { asArguments, asData, type Draw, type Operand, operand } from "./operands.ts";
import * as ops from "./operations.ts";
import { createRng, type Rng } from "./rng.ts";

/** One use of a primitive, at operands where its derivatives exist. */
export interface Case {
  readonly inputs: readonly Operand[];
  /** Positions, among the inputs, of those that derivatives are taken of. */
  readonly differentiable: readonly number[];
  /** The leaves that the inputs have to be, where these are what is tested. */
  readonly leaf?: "input" | "state";
  /** The result, as an expression of the inputs. */
  build(inputs: readonly Node[]): Node;
}

type Generator = (rng: Rng) => Case;

export const primitiveNames = Object.keys(primitives) as PrimitiveName[];

/** `count` cases that really contain the primitive: shapes for which it simplifies away are drawn again. */
export function casesOf(name: PrimitiveName, count: number): Case[] {
  return Array.from({ length: count }, (_, index) => {
    const rng = createRng(`${name} ${index}`);
    for (let attempt = 0; attempt < 100; attempt++) {
      const drawn = cases[name](rng);
      const output = drawn.build(asArguments(drawn.inputs, drawn.leaf).nodes);
      if (collect([output]).some((node) => node.op.name === name)) return drawn;
    }
    throw new Error(`The generator of ${name} draws only cases for which it simplifies away.`);
  });
}

/**
 * The cases for a test in a browser. One of a convolution takes some ten kernels, the longest there are: a slow test has
 * the breadth, and these have every way to load, and a sum that is cut into splits.
 */
export function casesInBrowser(name: PrimitiveName): Case[] {
  if (!name.startsWith("conv2d")) return casesOf(name, 20);
  const cases = casesOf(name, 6);
  return name === "conv2dFilterGrad" ? [...cases, manyPixelsCase(createRng(`${name} of many pixels`))] : cases;
}

// ── Shapes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const sizeOf = (shape: Shape) => shape.reduce((product, size) => product * size, 1);
const axesOf = (shape: Shape) => shape.map((_, axis) => axis);

const longShapes: readonly Shape[] = [[33], [130], [1025], [33, 5], [3, 130], [2, 1, 65]];

/** Sizes 1 to 9 in up to four axes; now and then one that is longer than a workgroup. */
function randomShape(rng: Rng, minRank = 0): Shape {
  if (rng.chance(0.15)) return rng.pick(longShapes.filter((shape) => shape.length >= minRank));
  const shape = Array.from({ length: rng.integer(minRank, 4) }, () => rng.integer(1, 9));
  return sizeOf(shape) <= 600 ? shape : randomShape(rng, minRank);
}

/** Shapes that NumPy's rule stretches to a common one. */
function broadcastingShapes(rng: Rng, count: number): Shape[] {
  const common = randomShape(rng);
  const whole = rng.integer(0, count - 1);
  return Array.from({ length: count }, (_, i) => {
    if (i === whole || rng.chance(0.4)) return common;
    const stretched = common.map((size) => (rng.chance(0.35) ? 1 : size));
    return stretched.slice(rng.chance(0.4) ? rng.integer(0, common.length) : 0);
  });
}

/** Any set of axes, with at least one that is longer than 1 if there is one. */
function someAxes(rng: Rng, shape: Shape): number[] {
  const long = axesOf(shape).filter((axis) => shape[axis] !== 1);
  const chosen = long.length > 0 ? rng.pick(long) : -1;
  return axesOf(shape).filter((axis) => axis === chosen || rng.chance(0.45));
}

/** Long enough for the kernel that gives a whole workgroup to an output, and for several rounds of it. */
const longReductions: readonly { shape: Shape; axes: readonly number[] }[] = [
  { shape: [3000], axes: [0] },
  { shape: [3, 1100], axes: [1] },
  { shape: [1100, 3], axes: [0] },
  { shape: [2, 600, 3], axes: [1] },
  { shape: [40, 2, 40], axes: [0, 2] },
  { shape: [130, 9], axes: [1] },
];

function randomReduction(rng: Rng): { shape: Shape; axes: readonly number[] } {
  if (rng.chance(0.3)) return rng.pick(longReductions);
  const shape = randomShape(rng, 1);
  return { shape, axes: someAxes(rng, shape) };
}

/** Another shape of the same size: prime factors dealt out anew. */
function regrouped(rng: Rng, shape: Shape): Shape {
  const sizes = new Array<number>(rng.integer(1, 4)).fill(1);
  let rest = sizeOf(shape);
  for (let factor = 2; rest > 1; ) {
    if (rest % factor === 0) {
      sizes[rng.integer(0, sizes.length - 1)]! *= factor;
      rest /= factor;
    } else factor++;
  }
  return sizes;
}

// ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const anywhere: Draw = (rng) => rng.between(-2, 2);
const positive: Draw = (rng) => rng.between(0.25, 4);
const awayFromZero: Draw = (rng) => rng.between(0.2, 2) * rng.pick([-1, 1]);
const betweenWholes: Draw = (rng) => rng.integer(-5, 5) + rng.between(0.1, 0.9);
const whole: Draw = (rng) => rng.integer(-9, 9);
const count: Draw = (rng) => rng.integer(0, 9);
const bit: Draw = (rng) => rng.integer(0, 1);
const byte: Draw = (rng) => rng.integer(0, 255);
const word: Draw = (rng) => rng.integer(0, 2 ** 32 - 1);

/** A type, and values of it that any operation on that type can take. */
const typical: Readonly<Record<Exclude<DType, "u8">, Draw>> = { f32: anywhere, i32: whole, u32: count, bool: bit };

/** f32 three times out of four. */
const randomType = <T extends DType>(rng: Rng, others: readonly T[]): T | "f32" =>
  rng.chance(0.75) ? "f32" : rng.pick(others);

/** Values that all differ, so that the largest and the smallest are clear and stay so under a small step. */
function distinct(rng: Rng, shape: Shape): Operand {
  const length = sizeOf(shape);
  const values = Array.from({ length }, (_, i) => Math.fround((4 * (i + 0.5)) / length - 2));
  return { shape, dtype: "f32", values: rng.shuffled(values) };
}

// ── Families ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const unary =
  (f: (x: Node) => Node, draw: Draw = anywhere): Generator =>
  (rng) => ({ inputs: [operand(rng, randomShape(rng), draw)], differentiable: [0], build: ([x]) => f(x!) });

const binary =
  (f: (a: Node, b: Node) => Node, drawA: Draw = anywhere, drawB: Draw = anywhere): Generator =>
  (rng) => {
    const [a, b] = broadcastingShapes(rng, 2);
    return {
      inputs: [operand(rng, a!, drawA), operand(rng, b!, drawB)],
      differentiable: [0, 1],
      build: ([x, y]) => f(x!, y!),
    };
  };

/** Integers, some large enough to wrap around. `smallest` is a magnitude: 1 for a divisor. */
const integer =
  (f: (...operands: Node[]) => Node, arity: number, dtypes: readonly ("i32" | "u32")[], smallest = 0): Generator =>
  (rng) => {
    const dtype = rng.pick(dtypes);
    const magnitude: Draw = () => (rng.chance(0.1) ? rng.integer(2 ** 29, 2 ** 31 - 1) : rng.integer(smallest, 9));
    const draw: Draw = () => magnitude(rng) * (dtype === "i32" ? rng.pick([-1, 1]) : 1);
    return {
      inputs: broadcastingShapes(rng, arity).map((shape) => operand(rng, shape, draw, dtype)),
      differentiable: [],
      build: (inputs) => f(...inputs),
    };
  };

/** The first generator three times out of four, else the second. */
const mostly =
  (usual: Generator, other: Generator): Generator =>
  (rng) =>
    rng.chance(0.75) ? usual(rng) : other(rng);

/** Two sides that keep their distance: even multiples of 0.1 against odd ones. */
const extremum = (f: (a: Node, b: Node) => Node): Generator => {
  const nearby: Draw = (rng) => 0.2 * rng.integer(-9, 9) + rng.between(-0.02, 0.02);
  return mostly(
    binary(f, nearby, (rng) => nearby(rng) + 0.1),
    integer((a, b) => f(a!, b!), 2, ["i32", "u32"]),
  );
};

/** Whole numbers, so that the two sides are often equal. */
const comparison =
  (f: (a: Node, b: Node) => Node): Generator =>
  (rng) => {
    const dtype = rng.pick(["f32", "i32", "u32"] as const);
    return {
      inputs: broadcastingShapes(rng, 2).map((shape) => operand(rng, shape, dtype === "u32" ? count : whole, dtype)),
      differentiable: [],
      build: ([a, b]) => f(a!, b!),
    };
  };

const reduction =
  (f: (x: Node, axes: readonly number[]) => Node, floats: (rng: Rng, shape: Shape) => Operand): Generator =>
  (rng) => {
    const { shape, axes } = randomReduction(rng);
    const dtype = randomType(rng, ["i32", "u32"]);
    return {
      inputs: [dtype === "f32" ? floats(rng, shape) : operand(rng, shape, typical[dtype], dtype)],
      differentiable: dtype === "f32" ? [0] : [],
      build: ([x]) => f(x!, axes),
    };
  };

/** Elements of any type in another order. `plan` chooses the parameters for a shape. */
const movement =
  (shapes: (rng: Rng) => Shape, plan: (rng: Rng, shape: Shape) => (x: Node) => Node): Generator =>
  (rng) => {
    const shape = shapes(rng);
    const dtype = randomType(rng, ["i32", "u32", "bool"]);
    const move = plan(rng, shape);
    return {
      inputs: [operand(rng, shape, typical[dtype], dtype)],
      differentiable: dtype === "f32" ? [0] : [],
      build: ([x]) => move(x!),
    };
  };

/** `plan` chooses everything but the seed and the count. */
const random =
  (plan: (rng: Rng, stream: number) => (key: Key) => Node): Generator =>
  (rng) => {
    const make = plan(rng, word(rng));
    return {
      inputs: [operand(rng, [], word, "u32"), operand(rng, [], word, "u32")],
      differentiable: [],
      build: ([seed, step]) => make({ seed: seed!, count: step! }),
    };
  };

const constantCase = (node: () => Node): Case => ({ inputs: [], differentiable: [], build: node });

const leafCase =
  (leaf: "input" | "state"): Generator =>
  (rng) => ({ ...unary((x) => x)(rng), leaf });

// ── Single generators ────────────────────────────────────────────────────────────────────────────────────────────────

const constants: readonly [DType, readonly number[]][] = [
  ["f32", [0, 1, -1, 0.1, -123.456, 1e-30, 1e10, 3e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ["i32", [0, 7, -1, 2 ** 31 - 1, -(2 ** 31)]],
  ["u32", [0, 1, 2 ** 31, 2 ** 32 - 1]],
  ["bool", [0, 1]],
];

/** Conversions with values that both types can hold, and the wrapping ones between integers. */
const conversions: readonly [DType, DType, Draw][] = [
  ["f32", "i32", (rng) => rng.between(-100, 100)],
  ["f32", "u32", (rng) => rng.between(0, 100)],
  ["f32", "bool", (rng) => rng.pick([0, 0, 1, -0.5, 1e-3])],
  ["i32", "f32", (rng) => rng.integer(-(2 ** 24), 2 ** 24)],
  ["u32", "f32", (rng) => rng.integer(0, 2 ** 24)],
  ["i32", "u32", (rng) => rng.integer(-(2 ** 31), 2 ** 31 - 1)],
  ["u32", "i32", word],
  ["i32", "bool", (rng) => rng.integer(-1, 1)],
  ["u32", "bool", bit],
  ["bool", "f32", bit],
  ["bool", "i32", bit],
  ["bool", "u32", bit],
  ["u8", "f32", byte],
  ["u8", "i32", byte],
  ["u8", "u32", byte],
  ["u8", "bool", bit],
];

const anyFloat: Draw = (rng) =>
  rng.pick([0, 1, Number.POSITIVE_INFINITY, rng.between(1, 2) * 2 ** rng.integer(-126, 127)]) * rng.pick([-1, 1]);

const orNan: Draw = (rng) => (rng.chance(0.5) ? Number.NaN : anyFloat(rng));

/** Sizes on both sides of the register tile and of the vector loads, and every kind of thin matrix. */
const matrixSizes = [1, 1, 2, 3, 4, 5, 7, 8, 8, 9, 12, 16, 17, 24, 33];

function matmulCase(rng: Rng): Case {
  const [m, n, k] = [rng.pick(matrixSizes), rng.pick(matrixSizes), rng.pick(matrixSizes)];
  const [transposeA, transposeB] = [rng.chance(0.5), rng.chance(0.5)];
  const batch = rng.chance(0.5) ? [] : Array.from({ length: rng.integer(1, 2) }, () => rng.integer(1, 4));
  const partOfBatch = () =>
    batch.map((size) => (rng.chance(0.3) ? 1 : size)).slice(rng.chance(0.3) ? rng.integer(0, batch.length) : 0);
  return {
    inputs: [
      operand(rng, [...batch, ...(transposeA ? [k, m] : [m, k])], anywhere),
      operand(rng, [...partOfBatch(), ...(transposeB ? [n, k] : [k, n])], anywhere),
    ],
    differentiable: [0, 1],
    build: ([a, b]) => matmul(a!, b!, transposeA, transposeB),
  };
}

/** A filter gradient over enough pixels to be summed in splits, which the other two have as a derivative. */
export function manyPixelsCase(rng: Rng): Case {
  const [input, channels] = [[rng.integer(17, 20), rng.integer(17, 20)] as const, rng.integer(1, 4)];
  const kernel = [rng.integer(1, 3), rng.integer(1, 3)] as const;
  const geometry = { stride: [1, 1], padding: [1, 0, 1, 1], dilation: [1, 1], groups: 1 } as const;
  const output = conv2dOutputSize(input, kernel, geometry);
  return {
    inputs: [
      operand(rng, [2, ...input, channels], anywhere),
      operand(rng, [2, ...output, rng.integer(1, 4)], anywhere),
    ],
    differentiable: [0, 1],
    build: ([image, gradient]) => conv2dFilterGrad(image!, gradient!, kernel, geometry),
  };
}

/** A convolution that has an output: strides 1 to 3, kernels 1 to 5, dilation, groups, uneven padding, odd sizes. */
function geometryOf(rng: Rng) {
  for (;;) {
    const pair = (low: number, high: number): [number, number] => [rng.integer(low, high), rng.integer(low, high)];
    const geometry = {
      stride: pair(1, 3),
      padding: [rng.integer(0, 3), rng.integer(0, 3), rng.integer(0, 3), rng.integer(0, 3)] as const,
      dilation: rng.chance(0.3) ? pair(1, 3) : ([1, 1] as [number, number]),
      groups: rng.pick([1, 1, 1, 2, 3]),
    };
    const [input, kernel] = [pair(1, 11), pair(1, 5)];
    const output = conv2dOutputSize(input, kernel, geometry);
    if (output[0] < 1 || output[1] < 1) continue;
    const isDepthwise = rng.chance(0.15);
    const groupChannels = isDepthwise ? 1 : rng.pick([1, 2, 3, 4, 5, 8]);
    const groupFilters = isDepthwise ? 1 : rng.pick([1, 3, 4, 8, 12]);
    return {
      geometry,
      input,
      kernel,
      x: [rng.integer(1, 3), ...input, groupChannels * geometry.groups],
      w: [groupFilters * geometry.groups, ...kernel, groupChannels],
      y: (n: number) => [n, ...output, groupFilters * geometry.groups],
    };
  }
}

function conv2dCase(rng: Rng): Case {
  const { geometry, x, w } = geometryOf(rng);
  return {
    inputs: [operand(rng, x, anywhere), operand(rng, w, anywhere)],
    differentiable: [0, 1],
    build: ([image, filter]) => conv2d(image!, filter!, geometry),
  };
}

function conv2dInputGradCase(rng: Rng): Case {
  const { geometry, input, x, w, y } = geometryOf(rng);
  return {
    inputs: [operand(rng, y(x[0] as number), anywhere), operand(rng, w, anywhere)],
    differentiable: [0, 1],
    build: ([gradient, filter]) => conv2dInputGrad(gradient!, filter!, input, geometry),
  };
}

function conv2dFilterGradCase(rng: Rng): Case {
  const { geometry, kernel, x, y } = geometryOf(rng);
  return {
    inputs: [operand(rng, x, anywhere), operand(rng, y(x[0] as number), anywhere)],
    differentiable: [0, 1],
    build: ([image, gradient]) => conv2dFilterGrad(image!, gradient!, kernel, geometry),
  };
}

/** Any rates and taps, phases without a tap, results beyond the ends and ends without a result. */
function firCase(rng: Rng): Case {
  const shape = Array.from({ length: rng.integer(1, 4) }, () => rng.integer(1, 7));
  const axis = rng.integer(0, shape.length - 1);
  const taps = Array.from({ length: rng.integer(1, 6) }, () => Math.fround(rng.between(-1, 1)));
  const [up, down] = rng.pick([
    [1, 1],
    [1, 2],
    [2, 1],
    [1, 3],
    [3, 1],
    [2, 3],
    [3, 2],
    [2, 4],
  ] as const);
  const [before, size] = [rng.integer(-2, 6), rng.integer(1, 12)];
  return {
    inputs: [operand(rng, shape, anywhere)],
    differentiable: [0],
    build: ([x]) => fir(x!, { axis, taps, up, down, before, size }),
  };
}

function concatCase(rng: Rng): Case {
  const shape = randomShape(rng, 1);
  const axis = rng.integer(0, shape.length - 1);
  const dtype = randomType(rng, ["i32", "u32", "bool"]);
  const parts = Array.from({ length: rng.integer(2, 6) }, () =>
    operand(rng, shape.with(axis, rng.integer(1, 5)), typical[dtype], dtype),
  );
  const repeatsFirst = rng.chance(0.2);
  return {
    inputs: parts,
    differentiable: dtype === "f32" ? parts.map((_, i) => i) : [],
    build: (inputs) => concat(repeatsFirst ? [...inputs, inputs[0]!] : inputs, axis),
  };
}

function selectCase(rng: Rng): Case {
  const [mask, a, b] = broadcastingShapes(rng, 3) as [Shape, Shape, Shape];
  const dtype = randomType(rng, ["i32", "u32", "bool"]);
  return {
    inputs: [operand(rng, mask, bit, "bool"), ...[a, b].map((shape) => operand(rng, shape, typical[dtype], dtype))],
    differentiable: dtype === "f32" ? [1, 2] : [],
    build: ([chosen, yes, no]) => ops.select(chosen!, yes!, no!),
  };
}

function siteCase(rng: Rng): Case {
  const shape = randomShape(rng);
  const inputs = [operand(rng, shape, anywhere), operand(rng, shape, anywhere)];
  return {
    inputs: rng.chance(0.5) ? inputs : inputs.slice(1),
    differentiable: [0],
    build: ([x, slope]) => site(x!, "a site", slope),
  };
}

/** A value beside what it waits for. */
function againCase(rng: Rng): Case {
  const inputs = [operand(rng, randomShape(rng), anywhere), operand(rng, randomShape(rng), anywhere)];
  return { inputs, differentiable: [0], build: ([x, other]) => ops.mul(again(x!, [ops.tanh(other!)]), x!) };
}

/** Two results of one segment, which derivatives compute again from what it was given. */
function segmentCase(rng: Rng): Case {
  const shape = randomShape(rng);
  return {
    inputs: [operand(rng, shape, anywhere), operand(rng, shape, anywhere)],
    differentiable: [0, 1],
    build: ([x, y]) => {
      const [product, slope] = segment([ops.mul(x!, y!), ops.tanh(x!)], [x!, y!]);
      return ops.add(product!, ops.mul(slope!, y!));
    },
  };
}

/** Some indices lie beyond the table. */
const indexInto = (rows: number): Draw => {
  return (rng) => (rng.chance(0.15) ? rng.integer(rows, rows + 3) : rng.integer(0, rows - 1));
};

function gatherCase(rng: Rng): Case {
  const shape = randomShape(rng, 1);
  const dtype = rng.chance(0.7) ? "f32" : rng.pick(["i32", "u32", "u8"] as const);
  return {
    inputs: [
      operand(rng, shape, dtype === "u8" ? byte : typical[dtype], dtype),
      operand(rng, [rng.pick([1, 3, 8, 70])], indexInto(shape[0] as number), "u32"),
    ],
    differentiable: dtype === "f32" ? [0] : [],
    build: ([table, indices]) => gather(table!, indices!),
  };
}

/** Segments of many lengths, few of them and many. */
function randomLengths(rng: Rng): readonly number[] {
  return Array.from({ length: rng.pick([1, 2, 5, 19]) }, () => rng.pick([1, 2, 3, 7, 16, 70]));
}

const totalOf = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0);

/** More values than rows, so that indices repeat. */
function scatterAddCase(rng: Rng): Case {
  const shape = randomShape(rng, 1);
  const rows = rng.pick([1, 2, 5, 9]);
  return {
    inputs: [operand(rng, [shape[0] as number], indexInto(rows), "u32"), operand(rng, shape, anywhere)],
    differentiable: [1],
    build: ([indices, values]) => scatterAdd(indices!, values!, rows),
  };
}

/** Sizes of [outer, length, inner], and of indices into them: one for each element, or one for all of the last axis. */
function linesAndIndices(rng: Rng) {
  const [outer, length, inner] = [rng.integer(1, 4), rng.integer(2, 9), rng.pick([1, 2, 3, 4, 8])];
  const count = rng.pick([1, 2, 5, 9]);
  return { outer, length, inner, count, indexShape: [outer, count, rng.chance(0.5) ? inner : 1] };
}

function takeAlongCase(rng: Rng): Case {
  const { outer, length, inner, indexShape } = linesAndIndices(rng);
  const dtype = rng.chance(0.7) ? "f32" : rng.pick(["i32", "u32"] as const);
  return {
    inputs: [
      operand(rng, [outer, length, inner], typical[dtype], dtype),
      operand(rng, indexShape, indexInto(length), "u32"),
    ],
    differentiable: dtype === "f32" ? [0] : [],
    build: ([lines, indices]) => takeLines(lines!, indices!),
  };
}

function scatterAddAlongCase(rng: Rng): Case {
  const { outer, length, inner, count, indexShape } = linesAndIndices(rng);
  return {
    inputs: [operand(rng, indexShape, indexInto(length), "u32"), operand(rng, [outer, count, inner], anywhere)],
    differentiable: [1],
    build: ([indices, values]) => scatterAddLines(indices!, values!, length),
  };
}

function argmaxCase(rng: Rng): Case {
  const shape = randomShape(rng, 1);
  const axis = rng.integer(0, shape.length - 1);
  const dtype = rng.pick(["f32", "i32", "u32"] as const);
  // Whole numbers repeat: the first of the largest counts.
  const values = rng.chance(0.5) ? operand(rng, shape, dtype === "u32" ? count : whole, dtype) : distinct(rng, shape);
  return { inputs: [values], differentiable: [], build: ([x]) => argmax(x!, axis) };
}

// ── The primitives ───────────────────────────────────────────────────────────────────────────────────────────────────

/** One generator for every primitive of the registry: a missing one does not compile. */
const cases: Readonly<Record<PrimitiveName, Generator>> = {
  constant: (rng) => {
    const shape = randomShape(rng);
    const [dtype, values] = rng.pick(constants);
    const value = rng.pick(values);
    return constantCase(() => constant(value, shape, dtype));
  },
  input: leafCase("input"),
  state: leafCase("state"),
  data: (rng) => {
    const dtype = rng.pick(["f32", "f32", "i32", "u32"] as const);
    const leaf = asData(operand(rng, randomShape(rng), typical[dtype], dtype));
    return constantCase(() => leaf);
  },
  iota: (rng) => {
    const length = rng.pick([1, 2, 9, 64, 65, 130, rng.integer(1, 2000)]);
    return constantCase(() => iota(length));
  },
  variable: unary(variable),
  detach: (rng) => ({ ...unary(detach)(rng), differentiable: [] }),
  site: siteCase,
  again: againCase,
  segment: segmentCase,
  segmentResult: segmentCase,

  add: mostly(
    binary(ops.add),
    integer((a, b) => ops.add(a!, b!), 2, ["i32", "u32"]),
  ),
  sub: mostly(
    binary(ops.sub),
    integer((a, b) => ops.sub(a!, b!), 2, ["i32", "u32"]),
  ),
  mul: mostly(
    binary(ops.mul),
    integer((a, b) => ops.mul(a!, b!), 2, ["i32", "u32"]),
  ),
  div: mostly(
    binary(ops.div, anywhere, awayFromZero),
    integer((a, b) => ops.div(a!, b!), 2, ["i32", "u32"], 1),
  ),
  neg: mostly(
    unary(ops.neg),
    integer((x) => ops.neg(x!), 1, ["i32"]),
  ),
  pow: mostly(
    binary(ops.pow, positive, (rng) => rng.between(-2.5, 2.5)),
    (rng) => {
      const exponent = rng.pick([-3, -2, 3, 4, 5]);
      return unary((x) => ops.pow(x, constant(exponent)), awayFromZero)(rng);
    },
  ),
  exp: unary(ops.exp),
  log: unary(ops.log, positive),
  sqrt: unary(ops.sqrt, positive),
  rsqrt: unary(ops.rsqrt, positive),
  tanh: unary(ops.tanh),
  sigmoid: unary(ops.sigmoid, (rng) => rng.between(-6, 6)),
  softplus: unary(ops.softplus, (rng) => rng.between(-6, 6)),
  erf: unary(ops.erf),
  sin: unary(ops.sin, (rng) => rng.between(-10, 10)),
  cos: unary(ops.cos, (rng) => rng.between(-10, 10)),
  abs: mostly(
    unary(ops.abs, awayFromZero),
    integer((x) => ops.abs(x!), 1, ["i32"]),
  ),
  sign: mostly(
    unary(ops.sign, awayFromZero),
    integer((x) => ops.sign(x!), 1, ["i32"]),
  ),
  floor: unary(ops.floor, betweenWholes),
  minimum: extremum(ops.minimum),
  maximum: extremum(ops.maximum),
  less: comparison(ops.less),
  lessEqual: comparison(ops.lessEqual),
  equal: comparison(ops.equal),
  select: selectCase,
  isNan: (rng) => ({ ...unary(ops.isNan, orNan)(rng), differentiable: [] }),
  copy: unary(ops.copy),
  exponentBits: (rng) => ({ ...unary(ops.exponentBits, anyFloat)(rng), differentiable: [] }),
  cast: (rng) => {
    const [from, to, draw] = rng.pick(conversions);
    const inputs = [operand(rng, randomShape(rng), draw, from)];
    return { inputs, differentiable: [], build: ([x]) => cast(x!, to) };
  },

  sum: reduction(sum, (rng, shape) => operand(rng, shape, anywhere)),
  max: reduction(max, distinct),
  min: reduction(min, distinct),
  argmax: argmaxCase,
  broadcast: movement(
    (rng) => randomShape(rng).map((size) => (rng.chance(0.5) ? 1 : size)),
    (rng, shape) => {
      const lead = Array.from({ length: rng.integer(0, 4 - shape.length) }, () => rng.integer(1, 4));
      const target = [...lead, ...shape.map((size) => (size === 1 ? rng.integer(1, 7) : size))];
      return (x) => broadcast(x, target);
    },
  ),

  reshape: movement(randomShape, (rng, shape) => {
    const target = regrouped(rng, shape);
    return (x) => reshape(x, target);
  }),
  permute: movement(
    (rng) => randomShape(rng, 2),
    (rng, shape) => {
      const order = rng.shuffled(axesOf(shape));
      return (x) => permute(x, order);
    },
  ),
  flip: movement(
    (rng) => randomShape(rng, 1),
    (rng, shape) => {
      const axes = someAxes(rng, shape);
      return (x) => flip(x, axes);
    },
  ),
  slice: movement(
    (rng) => randomShape(rng, 1),
    (rng, shape) => {
      const target = shape.map((size) => (rng.chance(0.6) ? rng.integer(1, size) : size));
      const starts = shape.map((size, axis) => rng.integer(0, size - (target[axis] as number)));
      return (x) => slice(x, starts, target);
    },
  ),
  pad: movement(randomShape, (rng, shape) => {
    const counts = () => shape.map(() => (rng.chance(0.5) ? rng.integer(1, 3) : 0));
    const [before, after] = [counts(), counts()];
    return (x) => pad(x, before, after);
  }),
  concat: concatCase,

  matmul: matmulCase,
  conv2d: conv2dCase,
  conv2dInputGrad: conv2dInputGradCase,
  conv2dFilterGrad: conv2dFilterGradCase,
  fir: firCase,
  gather: gatherCase,
  scatterAdd: scatterAddCase,
  takeAlong: takeAlongCase,
  scatterAddAlong: scatterAddAlongCase,
  histogram: (rng) => {
    const bins = rng.pick([1, 2, 9, 32, 64, 130, 1024]);
    const inputs = [operand(rng, randomShape(rng), indexInto(bins), "u32")];
    return { inputs, differentiable: [], build: ([x]) => histogram(x!, bins) };
  },
  segmentSum: (rng) => {
    const lengths = randomLengths(rng);
    return {
      inputs: [operand(rng, [totalOf(lengths)], anywhere)],
      differentiable: [0],
      build: ([x]) => segmentSum(x!, lengths),
    };
  },
  segmentHistogram: (rng) => {
    const lengths = randomLengths(rng);
    const bins = rng.pick([1, 2, 9, 31, 32]);
    const inputs = [operand(rng, [totalOf(lengths)], indexInto(bins + 1), "u32")];
    return { inputs, differentiable: [], build: ([x]) => segmentHistogram(x!, lengths, bins) };
  },

  uniform: random((rng, stream) => {
    const shape = randomShape(rng);
    return (key) => uniform(key, stream, shape);
  }),
  normal: random((rng, stream) => {
    const shape = randomShape(rng);
    return (key) => normal(key, stream, shape);
  }),
  integers: random((rng, stream) => {
    const shape = randomShape(rng);
    const range = rng.pick([1, 2, 10, 1000, 2 ** 20, 2 ** 31]);
    return (key) => integers(key, stream, shape, range);
  }),
  shuffle: random((rng, stream) => {
    const range = rng.pick([1, 2, 3, 5, 16, 17, 100, 1000, 65536, 2 ** 31]);
    const positions = asData(operand(rng, randomShape(rng), () => rng.integer(0, range - 1), "u32"));
    return (key) => shuffle(positions, key, stream, range);
  }),
};

// ── Edges ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** From zero to far beyond where f32 overflows or saturates, with both signs. */
export const everywhere = [0, 1e-30, 1e-6, 0.35, 1, 3, 20, 87, 88, 100, 200, 1e4].flatMap((x) => [x, -x]);
/** WGSL leaves the square root of a negative number undefined, and so do we. */
const notNegative = everywhere.filter((x) => x >= 0 && !Object.is(x, -0));

/** A function of one f32 at values where a formula or a driver breaks down. */
export interface EdgeCase {
  readonly f: (x: Node) => Node;
  readonly values: readonly number[];
  /** An error that is allowed beside the relative one: for functions with zeros at numbers that are no f32. */
  readonly absolute?: number;
}

const turns = [Math.PI / 2, Math.PI, 2 * Math.PI, 100 * Math.PI];

export const edgeCases = {
  exp: { f: ops.exp, values: [...everywhere, 88.7, 88.8, -103, -104] },
  log: { f: ops.log, values: [...everywhere, 1.17549435e-38, 3e38] },
  sqrt: { f: ops.sqrt, values: [...notNegative, 3e38] },
  rsqrt: { f: ops.rsqrt, values: notNegative },
  tanh: { f: ops.tanh, values: [...everywhere, 0.3499, 0.3501, 9, 15, 15.1, 3e38] },
  sigmoid: { f: ops.sigmoid, values: [...everywhere, 3e38, -3e38] },
  softplus: { f: ops.softplus, values: [...everywhere, 3e38, -3e38] },
  erf: { f: ops.erf, values: [...everywhere, 0.9999, 1.0001, -1.0001, 3.9] },
  sin: { f: ops.sin, values: [...everywhere, ...turns], absolute: 5e-7 },
  cos: { f: ops.cos, values: [...everywhere, ...turns], absolute: 5e-7 },
  neg: { f: ops.neg, values: everywhere },
  abs: { f: ops.abs, values: everywhere },
  sign: { f: ops.sign, values: everywhere },
  floor: { f: ops.floor, values: [...everywhere, 0.9999, -0.0001, -0.9999, 8388607.5] },
  copy: { f: ops.copy, values: [...everywhere, 3e38] },
  exponentBits: { f: ops.exponentBits, values: [...everywhere, 3e38, Number.POSITIVE_INFINITY] },
} as const satisfies Partial<Record<PrimitiveName, EdgeCase>>;
