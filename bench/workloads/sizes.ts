import type { ConvolutionShape } from "../core/convolution_problem.ts";
import type { ImageGame, PlaneGame } from "./games.ts";

/** Everything about the workloads that a test makes smaller. */
export interface Sizes {
  /** Sides of square matrices. */
  readonly matmul: readonly number[];
  /** Side of the matrix product that the convolutions are compared with. */
  readonly referenceMatmul: number;
  readonly convolution: readonly ConvolutionShape[];
  /** Elements of the chain and of the sum. */
  readonly elements: number;
  readonly softmax: readonly [rows: number, columns: number];
  /** Images whose channels are standardised. */
  readonly batchNorm: readonly [batch: number, height: number, width: number, channels: number];
  readonly plane: PlaneGame;
  readonly images: readonly ImageGame[];
}

export const publishedSizes: Sizes = {
  matmul: [256, 512, 1024],
  referenceMatmul: 512,
  convolution: [
    { batch: 16, size: 16, channels: 64, filters: 128, kernel: 4, stride: 2 },
    { batch: 32, size: 28, channels: 1, filters: 32, kernel: 4, stride: 2 },
    { batch: 32, size: 14, channels: 32, filters: 64, kernel: 4, stride: 2 },
    { batch: 16, size: 8, channels: 256, filters: 512, kernel: 4, stride: 2 },
    { batch: 16, size: 32, channels: 64, filters: 64, kernel: 3, stride: 1 },
  ],
  elements: 4 * 2 ** 20,
  softmax: [4096, 256],
  batchNorm: [32, 14, 14, 64],
  plane: { width: 128, batch: 256, criticSteps: 5 },
  images: [
    { imageSize: 28, width: 32, latent: 64, batch: 32 },
    { imageSize: 64, width: 32, latent: 64, batch: 16 },
  ],
};
