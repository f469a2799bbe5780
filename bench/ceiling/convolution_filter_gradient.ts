import type { ConvolutionProblem } from "../core/convolution_problem.ts";
import { productKernel, type Tile } from "./product.ts";
import { storage } from "./wgsl_text.ts";
import type { Kernel } from "./wires.ts";

/**
 * The gradient by the filters. Rows are filters, columns channels of one tap after the other, and the sum goes over output
 * pixels: a turn takes four of one row of pixels, of which the first or the last alone may meet the padding beside the image.
 */
export function filterGradientKernel(problem: ConvolutionProblem, tile: Tile): Kernel {
  const { batch, size, channels, filters, kernel, outputSize, stride, padding } = problem;
  const pixels = batch * outputSize ** 2;
  const [channelVec4s, filterVec4s] = [channels / 4, filters / 4];
  const imageVec4s = batch * size ** 2 * channelVec4s;
  const weightVec4s = filters * kernel ** 2 * channelVec4s;
  const turnsOfRow = outputSize / 4;
  const inside = (step: number) => (step === 0 ? "firstInside" : step === 3 ? "lastInside" : "rowInside");
  const placeOfTurn = `let turn = k % ${turnsOfRow}u;
let line = k / ${turnsOfRow}u;
let y = ${stride}u * (line % ${outputSize}u) + tapY - ${padding}u;
let place = ((line / ${outputSize}u * ${size}u + y) * ${size}u + turn * ${4 * stride}u + tapX - ${padding}u) * ${channelVec4s}u;
let rowInside = y < ${size}u;
let firstInside = rowInside && !(turn == 0u && tapX < ${padding}u);
let lastInside = rowInside && !(turn == ${turnsOfRow - 1}u && tapX == ${kernel - 1}u);`;
  return productKernel({
    rows: filters,
    columns: kernel ** 2 * channels,
    tile,
    declarations: storage({
      cotangent: { vec4s: (pixels + 1) * filterVec4s },
      images: { vec4s: imageVec4s + channelVec4s },
      result: { vec4s: weightVec4s, write: true },
    }),
    begin: `let tap = column4 / ${channelVec4s}u;
let tapY = tap / ${kernel}u;
let tapX = tap % ${kernel}u;`,
    left: {
      along: "edge",
      prepare: (i, edge) => `let a${i} = ${edge};`,
      turn: (i) => `let a${i}_k = a${i} + k * ${4 * filterVec4s}u;`,
      load: (i, step) => `cotangent[a${i}_k + ${step * filterVec4s}u]`,
    },
    right: {
      along: "edge",
      prepare: (i, edge) => `let channel${i} = (${edge}) % ${channelVec4s}u;`,
      turn: (i) => (i === 0 ? placeOfTurn : ""),
      load: (i, step) =>
        `images[select(${imageVec4s}u, place + ${step * stride * channelVec4s}u + channel${i}, ${inside(step)})]`,
    },
    turns: pixels / 4,
    store: ({ row, column4, value }) => `result[${row} * ${kernel ** 2 * channelVec4s}u + ${column4}] = ${value};`,
    bytes: 16 * (pixels * filterVec4s + imageVec4s + weightVec4s),
  });
}
