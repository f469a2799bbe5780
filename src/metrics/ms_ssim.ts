import { hostRandom } from "../data/host_random.ts";
import { at } from "../errors/at.ts";
import { assertKeys, assertKind, count, numbers, shape as shapeKind, whole } from "../errors/checks.ts";
import { ShapeError } from "../errors/errors.ts";
import { formatShape, sizeOf } from "../graph/shape.ts";
import { bootstrapMean } from "./statistics/bootstrap.ts";

import type { Measurement } from "./statistics/measurement.ts";
import { rowsOf, type Samples } from "./statistics/samples.ts";

/** Wang, Simoncelli and Bovik 2003: the weights of the scales, from the finest on. */
const scaleWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;

/** A Gaussian window of 11 by 11 pixels, standard deviation 1.5 (Wang et al. 2004). */
const windowSize = 11;
const gaussianWindow = normalised(
  Float64Array.from({ length: windowSize }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2))),
);

/** (0.01 L)^2 and (0.03 L)^2 for pixels in -1..1, a range L of 2. */
const luminanceFloor = 0.02 ** 2;
const contrastFloor = 0.06 ** 2;

export interface MsSsimOptions {
  /** Random pairs of different images. Default 200. */
  readonly pairs?: number;
  /** Of the pairs and the bootstrap. Default 0. */
  readonly seed?: number;
}

/**
 * Mean MS-SSIM of random pairs of images f32 [n, H, W, C] in -1..1 (Odena et al. 2017): from about 0 for images that have
 * nothing in common to 1 for copies of one. A generator that collapses has a larger value than its data.
 *
 * @throws ShapeError for less than 2 images, another rank, or images smaller than 11 pixels; OptionError for less than 1 pair;
 * DataError for NaN or infinities.
 */
export function msSsimDiversity(images: Samples, options: MsSsimOptions = {}): Measurement {
  assertKeys<MsSsimOptions>("msSsimDiversity", options, { pairs: count, seed: whole });
  const { pairs = 200, seed = 0 } = options;
  const { values, n, d } = rowsOf("msSsimDiversity", images, 2);
  const [, height = 0, width = 0, channels = 1] = images.shape;
  assertImages("msSsimDiversity", images);
  const random = hostRandom(seed);
  const image = (i: number) => planesOf(values.subarray(i * d, (i + 1) * d), height, width, channels);
  const similarities = Float64Array.from({ length: pairs }, () => {
    const first = random.integer(n);
    const second = (first + 1 + random.integer(n - 1)) % n;
    return msSsimOfPlanes(image(first), image(second));
  });
  return {
    metric: "MS-SSIM of pairs",
    ...bootstrapMean(similarities, { seed }),
    n: [n],
    seed,
    settings: { pairs, scales: scaleCount(height, width) },
  };
}

/**
 * Multi-scale structural similarity of two images [H, W, C] in -1..1: with the means mu, variances and covariance in a
 * Gaussian window,
 *
 *   l = (2 mu_x mu_y + c1) / (mu_x^2 + mu_y^2 + c1),   cs = (2 sigma_xy + c2) / (sigma_x^2 + sigma_y^2 + c2)
 *
 * it is the product over scales of (mean cs)^w, where the coarsest has mean(l cs) instead; each scale halves the last one.
 * There are as many scales as leave at least 11 pixels, up to five, and their weights are normalised to sum 1: two for 28
 * and 32 pixels, so that a value compares only with one of images of the same size.
 *
 * @throws as `msSsimDiversity`.
 */
export function msSsim(a: Samples["values"], b: Samples["values"], shape: readonly [number, number, number]): number {
  assertKind("msSsim", "the shape", shape, shapeKind);
  for (const values of [a, b]) {
    assertKind("msSsim", "an image", values, numbers);
    if (values.length !== sizeOf(shape)) {
      throw new ShapeError(
        `msSsim: an image of ${values.length} values; the shape ${formatShape(shape)} has ${sizeOf(shape)}.`,
      );
    }
    assertImages("msSsim", { values, shape: [1, ...shape] });
  }
  return msSsimOfPlanes(planesOf(a, ...shape), planesOf(b, ...shape));
}

