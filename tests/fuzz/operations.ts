import type { DType, Shape } from "../../src/graph/shape.ts";
import type { Rng } from "../reference/rng.ts";
import {
  areApart,
  call,
  drawShape,
  type Entry,
  isFloat,
  isNumber,
  keepsFrom,
  keepsFromWholes,
  type Pool,
  type Proposal,
  pickAny,
  pickEntry,
  pickFloat,
  sizeOf,
  the,
  within,
} from "./pool.ts";
import type { Argument, Step } from "./program.ts";

/** A shape that broadcasts against this one without growing it. */
function partOf(rng: Rng, shape: Shape): Shape {
  const stretched = shape.map((size) => (rng.chance(0.3) ? 1 : size));
  return stretched.slice(rng.chance(0.3) ? rng.integer(0, shape.length) : 0);
}

const broadcasts = (a: Shape, b: Shape): boolean =>
  Array.from({ length: Math.min(a.length, b.length) }, (_, i) => [a.at(-1 - i), b.at(-1 - i)]).every(
    ([x, y]) => x === y || x === 1 || y === 1,
  );

/** A partner of one type for an elementwise operation. */
const partner = (pool: Pool, a: Entry, suits: (b: Entry) => boolean = () => true) =>
  pickEntry(
    pool,
    (b) => b.dtype === a.dtype && (b !== a || pool.rng.chance(0.1)) && broadcasts(a.shape, b.shape) && suits(b),
    () => {
      if (a.dtype === "bool") return undefined;
      const leaf = pool.leaf(partOf(pool.rng, a.shape), a.dtype as "f32");
      return suits(leaf) ? leaf : undefined;
    },
  );

/** Differences of the two, stretched to a common shape, keep clear of zero. */
function differ(a: Entry, b: Entry): boolean {
  if (a.dtype !== "f32") return true;
  const [low, high] = [Math.min(...b.values), Math.max(...b.values)];
  if (Math.min(...a.values) > high + 0.01 || Math.max(...a.values) < low - 0.01) return true;
  return a.values.every((x) => b.values.every((y) => Math.abs(x - y) > 0.01));
}

const scalars = [0.5, -0.5, 2, -1, 0.25, 1.5, 3, 0, 1];

const unary =
  (method: string, suits: (entry: Entry) => boolean = () => true): Proposal =>
  (pool) =>
    call(pickFloat(pool, 0, suits), method);

/** With a tensor of one type, or a number. `suits` is asked of a tensor, with the receiver. */
const binary =
  (method: string, { suits = () => true, onInteger = true, number = true }: BinaryOptions = {}): Proposal =>
  (pool) => {
    const { rng } = pool;
    const a = pickEntry(
      pool,
      (x) => isFloat(x) || (onInteger && isNumber(x)),
      () => pickFloat(pool),
    );
    if (!a) return undefined;
    if (number && rng.chance(0.25)) {
      const value = isFloat(a) ? rng.pick(scalars) : rng.integer(1, 5);
      const values = Float64Array.of(value);
      return suits(a, { ...a, shape: [], values, isExact: true }) ? call(a, method, value) : undefined;
    }
    const b = partner(pool, a, (other) => suits(a, other));
    return b && call(a, method, the(b));
  };

interface BinaryOptions {
  readonly suits?: (a: Entry, b: Entry) => boolean;
  readonly onInteger?: boolean;
  readonly number?: boolean;
}

const someAxes = (rng: Rng, shape: Shape): number[] => {
  const axes = shape.flatMap((_, axis) => (rng.chance(0.5) ? [axis] : []));
  // Negative axes count from the end.
  return axes.map((axis) => (rng.chance(0.3) ? axis - shape.length : axis));
};

const keepDims = (rng: Rng): readonly Argument[] => (rng.chance(0.5) ? [{ keepDims: true }] : []);

