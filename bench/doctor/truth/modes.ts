import { type data, metrics } from "saddlepoint";

/**
 * How samples lie on known modes: the share of all of them that each mode has, within three of its deviations; and of samples
 * that were asked for by the label of their mode, those that are nearest to it.
 */
export function modeCoverage(samples: Float32Array, modes: data.ModeSet, asked: ArrayLike<number>) {
  const size = modes.centers[0]?.length ?? 1;
  const n = samples.length / size;
  const { counts } = metrics.modeCoverageOf(samples, modes);
  let right = 0;
  for (let i = 0; i < asked.length; i++) {
    const distances = modes.centers.map((center) =>
      Math.hypot(...center.map((value, k) => (samples[i * size + k] ?? 0) - value)),
    );
    right += distances.indexOf(Math.min(...distances)) === asked[i] ? 1 : 0;
  }
  return {
    shares: Array.from(counts, (count) => count / n),
    accuracy: asked.length > 0 ? right / asked.length : Number.NaN,
  };
}
