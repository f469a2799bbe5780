import type { data } from "saddlepoint";

/** The mode that each sample is nearest to, by its number. */
export function nearestModes(samples: Float32Array, { centers }: data.ModeSet): number[] {
  const size = centers[0]?.length ?? 1;
  return Array.from({ length: samples.length / size }, (_, i) => {
    const distances = centers.map((center) =>
      Math.hypot(...center.map((value, k) => (samples[i * size + k] ?? 0) - value)),
    );
    return distances.indexOf(Math.min(...distances));
  });
}

/**
 * How samples lie on known modes: the share of all of them that each mode is the nearest of; and of samples that were asked
 * for by the label of their mode, those that are nearest to it.
 */
export function modeCoverage(samples: Float32Array, modes: data.ModeSet, asked: ArrayLike<number>) {
  const nearest = nearestModes(samples, modes);
  const n = nearest.length;
  const counts = modes.centers.map(() => 0);
  let right = 0;
  for (const [i, mode] of nearest.entries()) {
    counts[mode] = (counts[mode] ?? 0) + 1;
    right += mode === asked[i] ? 1 : 0;
  }
  return { shares: counts.map((count) => count / n), accuracy: asked.length > 0 ? right / asked.length : Number.NaN };
}
