import { made } from "../made.ts";
import "../../extras/images.ts";
import { assertKind, count } from "../../errors/checks.ts";
import { normalised } from "../../graph/composites/fir_filter.ts";
import { type Pair, pairOf } from "../../graph/composites/window.ts";
import { own } from "../checks.ts";
import type { Layer } from "../layer.ts";
import { imageLayer } from "./function_layer.ts";

/** Every pixel as a block of `factor` x `factor`: [H, W, C] to [H factor, W factor, C]. */
export function upsampleNearest(factor: Pair = 2): Layer {
  pairOf("upsampleNearest", "the factor", factor);
  const given = own(factor);
  return made(
    imageLayer("upsampleNearest", (x) => x.upsampleNearest(given)),
    "upsampleNearest",
    factor,
  );
}

/** Linear interpolation to `size`, pixels being areas: [H, W, C] to [...size, C]. */
export function resizeBilinear(size: readonly [height: number, width: number]): Layer {
  pairOf("resizeBilinear", "the size", size);
  const given = own(size);
  return made(
    imageLayer("resizeBilinear", (x) => x.resizeBilinear(given)),
    "resizeBilinear",
    size,
  );
}

/** `factor` times as large, filtered by the outer product of `kernel` with itself: StyleGAN2's [1, 3, 3, 1] by default. */
export function firUpsample(kernel?: readonly number[], factor?: Pair): Layer {
  assertFir("firUpsample", kernel, factor);
  const given = own([kernel, factor] as const);
  return made(
    imageLayer("firUpsample", (x) => x.firUpsample(...given)),
    "firUpsample",
    kernel,
    factor,
  );
}

/** Filtered like `firUpsample`, then every `factor`-th pixel: [H, W, C] to [floor(H / factor), floor(W / factor), C]. */
export function firDownsample(kernel?: readonly number[], factor?: Pair): Layer {
  assertFir("firDownsample", kernel, factor);
  const given = own([kernel, factor] as const);
  return made(
    imageLayer("firDownsample", (x) => x.firDownsample(...given)),
    "firDownsample",
    kernel,
    factor,
  );
}

/** Channels as blocks of r x r pixels (Shi et al. 2016): [H, W, r r C] to [H r, W r, C], in the order (row, column, C). */
export function depthToSpace(r: number): Layer {
  assertKind("depthToSpace", "r", r, count);
  return made(
    imageLayer("depthToSpace", (x) => x.depthToSpace(r)),
    "depthToSpace",
    r,
  );
}

/** Blocks of r x r pixels as channels, the inverse of `depthToSpace`: [H r, W r, C] to [H, W, r r C]. */
export function spaceToDepth(r: number): Layer {
  assertKind("spaceToDepth", "r", r, count);
  return made(
    imageLayer("spaceToDepth", (x) => x.spaceToDepth(r)),
    "spaceToDepth",
    r,
  );
}

function assertFir(layer: string, kernel?: readonly number[], factor?: Pair): void {
  if (kernel !== undefined) normalised(layer, kernel);
  if (factor !== undefined) pairOf(layer, "the factor", factor);
}