const reduction =
  (
    method: string,
    { suits = () => true, onInteger = false }: { suits?: (x: Entry) => boolean; onInteger?: boolean } = {},
  ): Proposal =>
  (pool) => {
    const { rng } = pool;
    const x = pickEntry(
      pool,
      (entry) => (isFloat(entry) || (onInteger && isNumber(entry))) && suits(entry),
      () => pickFloat(pool, 1),
    );
    if (!x || !suits(x)) return undefined;
    if (rng.chance(0.25)) return call(x, method);
    const axes = someAxes(rng, x.shape);
    if (axes.length === 0) return undefined;
    return call(x, method, axes.length === 1 && rng.chance(0.5) ? (axes[0] as number) : axes, ...keepDims(rng));
  };

const alongAxis =
  (method: string, suits: (x: Entry) => boolean, options: (rng: Rng) => readonly Argument[] = () => []): Proposal =>
  (pool) => {
    const x = pickFloat(pool, 1, suits);
    if (!x) return undefined;
    const axis = pool.rng.integer(-x.shape.length, x.shape.length - 1);
    return pool.rng.chance(0.3) ? call(x, method) : call(x, method, axis, ...options(pool.rng));
  };

/** Shapes of as many elements. */
function regrouped(rng: Rng, shape: Shape): Shape {
  const result = new Array<number>(rng.integer(1, 4)).fill(1);
  let rest = sizeOf(shape);
  for (let factor = 2; rest > 1; ) {
    if (rest % factor === 0) {
      result[rng.integer(0, result.length - 1)]! *= factor;
      rest /= factor;
    } else factor++;
  }
  return result;
}

const concat: Proposal = (pool) => {
  const { rng } = pool;
  const first = pickAny(pool, 1);
  if (!first) return undefined;
  const axis = rng.integer(0, first.shape.length - 1);
  const fits = ({ shape, dtype }: Entry) =>
    dtype === first.dtype &&
    shape.length === first.shape.length &&
    shape.every((size, i) => i === axis || size === first.shape[i]);
  const parts = Array.from({ length: rng.integer(1, 3) }, () =>
    pickEntry(pool, fits, () =>
      first.dtype === "bool" ? first : pool.leaf(first.shape.with(axis, rng.integer(1, 6)), first.dtype as "f32"),
    ),
  );
  const list = rng.shuffled([first, ...parts].filter((part): part is Entry => part !== undefined));
  return { receiver: "Tensor", method: "concat", args: [list.map(the), ...(axis === 0 ? [] : [axis])] };
};

const stack: Proposal = (pool) => {
  const { rng } = pool;
  const first = pickAny(pool);
  if (!first || first.shape.length > 3) return undefined;
  const same = pool.entries.filter(
    ({ shape, dtype }) => dtype === first.dtype && String(shape) === String(first.shape),
  );
  const list = Array.from({ length: rng.integer(1, 4) }, () => rng.pick([...same, first]));
  return { receiver: "Tensor", method: "stack", args: [list.map(the), rng.integer(0, first.shape.length)] };
};

const where: Proposal = (pool) => {
  const { rng } = pool;
  const mask = pickEntry(pool, ({ dtype }) => dtype === "bool");
  if (!mask) return undefined;
  const a = pickEntry(
    pool,
    (x) => isNumber(x) && broadcasts(x.shape, mask.shape),
    () => pool.leaf(partOf(rng, mask.shape)),
  );
  if (!a) return undefined;
  const b = rng.chance(0.3)
    ? isFloat(a)
      ? rng.pick(scalars)
      : 2
    : partner(pool, a, (x) => broadcasts(x.shape, mask.shape));
  if (b === undefined) return undefined;
  const sides: Argument[] = [the(a), typeof b === "number" ? b : the(b)];
  return { receiver: "Tensor", method: "where", args: [the(mask), ...rng.shuffled(sides)] };
};

