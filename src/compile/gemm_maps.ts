import { type Node, nodeSize } from "../graph/node.ts";
import type { FilterGradAttributes } from "../graph/primitives/conv2d.ts";
import type { MatmulAttributes } from "../graph/primitives/matmul.ts";
import type { HookName } from "../kernels/manifest.ts";
import type { Inclusion } from "../kernels/specialise.ts";
import type { GemmShape } from "./gemm_forms.ts";

/** The hooks of gemm.wgsl that say where elements lie: all but what tiles look like, and what becomes of an element. */
type MapHooks = Omit<Readonly<Record<HookName<"gemm">, string>>, "run" | "store" | "store_whole">;

/** How an operation becomes the tiled product of gemm.wgsl. */
export interface GemmMap extends GemmShape {
  /** Steps of four k in all batches together: those of a stride's phases differ. */
  readonly steps: number;
  /** How far neighbours of a row of C lie apart. */
  readonly cStep: number;
  /** Products that the operation itself has, without those by padding of tiles. */
  readonly multiplyAdds: number;
  readonly hooks: MapHooks;
  readonly include: Inclusion<"matmul"> | Inclusion<"conv2d">;
}

/** The functions that load an operand: one element, and four neighbours. */
export interface OperandLoads {
  scalar(name: string): string;
  vector(name: string): string;
}

/** Gives the loads of an operand. `inFours` says whether the index map asks for neighbours from multiples of four. */
export type LoadOperand = (node: Node, inFours: boolean) => OperandLoads;

const isInFours = (count: number): boolean => count % 4 === 0;

/** The sizes of a node's product, whatever form its tiles take. */
export function gemmShape(root: Node): GemmShape {
  const { lowering } = root.op;
  return lowering.kind === "convolution" ? convolutionSizes(root, lowering.map) : matmulSizes(root);
}

function matmulSizes(root: Node): GemmShape {
  const { transposeA } = root.attributes as MatmulAttributes;
  const [m, n] = root.shape.slice(-2) as [number, number];
  const k = (root.inputs[0] as Node).shape[root.shape.length - (transposeA ? 2 : 1)] as number;
  return { batch: nodeSize(root) / (m * n), m, n, k };
}

export function matmulMap(root: Node, load: LoadOperand): GemmMap {
  const sizes = matmulSizes(root);
  const { batch, m, n, k } = sizes;
  const { transposeA, transposeB } = root.attributes as MatmulAttributes;
  const [a, b] = root.inputs as [Node, Node];
  const left = matmulSide("a", transposeA, m, k);
  const right = matmulSide("b", !transposeB, n, k);
  const [loadA, loadB] = [load(a, left.inFours), load(b, right.inFours)];
  return {
    ...sizes,
    steps: batch * Math.ceil(k / 4),
    cStep: 1,
    multiplyAdds: batch * m * n * k,
    hooks: {
      ...walkHooks("Walk", "Walk(k)", "Walk(walk.k + 4u)"),
      Walk: "struct Walk {\n  k: u32,\n}",
      ALines: "struct ALines {\n  start: vec4u,\n}",
      BLines: "struct BLines {\n  start: vec4u,\n}",
      a_lines: `fn a_lines(batch: u32, row: u32) -> ALines {\n  return ALines(${left.lines}(batch * (M * K), row, M));\n}`,
      b_lines: `fn b_lines(batch: u32, column: u32) -> BLines {\n  return BLines(${right.lines}(batch * (K * N), column, N));\n}`,
      // A block's columns must be rows of A, and rows of B.
      a_block: blockHook("a", left.isSideBySide ? `transpose(${left.block})` : left.block),
      b_block: blockHook("b", right.isSideBySide ? right.block : `transpose(${right.block})`),
      k_extent: "fn k_extent(batch: u32) -> u32 {\n  return K;\n}",
      c_row: "fn c_row(batch: u32, row: u32) -> u32 {\n  return batch * (M * N) + row * N;\n}",
    },
    include: {
      shader: "matmul",
      constants: { M: m, N: n, K: k },
      hooks: {
        load_a: loadA.scalar("load_a"),
        load_a4: loadA.vector("load_a4"),
        load_b: loadB.scalar("load_b"),
        load_b4: loadB.vector("load_b4"),
      },
    },
  };
}

function blockHook(side: "a" | "b", block: string): string {
  return `fn ${side}_block(lines: ${side.toUpperCase()}Lines, walk: Walk) -> mat4x4f {\n  return ${block};\n}`;
}

function walkHooks(type: string, from: string, on: string) {
  return {
    walk_from: `fn walk_from(batch: u32, k: u32) -> ${type} {\n  return ${from};\n}`,
    walk_on: `fn walk_on(walk: ${type}) -> ${type} {\n  return ${on};\n}`,
  };
}