/** One channel of one image. */
interface Plane {
  readonly values: Float64Array;
  readonly height: number;
  readonly width: number;
}

function msSsimOfPlanes(a: readonly Plane[], b: readonly Plane[]): number {
  const { height, width } = at(a, 0);
  const weights = normalised(Float64Array.from(scaleWeights.slice(0, scaleCount(height, width))));
  let [x, y, product] = [a, b, 1];
  weights.forEach((weight, scale) => {
    const scores = x.map((plane, channel) => structuralSimilarity(plane, at(y, channel)));
    const isCoarsest = scale === weights.length - 1;
    const score = meanOf(Float64Array.from(scores, ({ full, structure }) => (isCoarsest ? full : structure)));
    // A negative similarity, of an image and its negative, has no power.
    product *= Math.max(score, 0) ** weight;
    [x, y] = [x.map(halved), y.map(halved)];
  });
  return product;
}

function scaleCount(height: number, width: number): number {
  const fitting = Math.floor(Math.log2(Math.min(height, width) / windowSize)) + 1;
  return Math.min(fitting, scaleWeights.length);
}

/** Means over all windows of l cs, and of cs alone. */
function structuralSimilarity(x: Plane, y: Plane): { readonly full: number; readonly structure: number } {
  const meanX = blurred(x);
  const meanY = blurred(y);
  const squareX = blurred(times(x, x));
  const squareY = blurred(times(y, y));
  const product = blurred(times(x, y));
  const structure = meanX.map((mx, i) => {
    const my = meanY[i] ?? 0;
    const covariance = (product[i] ?? 0) - mx * my;
    const variances = (squareX[i] ?? 0) - mx * mx + (squareY[i] ?? 0) - my * my;
    return (2 * covariance + contrastFloor) / (variances + contrastFloor);
  });
  const full = structure.map((cs, i) => {
    const [mx, my] = [meanX[i] ?? 0, meanY[i] ?? 0];
    return (cs * (2 * mx * my + luminanceFloor)) / (mx * mx + my * my + luminanceFloor);
  });
  return { full: meanOf(full), structure: meanOf(structure) };
}

/** Weighted means over every window that lies inside, [H - 10, W - 10]: along the rows, then the columns. */
function blurred({ values, height, width }: Plane): Float64Array {
  const rows = weightedSums(values, height, width - windowSize + 1, width, 1);
  return weightedSums(
    rows,
    height - windowSize + 1,
    width - windowSize + 1,
    width - windowSize + 1,
    width - windowSize + 1,
  );
}

function weightedSums(values: Float64Array, height: number, width: number, pitch: number, step: number): Float64Array {
  const sums = new Float64Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < windowSize; k++) sum += (gaussianWindow[k] ?? 0) * (values[y * pitch + x + k * step] ?? 0);
      sums[y * width + x] = sum;
    }
  }
  return sums;
}

/** Means of two by two pixels; an odd last row or column is left out. */
function halved({ values, height, width }: Plane): Plane {
  const [h, w] = [height >> 1, width >> 1];
  const means = Float64Array.from({ length: h * w }, (_, i) => {
    const corner = 2 * Math.floor(i / w) * width + 2 * (i % w);
    const upper = (values[corner] ?? 0) + (values[corner + 1] ?? 0);
    return (upper + (values[corner + width] ?? 0) + (values[corner + width + 1] ?? 0)) / 4;
  });
  return { values: means, height: h, width: w };
}

function planesOf(pixels: Float32Array, height: number, width: number, channels: number): Plane[] {
  return Array.from({ length: channels }, (_, channel) => ({
    values: Float64Array.from({ length: height * width }, (_, i) => pixels[i * channels + channel] ?? 0),
    height,
    width,
  }));
}

const times = (x: Plane, y: Plane): Plane => ({ ...x, values: x.values.map((value, i) => value * (y.values[i] ?? 0)) });

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function assertImages(where: string, { shape }: Samples): void {
  if (shape.length !== 4 || Math.min(at(shape, 1), at(shape, 2)) < windowSize) {
    throw new ShapeError(
      `${where}: images of the shape ${formatShape(shape)}; give [n, H, W, C] with at least ${windowSize} pixels each way.`,
    );
  }
}