const slice: Proposal = (pool) => {
  const { rng } = pool;
  const x = pickAny(pool, 1);
  if (!x) return undefined;
  const shape = x.shape.map((size) => (rng.chance(0.5) ? rng.integer(1, size) : size));
  return call(
    x,
    "slice",
    shape.map((size, axis) => rng.integer(0, (x.shape[axis] as number) - size)),
    shape,
  );
};

const pad: Proposal = (pool) => {
  const { rng } = pool;
  const x = pickAny(pool, 1);
  const mode = rng.pick(["zeros", "zeros", "reflect", "edge"] as const);
  const most = (size: number) => (mode === "reflect" ? Math.min(3, size - 1) : 3);
  const counts = () => x!.shape.map((size) => (rng.chance(0.4) ? rng.integer(Math.min(1, most(size)), most(size)) : 0));
  return x && call(x, "pad", counts(), counts(), ...(mode === "zeros" ? [] : [mode]));
};

/** Every so many elements. */
const stridedSlice: Proposal = (pool) => {
  const { rng } = pool;
  const x = pickAny(pool, 1);
  if (!x) return undefined;
  const starts = x.shape.map((size) => rng.integer(0, size - 1));
  const steps = x.shape.map(() => rng.integer(1, 3));
  const most = x.shape.map((size, axis) => Math.floor((size - 1 - starts[axis]!) / steps[axis]!) + 1);
  return call(
    x,
    "slice",
    starts,
    most.map((taken) => rng.integer(1, taken)),
    steps,
  );
};

/** Indices for each line, or shared by some of them. */
const takeAlong: Proposal = (pool) => {
  const { rng } = pool;
  const x = pickAny(pool, 1);
  if (!x || x.dtype === "bool") return undefined;
  const axis = rng.integer(0, x.shape.length - 1);
  const length = x.shape[axis] as number;
  const shape = x.shape.map((size, i) => (i === axis ? rng.integer(1, 5) : rng.chance(0.5) ? size : 1));
  const at = pool.leaf(shape, "u32", () => rng.integer(0, rng.chance(0.1) ? length + 1 : length - 1));
  return call(x, "takeAlong", the(at), axis);
};

const broadcastTo: Proposal = (pool) => {
  const { rng } = pool;
  const x = pickAny(pool);
  if (!x) return undefined;
  const lead = Array.from({ length: rng.integer(0, Math.max(0, 4 - x.shape.length)) }, () => rng.integer(1, 4));
  return call(x, "broadcastTo", [...lead, ...x.shape.map((size) => (size === 1 ? rng.integer(1, 6) : size))]);
};

const matmul: Proposal = (pool) => {
  const { rng } = pool;
  const a = pickFloat(pool, 2);
  if (!a) return undefined;
  const [transposeA, transposeB] = [rng.chance(0.3), rng.chance(0.3)];
  const inner = a.shape.at(transposeA ? -2 : -1) as number;
  const batch = a.shape.slice(0, -2);
  const fits = ({ shape }: Entry) =>
    shape.length >= 2 && shape.at(transposeB ? -1 : -2) === inner && broadcasts(shape.slice(0, -2), batch);
  const b = pickEntry(
    pool,
    (x) => isFloat(x) && fits(x),
    () => {
      const n = rng.pick([1, 2, 3, 4, 5, 8, 12, 17]);
      return pool.leaf([...(rng.chance(0.5) ? [] : partOf(rng, batch)), ...(transposeB ? [n, inner] : [inner, n])]);
    },
  );
  const options = { ...(transposeA ? { transposeA } : {}), ...(transposeB ? { transposeB } : {}) };
  return b && call(a, "matmul", the(b), ...(transposeA || transposeB ? [options] : []));
};

const indices = (pool: Pool, length: number, rows: number) =>
  pickEntry(
    pool,
    ({ dtype, shape }) => dtype === "u32" && shape.length === 1 && shape[0] === length,
    () => pool.leaf([length], "u32", () => pool.rng.integer(0, pool.rng.chance(0.1) ? rows + 2 : rows - 1)),
  );