/** One side of a matrix product, whose lines are rows of op(A) or columns of op(B), stored along K or across it. */
function matmulSide(side: "a" | "b", isAcross: boolean, lines: number, k: number) {
  const inFours = isInFours(isAcross ? lines : k);
  if (inFours) {
    return {
      inFours,
      isSideBySide: isAcross,
      lines: isAcross ? "lines_side_by_side" : "lines_along_k",
      block: `${side}_${isAcross ? "side_by_side" : "along_k"}(lines.start, walk.k)`,
    };
  }
  return {
    inFours,
    isSideBySide: false,
    lines: isAcross ? "lines_across_k" : "lines_along_k",
    block: `${side}_scalar(lines.start, walk.k, ${isAcross ? lines : 1}u)`,
  };
}

type ConvolutionMap = "forward" | "inputGradient" | "filterGradient";

/** The sizes of a convolution and what follows from them. */
function geometryOf(root: Node, map: ConvolutionMap) {
  const attributes = root.attributes as unknown as FilterGradAttributes;
  const { stride, dilation, groups, input, kernel, splits = 1 } = attributes;
  const [first, second] = root.inputs as [Node, Node];
  const images = first.shape[0] as number;
  const output = map === "forward" ? root : map === "inputGradient" ? first : second;
  const [, outHeight, outWidth, filters] = output.shape as [number, number, number, number];
  const channels = map === "inputGradient" ? (root.shape[3] as number) : (first.shape[3] as number);
  const pixels = images * outHeight * outWidth;
  return {
    ...attributes,
    images,
    outHeight,
    outWidth,
    filters,
    channels,
    groupChannels: channels / groups,
    groupFilters: filters / groups,
    taps: kernel[0] * kernel[1],
    pixels,
    splits,
    split: Math.ceil(pixels / splits / 4) * 4,
    phasePixels: images * Math.ceil(input[0] / stride[0]) * Math.ceil(input[1] / stride[1]),
    tapStep: [stepOf(stride[0], dilation[0]), stepOf(stride[1], dilation[1])] as const,
  };
}

/** Taps that reach the pixels of one phase lie this far apart. */
const stepOf = (stride: number, dilation: number): number => stride / greatestCommonDivisor(stride, dilation);

function convolutionSizes(root: Node, map: ConvolutionMap): GemmShape {
  const geometry = geometryOf(root, map);
  const { groups, groupChannels, groupFilters, taps, pixels, splits, split, phasePixels } = geometry;
  switch (map) {
    case "forward":
      return { batch: groups, m: pixels, n: groupFilters, k: taps * groupChannels };
    case "inputGradient": {
      const { stride, kernel, tapStep } = geometry;
      const phaseTaps = Math.ceil(kernel[0] / tapStep[0]) * Math.ceil(kernel[1] / tapStep[1]);
      return { batch: stride[0] * stride[1] * groups, m: phasePixels, n: groupChannels, k: phaseTaps * groupFilters };
    }
    case "filterGradient":
      return { batch: splits * groups, m: taps * groupChannels, n: groupFilters, k: split };
  }
}

interface ConvolutionNames {
  /** The four rows of A and columns of B: their type in conv2d.wgsl, and the function that makes them. */
  readonly rows: readonly [type: string, make: string];
  readonly columns: readonly [type: string, make: string];
  /** The walk over k: its type, start and step. */
  readonly walk: readonly [type: string, from: string, on: string];
  readonly aBlock: string;
  readonly bBlock: string;
  readonly extent: string;
}

/** What of conv2d.wgsl each member of the family calls. `inFours` says which neighbours lie in fours. */
const convolutions: Readonly<
  Record<ConvolutionMap, (inFours: { readonly p: boolean; readonly q: boolean }) => ConvolutionNames>
> = {
  forward: ({ p, q }) => ({
    rows: ["PixelLines", "forward_pixels"],
    columns: ["FilterLines", "forward_filters"],
    walk: p
      ? ["TapWalk", "tap_from(k, GROUP_CHANNELS, KERNEL_WIDTH)", "tap_on(walk, GROUP_CHANNELS)"]
      : ["TapsWalk", "taps_from(k, GROUP_CHANNELS, KERNEL_WIDTH)", "taps_on(walk, GROUP_CHANNELS)"],
    aBlock: `forward_p_${p ? "vector" : "scalar"}(lines, walk)`,
    bBlock: `forward_q_${q ? "vector" : "scalar"}(lines, walk.k)`,
    extent: "K",
  }),
  inputGradient: ({ p, q }) => ({
    rows: ["PhaseLines", "input_gradient_pixels"],
    columns: ["ChannelLines", "input_gradient_channels"],
    walk: p
      ? ["TapWalk", "input_gradient_tap_from(batch, k)", "tap_on(walk, GROUP_FILTERS)"]
      : ["TapsWalk", "input_gradient_taps_from(batch, k)", "taps_on(walk, GROUP_FILTERS)"],
    aBlock: `input_gradient_p_${p ? "vector" : "scalar"}(lines, walk)`,
    bBlock: `input_gradient_q_${q ? "vector" : "scalar"}(lines, ${p ? "weights_at_tap" : "weights_at_taps"}(lines, walk))`,
    extent: "input_gradient_extent(batch)",
  }),
  filterGradient: ({ p, q }) => ({
    rows: ["TapLines", "filter_gradient_taps"],
    columns: ["GradientLines", "filter_gradient_filters"],
    walk: ["PixelWalk", "filter_gradient_from(batch, k)", "filter_gradient_on(walk)"],
    aBlock: `filter_gradient_p_${p ? "vector" : "scalar"}(lines, walk)`,
    bBlock: `filter_gradient_q_${q ? "vector" : "scalar"}(lines, walk.pixel)`,
    extent: "filter_gradient_extent(batch)",
  }),
};

