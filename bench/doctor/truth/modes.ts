import type { data } from "saddlepoint";

/**
 * How samples lie on known modes: the share of all of them that each mode is the nearest of; and of samples that were asked
 * for by the label of their mode, those that are nearest to it.
 */
export function modeCoverage(samples: Float32Array, { centers }: data.ModeSet, asked: ArrayLike<number>) {
  const size = centers[0]?.length ?? 1;
  const n = samples.length / size;
  const counts = centers.map(() => 0);
  let right = 0;
  for (let i = 0; i < n; i++) {
    const distances = centers.map((center) =>
      Math.hypot(...center.map((value, k) => (samples[i * size + k] ?? 0) - value)),
    );
    const nearest = distances.indexOf(Math.min(...distances));
    counts[nearest] = (counts[nearest] ?? 0) + 1;
    right += nearest === asked[i] ? 1 : 0;
  }
  return { shares: counts.map((count) => count / n), accuracy: asked.length > 0 ? right / asked.length : Number.NaN };
}