const gather: Proposal = (pool) => {
  const x = pickEntry(
    pool,
    ({ shape, dtype }) => shape.length >= 1 && dtype !== "bool",
    () => pickFloat(pool, 1),
  );
  const at = x && indices(pool, pool.rng.pick([1, 2, 3, 4, 5, 8]), x.shape[0] as number);
  return at && call(x, "gather", the(at));
};

const scatterAdd: Proposal = (pool) => {
  const x = pickFloat(pool, 1);
  const rows = pool.rng.pick([1, 2, 3, 4, 6, 8]);
  const at = x && indices(pool, x.shape[0] as number, rows);
  return at && call(x, "scatterAdd", the(at), rows);
};

const casts: Readonly<Record<DType, readonly DType[]>> = {
  f32: ["i32", "u32", "bool"],
  i32: ["f32", "u32", "bool"],
  u32: ["f32", "i32", "bool"],
  bool: ["f32", "i32", "u32"],
  u8: [],
};

const cast: Proposal = (pool) => {
  const x = pickAny(pool);
  if (!x) return undefined;
  const to = pool.rng.pick(casts[x.dtype]);
  if (x.dtype === "f32" && !keepsFromWholes(x)) return undefined;
  if (to === "f32" && !within(x, -(2 ** 24), 2 ** 24)) return undefined;
  return call(x, "cast", to);
};

const random: Proposal = ({ rng, mostElements }) => {
  const shape = drawShape(rng, mostElements);
  const receiver = { stream: rng.integer(0, 1000) };
  const step = (method: string, ...args: readonly Argument[]): Step => ({ receiver, method, args });
  return rng.pick([
    step("uniform", shape),
    step("normal", shape),
    step("integers", shape, rng.pick([1, 2, 10, 1000])),
    step("permutation", rng.pick([1, 4, 5, 9, 16])),
  ]);
};

const constants: Proposal = ({ rng, mostElements }) => {
  const make = (method: string, ...args: readonly Argument[]): Step => ({ receiver: "Tensor", method, args });
  return rng.pick([
    make("arange", rng.integer(1, 20)),
    make("full", drawShape(rng, mostElements), rng.pick(scalars)),
    make("scalar", rng.pick(scalars)),
    make("full", drawShape(rng, mostElements), rng.integer(1, 4), rng.pick(["i32", "u32"])),
  ]);
};

const positive = (x: Entry) => within(x, 0.05);
const nonZero = (x: Entry) => within({ ...x, values: x.values.map(Math.abs) }, 0.1);
const comparison = (method: string) => binary(method, { suits: differ });

const clamp: Proposal = (pool) => {
  const [low, high] = pool.rng.pick([
    [-1, 1],
    [0, 1],
    [-0.5, 0.25],
  ] as const);
  return call(
    pickFloat(pool, 0, (x) => keepsFrom(x, [low, high])),
    "clamp",
    low,
    high,
  );
};

const pow: Proposal = (pool) => {
  const { rng } = pool;
  if (rng.chance(0.5)) {
    return call(pickFloat(pool, 0, nonZero), "pow", rng.pick([2, 3, 1, 0, -1, -2, 4]));
  }
  const base = pickFloat(pool, 0, (x) => within(x, 0.1, 8));
  if (!base) return undefined;
  if (rng.chance(0.4)) return call(base, "pow", rng.pick([0.5, 1.5, -0.5, 2.5]));
  const exponent = partner(pool, base, (x) => within(x, -2.5, 2.5));
  return exponent && call(base, "pow", the(exponent));
};

