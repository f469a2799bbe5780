import type { ConvolutionProblem } from "../core/convolution_problem.ts";
import { productKernel, type Tile } from "./product.ts";
import { storage } from "./wgsl_text.ts";
import type { Kernel } from "./wires.ts";

/**
 * The gradient by the images, for a stride of two: input pixels of one phase (odd or even in each direction) meet the same taps,
 * a quarter of all, so that the four phases are dense products, which stand below each other in one dispatch. Columns are
 * channels; the sum goes over the taps of the phase and over filters.
 */
export function inputGradientKernel(problem: ConvolutionProblem, tile: Tile): Kernel {
  const { batch, size, channels, filters, kernel, outputSize, stride } = problem;
  const phasePixels = batch * outputSize ** 2;
  const phaseTaps = kernel / stride;
  const [channelVec4s, filterVec4s] = [channels / 4, filters / 4];
  const cotangentVec4s = phasePixels * filterVec4s;
  const weightVec4s = filters * kernel ** 2 * channelVec4s;
  const imageVec4s = batch * size ** 2 * channelVec4s;
  const filterStride = kernel ** 2 * channelVec4s;
  return productKernel({
    rows: stride ** 2 * phasePixels,
    columns: channels,
    tile,
    declarations: storage({
      cotangent: { vec4s: cotangentVec4s + filterVec4s },
      weights: { vec4s: weightVec4s },
      result: { vec4s: imageVec4s, write: true },
    }),
    begin: `let phaseY = row / ${2 * phasePixels}u; let phaseX = (row / ${phasePixels}u) % 2u;`,
    outer: {
      head: `for (var step = 0u; step < ${phaseTaps ** 2}u; step++)`,
      // Input row 2 j + phase meets output row j + phase - stepY through this tap: 2 (j + phase - stepY) - 1 + tap = 2 j + phase.
      begin: `let stepY = step / ${phaseTaps}u; let stepX = step % ${phaseTaps}u;
let tap = (1u - phaseY + 2u * stepY) * ${kernel}u + 1u - phaseX + 2u * stepX;`,
    },
    left: {
      along: "sum",
      prepare: (i, edge) => `let pixel${i} = (${edge}) % ${phasePixels}u;
let image${i} = pixel${i} / ${outputSize ** 2}u;
let below${i} = (pixel${i} / ${outputSize}u) % ${outputSize}u + phaseY;
let beside${i} = pixel${i} % ${outputSize}u + phaseX;`,
      enter: (i) => `let y${i} = below${i} - stepY;
let x${i} = beside${i} - stepX;
let a${i} = select(${cotangentVec4s}u, ((image${i} * ${outputSize}u + y${i}) * ${outputSize}u + x${i}) * ${filterVec4s}u, y${i} < ${outputSize}u && x${i} < ${outputSize}u);`,
      load: (i) => `cotangent[a${i} + k]`,
    },
    right: {
      along: "edge",
      prepare: (i, edge) => `let channel${i} = ${edge};`,
      enter: (i) => `let b${i} = channel${i} + tap * ${channelVec4s}u;`,
      turn: (i) => `let b${i}_k = b${i} + k * ${4 * filterStride}u;`,
      load: (i, step) => `weights[b${i}_k + ${step * filterStride}u]`,
    },
    turns: filterVec4s,
    store: ({ row, column4, value }) => `{
let pixel = ${row} % ${phasePixels}u;
let y = 2u * ((pixel / ${outputSize}u) % ${outputSize}u) + phaseY;
let x = 2u * (pixel % ${outputSize}u) + phaseX;
result[((pixel / ${outputSize ** 2}u * ${size}u + y) * ${size}u + x) * ${channelVec4s}u + ${column4}] = ${value};
}`,
    bytes: 16 * (cotangentVec4s + weightVec4s + imageVec4s),
  });
}
