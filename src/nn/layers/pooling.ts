import { made } from "../made.ts";
import "../../extras/images.ts";
import { assertPool, type PoolOptions } from "../../graph/composites/pooling.ts";
import type { Pair } from "../../graph/composites/window.ts";
import { own } from "../checks.ts";
import type { Layer } from "../layer.ts";
import { imageLayer } from "./function_layer.ts";

/** Averages of windows of images, side by side by default: [H, W, C] to [OH, OW, C]. */
export function averagePool(size: Pair, options?: PoolOptions): Layer {
  assertPool("averagePool", size, options);
  const given = own([size, options] as const);
  return made(
    imageLayer("averagePool", (x) => x.averagePool(...given)),
    "averagePool",
    size,
    options,
  );
}

/** Largest numbers of windows of images, side by side by default: [H, W, C] to [OH, OW, C]. */
export function maxPool(size: Pair, options?: PoolOptions): Layer {
  assertPool("maxPool", size, options);
  const given = own([size, options] as const);
  return made(
    imageLayer("maxPool", (x) => x.maxPool(...given)),
    "maxPool",
    size,
    options,
  );
}

/** Each channel's mean over all pixels: [H, W, C] to [C]. */
export function globalAveragePool(): Layer {
  return made(
    imageLayer("globalAveragePool", (x) => x.mean([1, 2])),
    "globalAveragePool",
  );
}

/** Each channel's sum over all pixels, as the discriminators of SNGAN and BigGAN end: [H, W, C] to [C]. */
export function globalSumPool(): Layer {
  return made(
    imageLayer("globalSumPool", (x) => x.sum([1, 2])),
    "globalSumPool",
  );
}
