import { normals } from "./seeded.ts";

/** Square images [batch, size, size, channels], square filters, and the padding that gives size / stride. */
export interface ConvolutionShape {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
}

export interface ConvolutionProblem extends ConvolutionShape {
  readonly padding: number;
  readonly outputSize: number;
  /** [batch, size, size, channels] */
  readonly images: Float32Array;
  /** [filters, kernel, kernel, channels] */
  readonly weights: Float32Array;
  /** [batch, output size, output size, filters] */
  readonly cotangent: Float32Array;
  /** Of one pass; those of zeros in the padding count too. */
  readonly flop: number;
}

export function convolutionProblem(shape: ConvolutionShape): ConvolutionProblem {
  const { batch, size, channels, filters, kernel, stride } = shape;
  const padding = Math.floor((kernel - 1) / 2);
  const outputSize = Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const outputs = batch * outputSize ** 2 * filters;
  const taps = kernel ** 2 * channels;
  return {
    ...shape,
    padding,
    outputSize,
    images: normals(batch * size ** 2 * channels, 3),
    weights: normals(filters * taps, 4, 0.1),
    cotangent: normals(outputs, 5),
    flop: 2 * outputs * taps,
  };
}
