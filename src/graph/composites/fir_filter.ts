import { at } from "../../errors/at.ts";
import { assertKeys, assertKind, describe, finite, numbers } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { fir } from "../primitives/fir.ts";
import { formatShape } from "../shape.ts";
import { areWhole, fourSides, imageSize, type Pair, pairOf } from "./window.ts";

/**
 * Resampling with a low-pass filter, as StyleGAN2 does it (Karras et al. 2020, `upfirdn2d`): images are convolved with
 * the outer product of a kernel with itself, between zeros put in and pixels dropped. Rows and columns are filtered one
 * after the other.
 */
export interface FirOptions {
  /** Pixels of the filtered images for each pixel of the input; the rest are zeros. Default 1. */
  readonly up?: Pair;
  /** Every such pixel of the filtered images is kept. Default 1. */
  readonly down?: Pair;
  /**
   * Zeros around the images of the higher rate, the same on all sides or top, bottom, left, right; a negative number
   * drops pixels. By default as many as centre the result and make it up / down times as large.
   */
  readonly padding?: number | readonly [number, number, number, number];
  /** Factor of the result. Default 1. */
  readonly gain?: number;
}

/** The kernel of StyleGAN2. [1, 2, 1] is the one of StyleGAN. */
export const defaultFirKernel: readonly number[] = [1, 3, 3, 1];

/**
 * `x` [N, H, W, C]: [N, OH, OW, C] with OH = floor((H up + pads - taps) / down) + 1. The kernel is scaled so that the
 * result is as bright as the input: to a sum of 1, times up for the zeros put in.
 */
export function firFilter(x: Node, kernel: readonly number[], options: FirOptions = {}): Node {
  const op = "firFilter";
  const input = imageSize(op, x);
  assertKeys<FirOptions>(op, options, { up: true, down: true, padding: true, gain: finite });
  const up = pairOf(op, "up", options.up ?? 1);
  const down = pairOf(op, "down", options.down ?? 1);
  const taps = normalised(op, kernel);
  const sides = options.padding === undefined ? undefined : sidesOf(op, options.padding);
  const gain = options.gain ?? 1;
  const along = (image: Node, axis: 0 | 1, factor: number): Node => {
    const [u, d] = [up[axis], down[axis]];
    const [before, after] = sides ? [at(sides, 2 * axis), at(sides, 2 * axis + 1)] : centred(taps.length, u, d);
    const size = Math.floor((input[axis] * u + before + after - taps.length) / d) + 1;
    if (size < 1) {
      throw new ShapeError(
        `${op}: images ${formatShape(x.shape)}, ${u} times up, with padding of ${before} and ${after} are smaller than the ` +
          `kernel's ${taps.length} taps; pad more.`,
      );
    }
    const scaled = taps.map((tap) => tap * u * factor);
    return fir(image, { axis: axis + 1, taps: scaled, up: u, down: d, before, size });
  };
  return along(along(x, 0, gain), 1, 1);
}

/** `x` [N, H, W, C] to [N, H factor, W factor, C]. */
export const firUpsample = (x: Node, kernel: readonly number[] = defaultFirKernel, factor: Pair = 2): Node =>
  firFilter(x, kernel, { up: factor });

/** `x` [N, H, W, C] to [N, floor(H / factor), floor(W / factor), C]. */
export const firDownsample = (x: Node, kernel: readonly number[] = defaultFirKernel, factor: Pair = 2): Node =>
  firFilter(x, kernel, { down: factor });

/** The kernel with a sum of 1, in the order in which it meets the pixels: a convolution turns it around. */
export function normalised(op: string, kernel: readonly number[]): number[] {
  assertKind(op, "the kernel", kernel, numbers);
  const sum = kernel.reduce((total, tap) => total + tap, 0);
  if (!Number.isFinite(sum) || sum === 0) {
    throw new OptionError(`${op}: the kernel [${kernel.join(", ")}] has the sum ${sum}, which can't be scaled to 1.`);
  }
  return kernel.map((tap) => tap / sum).reverse();
}

function sidesOf(op: string, padding: number | readonly [number, number, number, number]) {
  const sides = fourSides(padding);
  if (sides.length !== 4 || !areWhole(sides, Number.NEGATIVE_INFINITY)) {
    throw new OptionError(
      `${op}: padding is ${describe(padding)}; give a whole number, or four for top, bottom, left and right.`,
    );
  }
  return sides;
}

/** Zeros before and after, as in `upsample2d`, `downsample2d` and `filter2d` of StyleGAN2. */
const centred = (taps: number, up: number, down: number): readonly [number, number] => [
  Math.floor((taps + up - down) / 2),
  Math.floor((taps - up - down + 1) / 2),
];
