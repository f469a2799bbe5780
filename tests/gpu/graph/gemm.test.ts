/** Every form of tile that a matrix product may take, against the float64 reference: the device at hand would choose one. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChooseForm, GemmForm } from "../../../src/compile/gemm/gemm_forms.ts";
import { compileGraph } from "../../../src/compile/plan/compile_graph.ts";
import { Plan, type PlanContext } from "../../../src/compile/plan/plan.ts";
import { BufferPool } from "../../../src/gpu/buffer_pool.ts";
import { Device } from "../../../src/gpu/device.ts";
import { PipelineCache } from "../../../src/gpu/pipelines.ts";
import { Readback } from "../../../src/gpu/readback.ts";
import { SharedArenas } from "../../../src/gpu/shared_arenas.ts";
import type { Node } from "../../../src/graph/node.ts";
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from "../../../src/graph/primitives/conv2d.ts";
import { matmul } from "../../../src/graph/primitives/matmul.ts";
import type { Shape } from "../../../src/graph/shape.ts";
import { heldValues } from "../../../src/tensor/held_values.ts";
import { someOf } from "../../browser/some_of.ts";
import { asData, operand } from "../../reference/operands.ts";
import { createRng } from "../../reference/rng.ts";
import { wrongElements } from "../../reference/tolerance.ts";

let context: PlanContext;
beforeAll(async () => {
  const device = await Device.acquire({}, { debug: true, onWarning: () => undefined });
  const [pipelines, pool, readback] = [new PipelineCache(device), new BufferPool(device), new Readback(device)];
  context = { device, pipelines, pool, arenas: new SharedArenas(pool), readback };
});
afterAll(() => context.device.destroy());

const rng = createRng("forms of matrix products");
const draw = (shape: Shape): Node => asData(operand(rng, shape, (r) => r.between(-2, 2)));

/** Tiles that are whole and cut off, K that is a multiple of four or not, every layout; batches; strides, odd sizes, groups. */
function products(): Node[] {
  const strided = { stride: [2, 2], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
  const grouped = { stride: [1, 2], padding: [1, 0, 2, 1], dilation: [2, 1], groups: 2 } as const;
  return [
    matmul(draw([2, 37, 29]), draw([2, 29, 45]), false, false),
    matmul(draw([36, 68]), draw([36, 40]), true, false),
    matmul(draw([33, 20]), draw([52, 20]), false, true),
    matmul(draw([21, 34]), draw([19, 21]), true, true),
    conv2d(draw([3, 9, 7, 8]), draw([12, 4, 3, 8]), strided),
    conv2d(draw([2, 8, 9, 6]), draw([4, 3, 2, 3]), grouped),
    conv2dInputGrad(draw([2, 4, 5, 8]), draw([8, 3, 4, 12]), [7, 9], { ...strided, padding: [1, 1, 1, 2] }),
    conv2dInputGrad(draw([2, 6, 5, 6]), draw([6, 3, 2, 3]), [9, 8], grouped),
    conv2dFilterGrad(draw([3, 9, 7, 8]), draw([3, 4, 4, 12]), [4, 3], strided),
    conv2dFilterGrad(draw([3, 8, 9, 6]), draw([3, 5, 6, 4]), [3, 2], grouped),
  ];
}

/** Two or three rows or columns; columns of an inner size above 512 take tiles, and shorter ones are sums. */
const thinProducts = (m: number, n: number, k: number): Node[] => [
  matmul(draw([m, k + 5]), draw([k + 5, n]), false, false),
  matmul(draw([k, m]), draw([n, k]), true, true),
];

const form = (sharing: GemmForm["sharing"], rows: number, columns: number): GemmForm => ({
  name: `${sharing} ${rows}x${columns}`,
  sharing,
  rows,
  columns,
});

const forms: readonly (readonly [GemmForm, readonly Node[]])[] = [
  [form("none", 4, 4), products()],
  [form("none", 8, 4), products()],
  [form("quad", 16, 4), products()],
  [form("quad", 32, 8), products()],
  [form("team", 4, 4), products().slice(0, 7)],
  [form("team", 8, 8), products().slice(0, 4)],
  [form("none", 4, 2), thinProducts(37, 2, 516)],
  [form("none", 3, 8), thinProducts(3, 37, 24)],
  [form("none", 2, 3), thinProducts(2, 3, 516)],
];

/** A plan of its own: an engine would choose the form, and run it once. */
async function valuesOf(roots: readonly Node[], chooseForm?: ChooseForm) {
  const sinks = roots.map((node) => ({ kind: "output", node }) as const);
  const graph = compileGraph(sinks, { maxBindings: 8, ...(chooseForm && { chooseForm }) });
  const plan = await Plan.create("products", graph, context);
  graph.feeds.forEach((feed, i) => {
    plan.feed(i, heldValues(feed)!);
  });
  const [values, again] = [await plan.runAndRead(), await plan.runAndRead()];
  plan.dispose();
  return { values, again, parts: graph.kernels.flatMap(({ parts }) => parts) };
}

test.each(someOf(forms.map(([tile, roots]) => [tile.name, tile, roots] as const)))("%s", async (_, tile, roots) => {
  if (tile.sharing === "quad" && !context.device.gpu.features.has("subgroups")) return;
  const { values, again, parts } = await valuesOf(roots, () => tile);
  expect(parts.map(({ form }) => form)).toContain(tile.name);
  expect(wrongElements(roots, values)).toEqual([]);
  expect(again).toEqual(values);
});

test("few columns take no tiles: they are sums", async () => {
  const roots = [...thinProducts(37, 2, 24), ...thinProducts(2, 3, 507)];
  const { values, again, parts } = await valuesOf(roots);
  expect(parts.every(({ multiplyAdds }) => multiplyAdds === 0)).toBe(true);
  expect(wrongElements(roots, values)).toEqual([]);
  expect(again).toEqual(values);
});

test("a short inner size takes no tiles, in every layout", async () => {
  const roots = [2, 3].flatMap((k) => [
    matmul(draw([9, k]), draw([k, 12]), false, false),
    matmul(draw([k, 8]), draw([k, 7]), true, false),
    matmul(draw([5, k]), draw([16, k]), false, true),
    matmul(draw([3, k, 6]), draw([3, 4, k]), true, true),
    matmul(draw([2, 1, 4, k]), draw([3, k, 5]), false, false),
  ]);
  const { values, again, parts } = await valuesOf(roots);
  expect(parts.every(({ multiplyAdds }) => multiplyAdds === 0)).toBe(true);
  expect(wrongElements(roots, values)).toEqual([]);
  expect(again).toEqual(values);
});

/** Convolutions that other operations compute: no part of the kernels multiplies a zero between strides, or a padded tile. */
describe("convolutions by other operations", () => {
  const plain = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
  const [images, one, few] = [draw([2, 7, 6, 12]), draw([2, 6, 7, 1]), draw([2, 3, 3, 8])];
  const cases: Readonly<Record<string, readonly Node[]>> = {
    "of the whole image, or one pixel": [
      conv2d(draw([3, 4, 5, 3]), draw([6, 4, 5, 3]), plain),
      conv2dInputGrad(draw([3, 1, 1, 6]), draw([6, 4, 5, 3]), [4, 5], plain),
      conv2dFilterGrad(draw([3, 4, 5, 3]), draw([3, 1, 1, 6]), [4, 5], plain),
      conv2d(images, draw([5, 1, 1, 12]), plain),
      conv2dInputGrad(images, draw([12, 1, 1, 5]), [7, 6], plain),
      conv2dFilterGrad(images, draw([2, 7, 6, 5]), [1, 1], plain),
    ],
    "with few filters": [
      conv2d(images, draw([3, 3, 2, 12]), { ...plain, padding: [1, 1, 0, 1] }),
      conv2d(images, draw([1, 2, 3, 12]), { ...plain, padding: [0, 1, 2, 1], dilation: [3, 1] }),
      conv2dFilterGrad(images, draw([2, 7, 6, 3]), [3, 2], { ...plain, padding: [1, 1, 0, 1] }),
      conv2dFilterGrad(images, draw([2, 6, 5, 1]), [3, 4], { ...plain, padding: [1, 0, 1, 1] }),
    ],
    "to few channels": [
      conv2dInputGrad(few, draw([8, 4, 4, 1]), [6, 6], { ...plain, stride: [2, 2], padding: [1, 1, 1, 1] }),
      conv2dInputGrad(few, draw([8, 3, 5, 3]), [7, 9], { ...plain, stride: [2, 3], padding: [0, 0, 1, 1] }),
      conv2dInputGrad(draw([2, 6, 7, 8]), draw([8, 3, 3, 3]), [6, 7], { ...plain, padding: [1, 1, 1, 1] }),
      conv2dInputGrad(few, draw([8, 1, 2, 2]), [9, 10], { ...plain, stride: [3, 3] }),
    ],
    "from one channel": [
      conv2d(one, draw([8, 4, 4, 1]), { ...plain, stride: [2, 2], padding: [1, 1, 1, 1] }),
      conv2dFilterGrad(one, draw([2, 3, 3, 8]), [4, 4], { ...plain, stride: [2, 2], padding: [1, 1, 1, 1] }),
    ],
  };

  test.each(someOf(Object.entries(cases)))("%s", async (_, roots) => {
    const { values } = await valuesOf(roots);
    expect(wrongElements(roots, values)).toEqual([]);
  });
});
