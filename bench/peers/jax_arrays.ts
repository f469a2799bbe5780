import type { JaxArray } from "@jax-js/jax";

/** From [N, H, W, C] to [N, C, H, W], and from [O, H, W, I] to [O, I, H, W]. */
export const toChannelsFirst = [0, 3, 1, 2];

export function disposeAll(arrays: readonly JaxArray[]): void {
  for (const array of arrays) array.dispose();
}
