/**
 * What the golden files show: for each kind of operation the ways in which its kernels are written, with shapes as small as
 * they can be. A record of all kinds, so that a new one without a file does not compile.
 */
import "../../../src/extras/images.ts";
import "../../../src/public/extras/mixed.ts";
import { allForms } from "../../../src/compile/cost_model.ts";
import { type GemmForm, gemmForms } from "../../../src/compile/gemm/gemm_forms.ts";
import type { CompileOptions } from "../../../src/compile/plan/compile_graph.ts";
import type { Sink } from "../../../src/compile/sinks.ts";
import type { LoweringKind } from "../../../src/graph/kinds.ts";
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from "../../../src/graph/primitives/conv2d.ts";
import { segmentHistogram, segmentSum } from "../../../src/graph/primitives/segments.ts";
import { Random, Tensor } from "../../../src/index.ts";
import { fakeState, leaf, output, update } from "./graphs.ts";

export interface GoldenCase {
  readonly sinks: () => readonly Sink[];
  readonly options: Partial<CompileOptions>;
}

type Cases = Readonly<Record<string, GoldenCase>>;

const of = (build: () => Tensor | readonly Tensor[], options: Partial<CompileOptions> = {}): GoldenCase => ({
  sinks: () => [build()].flat().map(output),
  options,
});
const into = (sinks: () => readonly Sink[]): GoldenCase => ({ sinks, options: {} });

const software = { target: { hasSubgroups: true, isSoftware: true, maxWorkgroupMemory: 16384 } };
const whole = (name: string, shape: readonly number[]) => leaf(name, shape).cast("i32");
const random = () => new Random(fakeState("seed", [], "u32").value, fakeState("count", [], "u32").value);

/** Every unary function that has a formula of its own, of one value. */
const functions = (x: Tensor): Tensor =>
  [x.exp(), x.log(), x.sqrt(), x.rsqrt(), x.tanh(), x.sigmoid(), x.softplus(), x.erf(), x.sin(), x.cos()]
    .concat([x.abs(), x.sign(), x.floor(), x.neg(), x.pow(x), x.div(3)])
    .reduce((a, b) => a.add(b));

const lessMean = (x: Tensor, axis: number): Tensor => x.sub(x.mean(axis, { keepDims: true }));

const lengths = [70, 3, 27];
/** Sums of one pass, and what their kernel does with them. */
const segments = (of: (x: Tensor) => readonly [Tensor, Tensor]): Tensor => {
  const [a, b] = of(leaf("x", [100])).map(({ node }) => new Tensor(segmentSum(node, lengths)));
  return (a as Tensor).add((b as Tensor).sqrt());
};
const binned = (): Tensor => new Tensor(segmentHistogram(leaf("x", [100]).exponentBits().div(8).node, lengths, 32));

const matmul = (m: number, n: number, k: number, form?: GemmForm): GoldenCase =>
  of(() => leaf("a", [m, k]).matmul(leaf("b", [k, n])), form ? { chooseForm: () => form } : {});

/** A product of so many inner elements has tiles, however few its columns are. */
const thinK = 516;

/** Each form of the tiled product that some device has, and the thin ones. */
function forms(): Cases {
  const named = new Map<string, GoldenCase>();
  for (const { sharing, rows, columns } of allForms) {
    const size = `${rows}x${columns}`;
    const name = sharing === "none" ? size : `${sharing} ${size}`;
    named.set(`form_${name.replace(" ", "_")}`, matmul(32, 32, 8, { name, sharing, rows, columns }));
  }
  for (const [m, n] of [
    [2, 32],
    [32, 3],
  ] as const) {
    const thin = gemmForms({ batch: 1, m, n, k: thinK }, { ...software.target, hasSubgroups: false });
    const [form] = thin.filter(({ rows, columns }) => rows === m || columns === n);
    if (form) named.set(`form_${form.name}`, matmul(m, n, thinK, form));
  }
  return Object.fromEntries(named);
}

type Geometry = Parameters<typeof conv2d>[2];
const geometry: Geometry = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 };
const [images, filters] = [leaf("x", [2, 6, 6, 8]).node, leaf("w", [8, 3, 3, 8]).node];
const strided: Geometry = { ...geometry, stride: [2, 2] };

