import { at } from "../../errors/at.ts";
import { ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { data } from "../primitives/leaf.ts";
import { matmul } from "../primitives/matmul.ts";
import { reshape } from "../primitives/shape_movement.ts";
import { strided } from "../primitives/strided.ts";
import { broadcast } from "../primitives/sum_broadcast.ts";
import { dims } from "../shape.ts";
import { imageSize, type Pair, pairOf } from "./window.ts";

/** Images [N, H, W, C] of other sizes, without a filter. `fir_filter.ts` has those with one. */

/** Every pixel as a block of `factor` x `factor`: [N, H factor, W factor, C]. */
export function upsampleNearest(x: Node, factor: Pair): Node {
  imageSize("upsampleNearest", x);
  const [fy, fx] = pairOf("upsampleNearest", "factor", factor);
  const [n, h, w, c] = dims(x.shape, 4);
  const blocks = broadcast(reshape(x, [n, h, 1, w, 1, c]), [n, h, fy, w, fx, c]);
  return reshape(blocks, [n, h * fy, w * fx, c]);
}

/** The first pixel of every block of `factor` x `factor`: [N, ceil(H / factor), ceil(W / factor), C]. */
export function downsampleNearest(x: Node, factor: Pair): Node {
  const [h, w] = imageSize("downsampleNearest", x);
  const [fy, fx] = pairOf("downsampleNearest", "factor", factor);
  return strided(strided(x, 1, 0, fy, Math.ceil(h / fy)), 2, 0, fx, Math.ceil(w / fx));
}

/** Elements of the matrix that interpolates one axis. */
const mostWeights = 2 ** 26;

/**
 * Linear interpolation between the two nearest rows and columns, with pixels as areas: the result's pixel i lies at
 * (i + 1/2) H / H' - 1/2 of the input, held within the image (PyTorch's `F.interpolate` with `align_corners=False` and
 * without antialiasing). `size` is [H', W']; the result [N, H', W', C].
 */
export function resizeBilinear(x: Node, size: readonly [number, number]): Node {
  imageSize("resizeBilinear", x);
  const [height, width] = pairOf("resizeBilinear", "the size", size);
  const [n, h, w, c] = dims(x.shape, 4);
  if (Math.max(h * height, w * width) > mostWeights) {
    throw new ShapeError(`resizeBilinear: [${height}, ${width}] is too large.`);
  }
  const rows = h === height ? x : matmul(interpolation(h, height), reshape(x, [n, h, w * c]));
  const columns = w === width ? rows : matmul(interpolation(w, width), reshape(rows, [n * height, w, c]));
  return reshape(columns, [n, height, width, c]);
}

/** The matrix [to, from] that interpolates a line of `from` pixels at `to` places. */
function interpolation(from: number, to: number): Node {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const position = Math.max(((i + 0.5) * from) / to - 0.5, 0);
    const first = Math.min(Math.floor(position), from - 1);
    const second = Math.min(first + 1, from - 1);
    const share = position - first;
    // At the border both are one pixel.
    matrix[i * from + first] = 1 - share;
    matrix[i * from + second] = at(matrix, i * from + second) + share;
  }
  return data(matrix, [to, from], "f32");
}
