import { ShapeError } from "../../errors/errors.ts";
import type { Node } from "../node.ts";
import { permute, reshape } from "../primitives/shape_movement.ts";
import { dims, formatShape } from "../shape.ts";
import { imageSize, pairOf } from "./window.ts";

/**
 * Pixels to channels and back (pixel shuffle, Shi et al. 2016). The channels of a pixel with r x r depth are in the order
 * (row in the block, column in the block, channel), TensorFlow's order for NHWC; PyTorch's `pixel_shuffle` has the
 * channel first. Both are changes of index, and no kernel.
 */

/** `x` [N, H, W, r r C] to [N, H r, W r, C]. */
export function depthToSpace(x: Node, r: number): Node {
  imageSize("depthToSpace", x);
  pairOf("depthToSpace", "the block size", r);
  const [n, h, w, depth] = dims(x.shape, 4);
  if (depth % (r * r) !== 0) {
    throw new ShapeError(
      `depthToSpace: the ${depth} channels of ${formatShape(x.shape)} don't divide by ${r} x ${r}; make them a multiple.`,
    );
  }
  const c = depth / (r * r);
  return reshape(permute(reshape(x, [n, h, w, r, r, c]), [0, 1, 3, 2, 4, 5]), [n, h * r, w * r, c]);
}

/** `x` [N, H r, W r, C] to [N, H, W, r r C]. */
export function spaceToDepth(x: Node, r: number): Node {
  imageSize("spaceToDepth", x);
  pairOf("spaceToDepth", "the block size", r);
  const [n, height, width, c] = dims(x.shape, 4);
  if (height % r !== 0 || width % r !== 0) {
    throw new ShapeError(
      `spaceToDepth: the ${height} x ${width} pixels of ${formatShape(x.shape)} don't divide into blocks of ${r} x ${r}; ` +
        "crop or pad the images.",
    );
  }
  const [h, w] = [height / r, width / r];
  return reshape(permute(reshape(x, [n, h, r, w, r, c]), [0, 1, 3, 2, 4, 5]), [n, h, w, r * r * c]);
}