/** How to draw a call of each method, by its name. The more often a name is drawn, the more weight it has. */
export const proposals: Readonly<Record<string, readonly [weight: number, Proposal]>> = {
  random: [1, random],
  constants: [1, constants],
  add: [3, binary("add")],
  sub: [3, binary("sub")],
  mul: [4, binary("mul")],
  div: [2, binary("div", { suits: (_, b) => nonZero(b) })],
  pow: [1, pow],
  minimum: [1, binary("minimum", { suits: differ })],
  maximum: [1, binary("maximum", { suits: differ })],
  less: [0.5, comparison("less")],
  lessEqual: [0.5, comparison("lessEqual")],
  greater: [0.5, comparison("greater")],
  greaterEqual: [0.5, comparison("greaterEqual")],
  equal: [0.5, comparison("equal")],
  where: [2, where],
  neg: [1, unary("neg")],
  exp: [1, unary("exp", (x) => within(x, -20, 4))],
  log: [1, unary("log", positive)],
  sqrt: [1, unary("sqrt", positive)],
  rsqrt: [1, unary("rsqrt", positive)],
  ...Object.fromEntries(
    ["tanh", "sigmoid", "softplus", "logSigmoid", "erf", "sin", "cos", "square", "gelu", "silu", "isNonFinite"].map(
      (method) => [method, [0.7, unary(method)] as const],
    ),
  ),
  ...Object.fromEntries(
    ["abs", "sign", "relu", "leakyRelu", "elu", "selu"].map((method) => [
      method,
      [0.7, unary(method, (x) => keepsFrom(x, [0]))] as const,
    ]),
  ),
  floor: [0.5, unary("floor", keepsFromWholes)],
  exponentBits: [0.3, unary("exponentBits", ({ isExact }) => isExact)],
  clamp: [0.7, clamp],
  sigmoidCrossEntropy: [0.7, binary("sigmoidCrossEntropy", { onInteger: false, suits: (_, b) => within(b, 0, 1) })],

  sum: [2, reduction("sum", { onInteger: true })],
  mean: [2, reduction("mean")],
  max: [1, reduction("max", { suits: areApart, onInteger: true })],
  min: [1, reduction("min", { suits: areApart, onInteger: true })],
  variance: [1.5, reduction("variance")],
  norm: [1, reduction("norm", { suits: nonZero })],
  logSumExp: [1, reduction("logSumExp", { suits: areApart })],
  argmax: [0.5, alongAxis("argmax", areApart, keepDims)],
  softmax: [1, alongAxis("softmax", areApart)],
  logSoftmax: [1, alongAxis("logSoftmax", areApart)],

  reshape: [2, (pool) => ((x) => x && call(x, "reshape", regrouped(pool.rng, x.shape)))(pickAny(pool))],
  flatten: [1, (pool) => call(pickAny(pool), "flatten")],
  permute: [
    2,
    (pool) => ((x) => x && call(x, "permute", pool.rng.shuffled(x.shape.map((_, axis) => axis))))(pickAny(pool, 2)),
  ],
  transpose: [1, (pool) => call(pickAny(pool, 2), "transpose")],
  flip: [1, (pool) => ((x) => x && call(x, "flip", someAxes(pool.rng, x.shape)))(pickAny(pool, 1))],
  broadcastTo: [1, broadcastTo],
  slice: [3, slice],
  pad: [1.5, pad],
  stridedSlice: [1, stridedSlice],
  takeAlong: [1, takeAlong],
  cumsum: [0.7, alongAxis("cumsum", () => true)],
  concat: [4, concat],
  stack: [1, stack],
  matmul: [5, matmul],
  gather: [1, gather],
  scatterAdd: [1, scatterAdd],
  histogram: [
    0.5,
    (pool) =>
      call(
        pickEntry(pool, ({ dtype }) => dtype === "u32"),
        "histogram",
        pool.rng.pick([1, 4, 9, 40]),
      ),
  ],
  cast: [2, cast],
  copy: [0.7, (pool) => call(pickAny(pool), "copy")],
  detach: [0.3, (pool) => call(pickAny(pool), "detach")],
  site: [0.3, (pool) => call(pickFloat(pool), "site", "a site")],
};