export const goldenCases: Readonly<Record<LoweringKind, Cases>> = {
  leaf: {
    copied_to_the_host: of(() => fakeState("theta", [6]).value),
    bytes: of(() => fakeState("pixels", [2, 6], "u8").value.cast("f32").div(255)),
    constant: of(() => Tensor.full([3], 2)),
  },
  elementwise: {
    one_by_one: of(() => leaf("x", [6]).mul(2).add(1)),
    by_fours: of(() =>
      leaf("x", [8])
        .mul(leaf("y", [8]))
        .add(1)
        .relu(),
    ),
    by_fours_but_for_a_function: of(() =>
      leaf("x", [8])
        .tanh()
        .add(leaf("y", [8])),
    ),
    of_many_elements: of(() => leaf("x", [16385]).neg()),
    functions: of(() => functions(leaf("x", [6]))),
    comparisons: of(() => {
      const [x, y] = [leaf("x", [6]), leaf("y", [6])];
      return [x.less(y), x.lessEqual(y), x.equal(y), x.minimum(y), x.maximum(y), Tensor.where(x.greater(y), x, 0)];
    }),
    whole_numbers: of(() => {
      const [x, y] = [whole("x", [6]), whole("y", [6])];
      return x.add(y).mul(x).sub(y.div(3)).maximum(y);
    }),
    casts: of(() => {
      const x = leaf("x", [6]);
      return [x.cast("u32"), x.cast("i32").cast("f32"), x.greater(0).cast("f32"), x.exponentBits(), x.isNonFinite()];
    }),
    several_results: of(() => {
      const y = leaf("x", [8]).mul(2);
      return [y, y.exp()];
    }),
    update_in_place: into(() => {
      const { state, value } = fakeState("theta", [8]);
      return [update(state, value.sub(leaf("gradient", [8]).mul(0.1)))];
    }),
    updates_that_swap: into(() => {
      const [a, b] = [fakeState("a", [4]), fakeState("b", [4])];
      return [update(a.state, b.value), update(b.state, a.value.add(b.value))];
    }),
    record: into(() => {
      const [table, row] = [fakeState("table", [16, 4]), fakeState("row", [], "u32")];
      const node = leaf("x", [6]).sum().node;
      return [{ kind: "record", node, table: table.state, row: row.state, column: 2 }];
    }),
    halves: of(
      () =>
        leaf("x", [32, 64])
          .mul(2)
          .matmul(leaf("w", [64, 4])),
      { halfPrecision: { except: [] } },
    ),
  },
  indexed: {
    arange: of(() => Tensor.arange(6)),
    uniform: of(() => random().uniform([6])),
    normal: of(() => random().normal([6])),
    integers: of(() => random().integers([6], 10)),
    permutation: of(() => random().permutation(6)),
  },
  view: {
    transpose: of(() => leaf("x", [3, 5]).transpose().add(1)),
    permute: of(() => leaf("x", [2, 3, 5]).permute([2, 0, 1]).add(1)),
    flip: of(() => leaf("x", [3, 5]).flip(1).add(1)),
    broadcast: of(() => leaf("x", [3, 1]).add(leaf("y", [5]))),
    broadcast_by_fours: of(() => leaf("x", [3, 1]).mul(leaf("y", [3, 8]))),
    slice: of(() => leaf("x", [5, 5]).slice([1, 2], [3, 2]).add(1)),
    slice_that_is_bound: of(() => leaf("x", [128]).slice([64], [8]).add(1)),
    reshape_between: of(() => leaf("x", [4, 6]).transpose().reshape([8, 3]).transpose().add(1)),
  },
  pad: {
    both_axes: of(() => leaf("x", [3, 5]).add(1).pad([1, 0], [0, 2])),
    by_fours: of(() => leaf("x", [3, 4]).pad([1, 4], [0, 0]).add(1)),
  },
  concat: {
    inside_of_a_kernel: of(() =>
      Tensor.concat([leaf("a", [3, 2]).exp(), leaf("b", [3, 1]), leaf("c", [3, 4])], 1).mul(2),
    ),
    assembled_of_parts: of(() => Tensor.concat([leaf("a", [3, 4]).exp(), leaf("b", [2, 4]).sum(0).reshape([1, 4])])),
  },
  gather: {
    rows: of(() => leaf("table", [10, 3]).gather(leaf("i", [4]).cast("u32"))),
    rows_of_bytes: of(() =>
      fakeState("pixels", [10, 6], "u8")
        .value.gather(random().integers([4], 10))
        .cast("f32"),
    ),
  },
  reduce: {
    sum_of_few: of(() => leaf("x", [6, 3]).sum(1)),
    sum_one_by_one: of(() => leaf("x", [6, 7]).sum(1)),
    sum_by_fours: of(() => leaf("x", [6, 8]).sum(1)),
    sum_beside_fours: of(() => leaf("x", [5, 8]).sum(0)),
    sum_shared: of(() => leaf("x", [3, 1023]).sum(1)),
    sum_shared_by_fours: of(() => leaf("x", [3, 1024]).sum(1)),
    sum_of_many_on_a_cpu: of(() => leaf("x", [3, 1024]).sum(1), software),
    softmax_along_lines: of(() => leaf("x", [64, 16]).softmax(), software),
    less_the_mean_of_odd_lines: of(() => lessMean(leaf("x", [64, 7]), 1), software),
    less_the_mean_of_long_lines: of(() => lessMean(leaf("x", [32, 512]), 1), software),
    less_the_mean_of_columns: of(() => lessMean(leaf("x", [48, 32]), 0).mul(leaf("scale", [32])), software),
    sum_in_two_passes: of(() => leaf("x", [2 ** 16]).sum()),
    maximum: of(() => leaf("x", [6, 7]).max(1)),
    minimum_of_whole_numbers: of(() => whole("x", [6, 7]).min(1)),
    with_what_comes_before_and_after: of(() =>
      leaf("x", [6, 8])
        .sub(leaf("y", [8]))
        .square()
        .mean(1)
        .sqrt(),
    ),
    several_at_once: of(() => {
      const x = leaf("x", [6, 8]);
      return [x.sum(1), x.square().sum(1), x.max(1)];
    }),
  },
  matmul: {
    ...forms(),
    of_columns: of(() => leaf("a", [8, 12]).matmul(leaf("b", [8, 16]), { transposeA: true })),
    of_rows: of(() => leaf("a", [12, 8]).matmul(leaf("b", [16, 8]), { transposeB: true })),
    not_in_fours: matmul(7, 5, 9),
    short: matmul(8, 12, 2),
    batched: of(() => leaf("a", [3, 4, 8]).matmul(leaf("b", [3, 8, 4]))),
    with_what_comes_after: of(() =>
      leaf("a", [8, 8])
        .matmul(leaf("b", [8, 12]))
        .add(leaf("c", [12]))
        .relu(),
    ),
    beside_others: of(() => [
      leaf("a", [8, 8]).matmul(leaf("b", [8, 8])),
      leaf("c", [6, 7]).sum(1),
      leaf("d", [5]).exp(),
    ]),
    row: matmul(1, 6, 5),
    column: matmul(6, 1, 5),
  },
  convolution: {
    forward: of(() => new Tensor(conv2d(images, filters, geometry))),
    forward_strided: of(() => new Tensor(conv2d(images, filters, strided))),
    forward_of_three_channels: of(
      () => new Tensor(conv2d(leaf("x", [2, 6, 6, 3]).node, leaf("w", [8, 3, 3, 3]).node, geometry)),
    ),
    forward_in_groups: of(() => new Tensor(conv2d(images, leaf("w", [8, 3, 3, 4]).node, { ...geometry, groups: 2 }))),
    forward_dilated: of(
      () => new Tensor(conv2d(images, filters, { ...geometry, dilation: [2, 2], padding: [2, 2, 2, 2] })),
    ),
    input_gradient: of(() => new Tensor(conv2dInputGrad(images, filters, [6, 6], geometry))),
    input_gradient_strided: of(
      () => new Tensor(conv2dInputGrad(leaf("dy", [2, 3, 3, 8]).node, filters, [6, 6], strided)),
    ),
    filter_gradient: of(() => new Tensor(conv2dFilterGrad(images, leaf("dy", [2, 6, 6, 8]).node, [3, 3], geometry))),
    filter_gradient_in_splits: of(
      () =>
        new Tensor(conv2dFilterGrad(leaf("x", [8, 16, 16, 8]).node, leaf("dy", [8, 16, 16, 8]).node, [3, 3], geometry)),
    ),
    to_one_channel: of(() => new Tensor(conv2d(images, leaf("w", [1, 3, 3, 8]).node, geometry))),
    of_one_pixel: of(
      () => new Tensor(conv2d(images, leaf("w", [8, 1, 1, 8]).node, { ...geometry, padding: [0, 0, 0, 0] })),
    ),
  },
  histogram: { of_bins: of(() => leaf("x", [100]).mul(4).cast("u32").histogram(8)) },
  segmentSum: {
    of_a_workgroup: of(() => segments((x) => [x, x.square()])),
    of_an_invocation: of(() => segments((x) => [x, x.square()]), software),
  },
  segmentHistogram: {
    of_a_workgroup: of(() => binned()),
    of_an_invocation: of(() => binned(), software),
  },
  identity: { vanishes: of(() => leaf("x", [6]).detach().site("here").mul(2)) },
  composite: {
    fir_filter: of(() => leaf("x", [1, 6, 6, 1]).firFilter([1, 2, 1])),
    argmax: of(() => leaf("x", [4, 6]).argmax()),
    scatter_add: of(() => leaf("x", [4, 3]).scatterAdd(leaf("i", [4]).cast("u32"), 5)),
  },
};
