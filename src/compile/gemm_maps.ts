import { type Node, nodeSize } from "../graph/node.ts";
import type { FilterGradAttributes } from "../graph/primitives/conv2d.ts";
import type { MatmulAttributes } from "../graph/primitives/matmul.ts";
import type { HookName } from "../kernels/manifest.ts";
import type { Inclusion } from "../kernels/specialise.ts";

/** The hooks of gemm.wgsl that say where elements lie; all but `store`. */
type MapHooks = Omit<Readonly<Record<HookName<"gemm">, string>>, "store">;

/** How an operation becomes the tiled product of gemm.wgsl. */
export interface GemmMap {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Products that the operation itself has, without those by padding of tiles. */
  readonly multiplyAdds: number;
  readonly hooks: MapHooks;
  readonly include: Inclusion<"matmul"> | Inclusion<"conv2d">;
}

/** The functions that load an operand: one element, and four neighbours where that is possible. */
export interface OperandLoads {
  readonly isVector: boolean;
  scalar(name: string): string;
  vector(name: string): string;
}

/**
 * Gives the loads of an operand. `inFours` says whether the index map asks for neighbours from multiples of four alone.
 */
export type LoadOperand = (node: Node, inFours: boolean) => OperandLoads;

export function matmulMap(root: Node, load: LoadOperand): GemmMap {
  const [a, b] = root.inputs as [Node, Node];
  const { transposeA, transposeB } = root.attributes as MatmulAttributes;
  const rank = root.shape.length;
  const m = root.shape[rank - 2] as number;
  const n = root.shape[rank - 1] as number;
  const k = a.shape[transposeA ? rank - 2 : rank - 1] as number;
  const batch = nodeSize(root) / (m * n);
  const left = matmulSide("a", transposeA, m, load(a, k % 4 === 0 && (!transposeA || m % 4 === 0)));
  const right = matmulSide("b", !transposeB, n, load(b, k % 4 === 0 && (transposeB || n % 4 === 0)));
  return {
    batch,
    m,
    n,
    k,
    multiplyAdds: batch * m * n * k,
    hooks: {
      ALines: "struct ALines {\n  start: vec4u,\n}",
      BLines: "struct BLines {\n  start: vec4u,\n}",
      a_lines: `fn a_lines(batch: u32, row: u32) -> ALines {\n  return ALines(${left.lines}(batch * (M * K), row, M));\n}`,
      b_lines: `fn b_lines(batch: u32, column: u32) -> BLines {\n  return BLines(${right.lines}(batch * (K * N), column, N));\n}`,
      // A block's columns must be rows of A, and rows of B.
      a_block: `fn a_block(lines: ALines, k: u32) -> mat4x4f {\n  return ${left.isSideBySide ? `transpose(${left.block})` : left.block};\n}`,
      b_block: `fn b_block(lines: BLines, k: u32) -> mat4x4f {\n  return ${right.isSideBySide ? right.block : `transpose(${right.block})`};\n}`,
      k_extent: "fn k_extent(batch: u32) -> u32 {\n  return K;\n}",
      c_index:
        "fn c_index(batch: u32, row: u32, column: u32) -> u32 {\n  return batch * (M * N) + row * N + column;\n}",
    },
    include: {
      shader: "matmul",
      constants: { M: m, N: n, K: k },
      hooks: {
        load_a: left.loads.scalar("load_a"),
        load_a4: left.loads.vector("load_a4"),
        load_b: right.loads.scalar("load_b"),
        load_b4: right.loads.vector("load_b4"),
      },
    },
  };
}

/** One side of a matrix product, whose lines are rows of op(A) or columns of op(B), stored along K or across it. */
function matmulSide(side: "a" | "b", isAcross: boolean, lines: number, loads: OperandLoads) {
  if (loads.isVector) {
    return {
      loads,
      isSideBySide: isAcross,
      lines: isAcross ? "lines_side_by_side" : "lines_along_k",
      block: `${side}_${isAcross ? "side_by_side" : "along_k"}(lines.start, k)`,
    };
  }
  return {
    loads,
    isSideBySide: false,
    lines: isAcross ? "lines_across_k" : "lines_along_k",
    block: `${side}_scalar(lines.start, k, ${isAcross ? lines : 1}u)`,
  };
}

