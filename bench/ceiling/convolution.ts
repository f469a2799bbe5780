/**
 * A convolution and its gradients as products whose factors find their elements by themselves: no unrolled image is ever written.
 * What lies in the padding is read from one pixel of zeros behind the image, which costs a select and no multiplication.
 */
import type { ConvolutionProblem } from "../core/convolution_problem.ts";
import { filterGradientKernel } from "./convolution_filter_gradient.ts";
import { inputGradientKernel } from "./convolution_input_gradient.ts";
import { productKernel, type Tile } from "./product.ts";
import { tileName, tilesFor } from "./tiles.ts";
import { fastest } from "./tuner.ts";
import { storage } from "./wgsl_text.ts";
import type { Kernel, Wires } from "./wires.ts";
import type { Wiring } from "./wiring.ts";

export async function wireConvolution(
  wires: Wires,
  problem: ConvolutionProblem,
  pass: "forward" | "gradients",
): Promise<Wiring> {
  const { batch, size, channels, filters, kernel, stride, outputSize } = problem;
  if (kernel !== 4 || stride !== 2 || size !== 2 * outputSize || outputSize % 4 !== 0 || channels % 4 || filters % 4) {
    throw new Error(
      "The hand-wired convolution halves images, with filters of 4 x 4, in vec4s of pixels and channels.",
    );
  }
  const taps = kernel ** 2;
  const input = {
    images: wires.buffer(withZeros(problem.images, channels)),
    weights: wires.buffer(problem.weights),
    cotangent: wires.buffer(withZeros(problem.cotangent, filters)),
  };
  const output = {
    forward: wires.buffer(problem.cotangent.length),
    byImages: wires.buffer(problem.images.length),
    byWeights: wires.buffer(problem.weights.length),
  };

  /** The kernel with its own best tile. */
  const tuned = async (
    [rows, columns]: readonly [number, number],
    leftAlong: "sum" | "edge",
    kernelOf: (problem: ConvolutionProblem, tile: Tile) => Kernel,
    buffers: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
  ) => {
    const wire = async (tile: Tile) => ({
      list: [await wires.wire(kernelOf(problem, tile), buffers)],
      output: buffers[2],
    });
    const tile = await fastest(wires, tilesFor(wires.hasQuads, [rows, columns], leftAlong), wire);
    return { ...(await wire(tile)), choice: tileName(tile) };
  };
  const pixels = batch * outputSize ** 2;
  const parts =
    pass === "forward"
      ? [await tuned([pixels, filters], "sum", forwardKernel, [input.images, input.weights, output.forward])]
      : [
          // A tile of input pixels has one phase of the stride: what must split is a phase's pixels.
          await tuned([pixels, channels], "sum", inputGradientKernel, [
            input.cotangent,
            input.weights,
            output.byImages,
          ]),
          // A tile of weights has one tap.
          await tuned([filters, channels], "edge", filterGradientKernel, [
            input.cotangent,
            input.images,
            output.byWeights,
          ]),
        ];
  const results =
    pass === "forward"
      ? [{ buffer: output.forward, size: pixels * filters }]
      : [
          { buffer: output.byImages, size: problem.images.length },
          { buffer: output.byWeights, size: filters * taps * channels },
        ];
  return {
    list: parts.flatMap(({ list }) => list),
    results,
    choice: parts.map(({ choice }) => choice).join(", "),
    buffers: [...Object.values(input), ...Object.values(output)],
  };
}

/** With a pixel of zeros at the end. */
function withZeros(values: Float32Array, channels: number): Float32Array {
  const longer = new Float32Array(values.length + channels);
  longer.set(values);
  return longer;
}

/** Rows are output pixels, columns filters; the sum goes over taps, and over channels, which both factors have side by side. */
function forwardKernel(problem: ConvolutionProblem, tile: Tile): Kernel {
  const { batch, size, channels, filters, kernel, stride, padding, outputSize } = problem;
  const [imageVec4s, weightVec4s] = [(batch * size ** 2 * channels) / 4, (filters * kernel ** 2 * channels) / 4];
  const outputVec4s = (batch * outputSize ** 2 * filters) / 4;
  return productKernel({
    rows: batch * outputSize ** 2,
    columns: filters,
    tile,
    declarations: storage({
      images: { vec4s: imageVec4s + channels / 4 },
      weights: { vec4s: weightVec4s },
      result: { vec4s: outputVec4s, write: true },
    }),
    outer: {
      head: `for (var tap = 0u; tap < ${kernel ** 2}u; tap++)`,
      begin: `let tapY = tap / ${kernel}u; let tapX = tap % ${kernel}u;`,
    },
    left: {
      along: "sum",
      prepare: (i, edge) => `let pixel${i} = ${edge};
let image${i} = pixel${i} / ${outputSize ** 2}u;
let top${i} = ((pixel${i} / ${outputSize}u) % ${outputSize}u) * ${stride}u;
let start${i} = (pixel${i} % ${outputSize}u) * ${stride}u;`,
      // Above the image, an unsigned place wraps around to a large one.
      enter: (i) => `let y${i} = top${i} + tapY - ${padding}u;
let x${i} = start${i} + tapX - ${padding}u;
let a${i} = select(${imageVec4s}u, ((image${i} * ${size}u + y${i}) * ${size}u + x${i}) * ${channels / 4}u, y${i} < ${size}u && x${i} < ${size}u);`,
      load: (i) => `images[a${i} + k]`,
    },
    right: {
      along: "sum",
      prepare: (i, edge) => `let filter${i} = (${edge}) * ${(kernel ** 2 * channels) / 4}u;`,
      enter: (i) => `let b${i} = filter${i} + tap * ${channels / 4}u;`,
      load: (i) => `weights[b${i} + k]`,
    },
    turns: channels / 4,
    store: ({ row, column4, value }) => `result[${row} * ${filters / 4}u + ${column4}] = ${value};`,
    bytes: 16 * (imageVec4s + weightVec4s + outputVec4s),
  });
}
