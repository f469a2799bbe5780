import { hostRandom } from "../data/host_random.ts";
import { assertKeys, count, whole } from "../errors/checks.ts";
import { OptionError, ShapeError } from "../errors/errors.ts";
import { formatShape } from "../graph/shape.ts";

import { rowsOf, type Samples } from "./statistics/samples.ts";

/** Burt and Adelson 1983: the binomial filter. */
const binomial = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16] as const;

const patchSize = 7;

export interface LaplacianPatchOptions {
  /** 0 is the finest: the image less its blurred half. The last level is the small image itself. Default 0. */
  readonly level?: number;
  /** How many levels the pyramid has. Default 1: patches of the image itself. */
  readonly levels?: number;
  /** Of the places of the patches. Default 0. */
  readonly seed?: number;
}

/**
 * One random patch of 7 by 7 pixels from a level of the Laplacian pyramid of each image f32 [n, H, W, C]: [n, 7, 7, C] for
 * `slicedWasserstein`, which then tells at what scale two sets of images differ (Karras et al. 2018). They take 128 patches
 * an image and scale each channel to variance 1; here it is one, so that patches are as independent as images, which the
 * interval relies on, and the scale stays, for a loss of contrast at one level is what blur is.
 *
 * @throws ShapeError for another rank, or a level smaller than a patch; OptionError for a level that the pyramid lacks.
 */
export function laplacianPatches(images: Samples, options: LaplacianPatchOptions = {}): Samples {
  assertKeys<LaplacianPatchOptions>("laplacianPatches", options, { level: whole, levels: count, seed: whole });
  const { level = 0, levels = 1, seed = 0 } = options;
  const { values, n, d } = rowsOf("laplacianPatches", images);
  if (level >= levels) throw new OptionError(`laplacianPatches: level ${level} of ${levels}; give a level below.`);
  const [, height = 0, width = 0, channels = 0] = images.shape;
  if (images.shape.length !== 4 || Math.min(height, width) >> level < patchSize) {
    throw new ShapeError(
      `laplacianPatches: level ${level} of images ${formatShape(images.shape)}; give [n, H, W, C] with at least ` +
        `${patchSize << level} pixels each way.`,
    );
  }
  const random = hostRandom(seed);
  const patches = new Float32Array(n * patchSize ** 2 * channels);
  for (let i = 0; i < n; i++) {
    const image = { values: values.subarray(i * d, (i + 1) * d), height, width, channels };
    const picture = pyramidLevel(image, level, level === levels - 1);
    const top = random.integer(picture.height - patchSize + 1);
    const left = random.integer(picture.width - patchSize + 1);
    const rowLength = patchSize * channels;
    for (let y = 0; y < patchSize; y++) {
      const from = ((top + y) * picture.width + left) * channels;
      patches.set(picture.values.subarray(from, from + rowLength), (i * patchSize + y) * rowLength);
    }
  }
  return { values: patches, shape: [n, patchSize, patchSize, channels] };
}

interface Picture {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

function pyramidLevel(image: Picture, level: number, isCoarsest: boolean): Picture {
  const picture = level === 0 ? image : pyramidLevel(halve(image), level - 1, true);
  if (isCoarsest) return picture;
  const coarse = enlarge(halve(picture), picture);
  return { ...picture, values: picture.values.map((value, i) => value - (coarse.values[i] ?? 0)) };
}

/** Blurred, then every other pixel. */
function halve(picture: Picture): Picture {
  const blurred = filtered(filtered(picture, "height"), "width");
  const [height, width] = [(picture.height + 1) >> 1, (picture.width + 1) >> 1];
  return remapped(blurred, height, width, (y, x) => [2 * y, 2 * x]);
}

/** To the size of `like`: each pixel once, zeros between, blurred, times 4. */
function enlarge(picture: Picture, { height, width }: Picture): Picture {
  const spread = remapped(picture, height, width, (y, x) => (y % 2 === 0 && x % 2 === 0 ? [y / 2, x / 2] : undefined));
  const blurred = filtered(filtered(spread, "height"), "width");
  return { ...blurred, values: blurred.values.map((value) => 4 * value) };
}

function remapped(
  { values, width: pitch, channels }: Picture,
  height: number,
  width: number,
  source: (y: number, x: number) => readonly [number, number] | undefined,
): Picture {
  const result = new Float32Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = source(y, x);
      if (!from) continue;
      const start = (from[0] * pitch + from[1]) * channels;
      result.set(values.subarray(start, start + channels), (y * width + x) * channels);
    }
  }
  return { values: result, height, width, channels };
}

/** Along one axis, mirrored at the border. */
function filtered(picture: Picture, axis: "height" | "width"): Picture {
  const { values, width, channels } = picture;
  const length = picture[axis];
  const stride = axis === "width" ? channels : width * channels;
  const result = values.map((_, i) => {
    const position = Math.floor(i / stride) % length;
    return binomial.reduce((sum, share, k) => {
      const source = mirrored(position + k - 2, length);
      return sum + share * (values[i + (source - position) * stride] ?? 0);
    }, 0);
  });
  return { ...picture, values: result };
}

function mirrored(position: number, length: number): number {
  const inside = Math.abs(position);
  return inside < length ? inside : 2 * length - 2 - inside;
}
