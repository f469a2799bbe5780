import { at } from "../../errors/at.ts";
import { greatestCommonDivisor } from "../../graph/arithmetic.ts";
import type { NodeOf } from "../../graph/kinds.ts";
import type { ConvolutionMap } from "../../graph/node.ts";
import { dims } from "../../graph/shape.ts";
import { conv2dSource } from "../../kernels/sources.ts";
import type { GemmShape } from "./gemm_forms.ts";
import { batchHooks, blockHook, type GemmMap, isInFours, type LoadOperand } from "./gemm_map.ts";

/** The sizes of a convolution and what follows from them. */
function geometryOf(root: NodeOf<"convolution">) {
  const { map } = root.op.lowering;
  const { attributes } = root;
  const { stride, dilation, groups, input, kernel, splits = 1 } = attributes;
  const [first, second] = root.inputs;
  const output = map === "forward" ? root : map === "inputGradient" ? first : second;
  const [images, outHeight, outWidth, filters] = dims(output.shape, 4);
  const channels = at((map === "inputGradient" ? root : first).shape, 3);
  const pixels = images * outHeight * outWidth;
  return {
    ...attributes,
    map,
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

type Geometry = ReturnType<typeof geometryOf>;

/** Taps that reach the pixels of one phase lie this far apart. */
const stepOf = (stride: number, dilation: number): number => stride / greatestCommonDivisor(stride, dilation);

export const convolutionSizes = (root: NodeOf<"convolution">): GemmShape => sizesOf(geometryOf(root));

function sizesOf(geometry: Geometry): GemmShape {
  const { groups, groupChannels, groupFilters, taps, pixels, splits, split, phasePixels } = geometry;
  switch (geometry.map) {
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

/** What of conv2d.wgsl a member of the family calls: names that begin with that of its map. */
interface ConvolutionNames {
  readonly prefix: string;
  /** What is known of a batch, where that is more than which it is. */
  readonly batch?: readonly [type: string, make: string];
  /** The four rows of A and columns of B: their type, and the function that makes them. */
  readonly rows: readonly [type: string, make: string];
  readonly columns: readonly [type: string, make: string];
  /** The walk over k: its type, start and step. */
  readonly walk: readonly [type: string, from: string, on: string];
  /** Where on the walk a block of B is. */
  readonly bPlace: string;
  readonly extent: string;
}

/** `isP4` says whether the first operand's neighbours lie in fours, `inRows` whether four output pixels lie in one row. */
const convolutions: Readonly<Record<ConvolutionMap, (isP4: boolean, inRows: boolean) => ConvolutionNames>> = {
  forward: (isP4) => ({
    prefix: "forward",
    rows: ["PixelLines", "pixels"],
    columns: ["FilterLines", "filters"],
    walk: isP4
      ? ["TapWalk", "tap_from(k, GROUP_CHANNELS, KERNEL_WIDTH)", "tap_on(walk, GROUP_CHANNELS)"]
      : ["TapsWalk", "taps_from(k, GROUP_CHANNELS, KERNEL_WIDTH)", "taps_on(walk, GROUP_CHANNELS)"],
    bPlace: "walk.k",
    extent: "K",
  }),
  inputGradient: (isP4) => ({
    prefix: "input_gradient",
    batch: ["Phase", "phase_of(index)"],
    rows: ["PhaseLines", "pixels"],
    columns: ["ChannelLines", "channels"],
    walk: isP4
      ? ["TapWalk", "input_gradient_tap_from(batch, k)", "tap_on(walk, GROUP_FILTERS)"]
      : ["TapsWalk", "input_gradient_taps_from(batch, k)", "taps_on(walk, GROUP_FILTERS)"],
    bPlace: `${isP4 ? "weights_at_tap" : "weights_at_taps"}(lines, walk)`,
    extent: "input_gradient_extent(batch)",
  }),
  filterGradient: (isP4, inRows) => ({
    prefix: "filter_gradient",
    rows: ["TapLines", "taps"],
    columns: ["GradientLines", "filters"],
    walk:
      isP4 && inRows
        ? ["RowWalk", "filter_gradient_row_from(batch.index, k)", "filter_gradient_row_on(walk)"]
        : ["PixelWalk", "filter_gradient_from(batch.index, k)", "filter_gradient_on(walk)"],
    bPlace: "walk.pixel",
    extent: "filter_gradient_extent(batch.index)",
  }),
};

export function convolutionMap(root: NodeOf<"convolution">, load: LoadOperand): GemmMap {
  const geometry = geometryOf(root);
  const { map, images, outHeight, outWidth, filters, channels, groupChannels, groupFilters, taps, pixels } = geometry;
  const { stride, padding, dilation, groups, input, kernel, split, tapStep } = geometry;
  const sizes = sizesOf(geometry);
  const inFours = {
    p: isInFours(map === "inputGradient" ? groupFilters : groupChannels),
    q: isInFours({ forward: taps * groupChannels, inputGradient: groupChannels, filterGradient: groupFilters }[map]),
  };
  const [p, q] = root.inputs;
  const [left, right] = [load(p, inFours.p), load(q, inFours.q)];
  const { prefix, batch, rows, columns, walk, bPlace, extent } = convolutions[map](inFours.p, isInFours(outWidth));
  const [walkType, from, on] = walk;
  // What belongs to a whole batch, where that is no number, takes it as it is.
  const place = batch ? "batch" : "batch.index";
  const form = (isFour: boolean) => (isFour ? "vector" : "scalar");
  const hook = (head: string, value: string) => `fn ${head} {\n  return ${value};\n}`;
  return {
    ...sizes,
    steps: stepsOf(geometry, sizes),
    cStep: map === "filterGradient" ? taps * groupChannels : 1,
    multiplyAdds: pixels * filters * taps * groupChannels,
    hooks: {
      // The types of conv2d.wgsl take the place of the template's own.
      ...(batch
        ? { Batch: `alias Batch = ${batch[0]};`, batch_at: hook("batch_at(index: u32) -> Batch", batch[1]) }
        : batchHooks),
      Walk: `alias Walk = ${walkType};`,
      ALines: `alias ALines = ${rows[0]};`,
      BLines: `alias BLines = ${columns[0]};`,
      walk_from: hook("walk_from(batch: Batch, k: u32) -> Walk", from),
      walk_on: hook("walk_on(walk: Walk) -> Walk", on),
      a_lines: hook("a_lines(batch: Batch, row: u32) -> ALines", `${prefix}_${rows[1]}(${place}, row)`),
      b_lines: hook("b_lines(batch: Batch, column: u32) -> BLines", `${prefix}_${columns[1]}(${place}, column)`),
      a_block: blockHook("a", `${prefix}_p_${walkType === "RowWalk" ? "row" : form(inFours.p)}(lines, walk)`),
      b_block: blockHook("b", `${prefix}_q_${form(inFours.q)}(lines, ${bPlace})`),
      k_extent: hook("k_extent(batch: Batch) -> u32", extent),
      c_row: hook("c_row(batch: u32, row: u32) -> u32", `${prefix}_c_row(batch, row)`),
    },
    include: {
      shader: "conv2d",
      source: conv2dSource,
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
function stepsOf({ map, groups, groupFilters, taps, pixels }: Geometry, { batch, k }: GemmShape): number {
  if (map === "inputGradient") return (groups * taps * groupFilters) / 4;
  return map === "filterGradient" ? (groups * pixels) / 4 : batch * Math.ceil(k / 4);
}