/** Names of conv2d.wgsl for each member of the family: prefix, line types and functions, and what must divide by four. */
const convolutions = {
  forward: { rows: ["PixelLines", "pixels"], columns: ["FilterLines", "filters"] },
  inputGradient: { rows: ["PhaseLines", "pixels"], columns: ["ChannelLines", "channels"] },
  filterGradient: { rows: ["SplitFilters", "filters"], columns: ["SplitTaps", "taps"] },
} as const;

const prefixes = { forward: "forward", inputGradient: "input_gradient", filterGradient: "filter_gradient" } as const;

export function convolutionMap(root: Node, map: keyof typeof convolutions, load: LoadOperand): GemmMap {
  const attributes = root.attributes as unknown as FilterGradAttributes;
  const { stride, padding, dilation, groups, input, kernel, splits = 1 } = attributes;
  const [first, second] = root.inputs as [Node, Node];
  const images = first.shape[0] as number;
  const output = map === "forward" ? root : map === "inputGradient" ? first : second;
  const [, outHeight, outWidth, filters] = output.shape as [number, number, number, number];
  const channels = map === "inputGradient" ? (root.shape[3] as number) : (first.shape[3] as number);
  const groupChannels = channels / groups;
  const groupFilters = filters / groups;
  const taps = kernel[0] * kernel[1];
  const pixels = images * outHeight * outWidth;
  const split = Math.ceil(pixels / splits / 4) * 4;
  const phasePixels = images * Math.ceil(input[0] / stride[0]) * Math.ceil(input[1] / stride[1]);
  const sizes = {
    forward: { batch: groups, m: pixels, n: groupFilters, k: taps * groupChannels },
    inputGradient: { batch: stride[0] * stride[1] * groups, m: phasePixels, n: groupChannels, k: taps * groupFilters },
    filterGradient: { batch: splits * groups, m: groupFilters, n: taps * groupChannels, k: split },
  }[map];
  const inFours = (count: number) => count % 4 === 0;
  // The gradient images of a filter gradient come first: they are the rows.
  const [p, q] = map === "filterGradient" ? [second, first] : [first, second];
  const left = load(p, inFours(map === "forward" ? groupChannels : groupFilters));
  const right = load(q, inFours(groupChannels));
  const prefix = prefixes[map];
  const { rows, columns } = convolutions[map];
  const extent = map === "forward" ? "K" : `${prefix}_extent(batch)`;
  return {
    ...sizes,
    multiplyAdds: pixels * filters * taps * groupChannels,
    hooks: {
      ALines: `struct ALines {\n  map: ${rows[0]},\n}`,
      BLines: `struct BLines {\n  map: ${columns[0]},\n}`,
      a_lines: `fn a_lines(batch: u32, row: u32) -> ALines {\n  return ALines(${prefix}_${rows[1]}(batch, row));\n}`,
      b_lines: `fn b_lines(batch: u32, column: u32) -> BLines {\n  return BLines(${prefix}_${columns[1]}(batch, column));\n}`,
      a_block: `fn a_block(lines: ALines, k: u32) -> mat4x4f {\n  return ${prefix}_p_${left.isVector ? "vector" : "scalar"}(lines.map, k);\n}`,
      b_block: `fn b_block(lines: BLines, k: u32) -> mat4x4f {\n  return ${prefix}_q_${right.isVector ? "vector" : "scalar"}(lines.map, k);\n}`,
      k_extent: `fn k_extent(batch: u32) -> u32 {\n  return ${extent};\n}`,
      c_index: `fn c_index(batch: u32, row: u32, column: u32) -> u32 {\n  return ${prefix}_c_index(batch, row, column);\n}`,
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
        TAP_STEP_Y: stride[0] / greatestCommonDivisor(stride[0], dilation[0]),
        TAP_STEP_X: stride[1] / greatestCommonDivisor(stride[1], dilation[1]),
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

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
