import conv2d from "../../shaders/conv2d.wgsl";
import elementwise from "../../shaders/elementwise.wgsl";
import functions from "../../shaders/functions.wgsl";
import gemm from "../../shaders/gemm.wgsl";
import histogram from "../../shaders/histogram.wgsl";
import lines from "../../shaders/lines.wgsl";
import matmul from "../../shaders/matmul.wgsl";
import reduce from "../../shaders/reduce.wgsl";
import reduceTree from "../../shaders/reduce_tree.wgsl";
import segmentHistogram from "../../shaders/segment_histogram.wgsl";
import segmentHistogramTree from "../../shaders/segment_histogram_tree.wgsl";
import segmentSum from "../../shaders/segment_sum.wgsl";
import segmentSumTree from "../../shaders/segment_sum_tree.wgsl";
import type { ShaderName } from "./manifest.ts";

/** The text of the shader files that every page has. */
export const shaderSources: Readonly<Record<Exclude<ShaderName, "conv2d">, string>> = {
  elementwise,
  functions,
  gemm,
  histogram,
  lines,
  matmul,
  reduce,
  reduce_tree: reduceTree,
  segment_histogram: segmentHistogram,
  segment_histogram_tree: segmentHistogramTree,
  segment_sum: segmentSum,
  segment_sum_tree: segmentSumTree,
};

/** Apart, since pages without convolutions leave it out. */
export const conv2dSource: string = conv2d;