const prefixes = { forward: "forward", inputGradient: "input_gradient", filterGradient: "filter_gradient" } as const;

export function convolutionMap(root: Node, map: ConvolutionMap, load: LoadOperand): GemmMap {
  const geometry = geometryOf(root, map);
  const { images, outHeight, outWidth, filters, channels, groupChannels, groupFilters, taps, pixels } = geometry;
  const { stride, padding, dilation, groups, input, kernel, split, tapStep } = geometry;
  const sizes = convolutionSizes(root, map);
  const inFours = {
    p: isInFours(map === "inputGradient" ? groupFilters : groupChannels),
    q: isInFours({ forward: taps * groupChannels, inputGradient: groupChannels, filterGradient: groupFilters }[map]),
  };
  const [p, q] = root.inputs as [Node, Node];
  const [left, right] = [load(p, inFours.p), load(q, inFours.q)];
  const { rows, columns, walk, aBlock, bBlock, extent } = convolutions[map](inFours);
  const [walkType, from, on] = walk;
  const hook = (head: string, value: string) => `fn ${head} {\n  return ${value};\n}`;
  return {
    ...sizes,
    steps: stepsOf(map, geometry, sizes),
    cStep: map === "filterGradient" ? taps * groupChannels : 1,
    multiplyAdds: pixels * filters * taps * groupChannels,
    hooks: {
      // The types of conv2d.wgsl take the place of the template's own.
      Walk: `alias Walk = ${walkType};`,
      ALines: `alias ALines = ${rows[0]};`,
      BLines: `alias BLines = ${columns[0]};`,
      walk_from: hook("walk_from(batch: u32, k: u32) -> Walk", from),
      walk_on: hook("walk_on(walk: Walk) -> Walk", on),
      a_lines: hook("a_lines(batch: u32, row: u32) -> ALines", `${rows[1]}(batch, row)`),
      b_lines: hook("b_lines(batch: u32, column: u32) -> BLines", `${columns[1]}(batch, column)`),
      a_block: blockHook("a", aBlock),
      b_block: blockHook("b", bBlock),
      k_extent: hook("k_extent(batch: u32) -> u32", extent),
      c_row: hook("c_row(batch: u32, row: u32) -> u32", `${prefixes[map]}_c_row(batch, row)`),
    },
    include: {
      shader: "conv2d",
      constants: {
        IMAGES: images,
        HEIGHT: input[0],
        WIDTH: input[1],
        CHANNELS: channels,
        OUT_HEIGHT: outHeight,
        OUT_WIDTH: outWidth,
        FILTERS: filters,
        KERNEL_HEIGHT: kernel[0],
        KERNEL_WIDTH: kernel[1],
        STRIDE_Y: stride[0],
        STRIDE_X: stride[1],
        PAD_TOP: padding[0],
        PAD_LEFT: padding[2],
        DILATION_Y: dilation[0],
        DILATION_X: dilation[1],
        GROUPS: groups,
        SPLIT: split,
        TAP_STEP_Y: tapStep[0],
        TAP_STEP_X: tapStep[1],
      },
      hooks: {
        load_p: left.scalar("load_p"),
        load_p4: left.vector("load_p4"),
        load_q: right.scalar("load_q"),
        load_q4: right.vector("load_q4"),
      },
    },
  };
}

/** Steps of four k over all batches. The taps of a stride's phases add up to those of the kernel. */
function stepsOf(map: ConvolutionMap, geometry: ReturnType<typeof geometryOf>, { batch, k }: GemmShape): number {
  const { groups, groupFilters, taps, pixels } = geometry;
  if (map === "inputGradient") return (groups * taps * groupFilters) / 4;
  return map === "filterGradient" ? (groups * pixels) / 4 : batch * Math.ceil(k / 4);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
