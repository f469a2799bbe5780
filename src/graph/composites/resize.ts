import { assertKeys, describe, flag, type Kind } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { data } from "../primitives/leaf.ts";
import { matmul } from "../primitives/matmul.ts";
import { reshape } from "../primitives/shape_movement.ts";
import { dims } from "../shape.ts";
import { imageSize, pairOf } from "./window.ts";

/**
 * Images of any other size, with pixels as areas: the result's pixel i has its centre at (i + 1/2) H / H' of the input. Along
 * each axis it is a weighted mean of the pixels around,
 *
 *   y[i] = sum_j k((j + 1/2 - centre) / scale) x[j] / sum_j k((j + 1/2 - centre) / scale)
 *
 * over the pixels of the image. `scale` is 1, and when images shrink with antialiasing H / H', so that every pixel counts: how
 * Pillow resizes, and PyTorch with `antialias=True`. Parmar et al. 2022 ("On aliased resizing and surprising subtleties in
 * GAN evaluation") show how far Fréchet distances are off without it.
 */
export interface ResizeOptions {
  /** The kernel k: a triangle, or Keys' cubic (1981) with a = -1/2, as Pillow's. Default "bilinear". */
  readonly method?: ResizeMethod;
  /** Whether the kernel is as wide as the pixels of the result when images shrink. Default true. */
  readonly antialias?: boolean;
}

export type ResizeMethod = "bilinear" | "bicubic";

interface Kernel {
  /** It is zero from there on. */
  readonly support: number;
  weight(distance: number): number;
}

const kernels: Readonly<Record<ResizeMethod, Kernel>> = {
  bilinear: { support: 1, weight: (t) => Math.max(0, 1 - t) },
  bicubic: {
    support: 2,
    weight: (t) => {
      const a = -0.5;
      if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
      return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
    },
  },
};

const methodKind: Kind = {
  says: '"bilinear" or "bicubic"',
  is: (value) => value === "bilinear" || value === "bicubic",
};

/** Elements of the matrix that resizes one axis. */
const mostWeights = 2 ** 26;

/** `x` [N, H, W, C] to [N, H', W', C] with `size` [H', W']: a product with a constant matrix for rows, and one for columns. */
export function resize(x: Node, size: readonly [number, number], options: ResizeOptions = {}): Node {
  const op = "resize";
  imageSize(op, x);
  const [height, width] = pairOf(op, "the size", size);
  assertKeys<ResizeOptions>(op, options, { method: methodKind, antialias: flag });
  const { method = "bilinear", antialias = true } = options;
  const [n, h, w, c] = dims(x.shape, 4);
  if (Math.max(h * height, w * width) > mostWeights) {
    throw new ShapeError(`${op}: ${describe(size)} is too large for images of ${h} x ${w}.`);
  }
  const matrix = (from: number, to: number) => data(weightsOf(kernels[method], from, to, antialias), [to, from], "f32");
  const rows = h === height ? x : matmul(matrix(h, height), reshape(x, [n, h, w * c]));
  const columns = w === width ? rows : matmul(matrix(w, width), reshape(rows, [n * height, w, c]));
  return reshape(columns, [n, height, width, c]);
}

/** The matrix [to, from] that resizes a line of `from` pixels to `to` of them. */
function weightsOf({ support, weight }: Kernel, from: number, to: number, antialias: boolean): Float32Array {
  const matrix = new Float32Array(to * from);
  const scale = antialias ? Math.max(from / to, 1) : 1;
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to;
    const first = Math.max(0, Math.floor(centre - support * scale));
    const end = Math.min(from, Math.ceil(centre + support * scale));
    const weights = Array.from({ length: end - first }, (_, k) => weight(Math.abs(first + k + 0.5 - centre) / scale));
    const total = weights.reduce((sum, each) => sum + each, 0);
    weights.forEach((each, k) => {
      matrix[i * from + first + k] = each / total;
    });
  }
  return matrix;
}
