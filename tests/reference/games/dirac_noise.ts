/** Noise that is drawn once, on the host, for the GPU and the replay alike. */
import type { NoiseOfStep } from "./dirac_replay.ts";

export const batch = 256;
const deviation = 0.7;

/** Normal numbers from a seed: Marsaglia's xorshift32 and the Box-Muller transform. */
function normals(seed: number, count: number): Float32Array {
  let bits = seed;
  const uniform = () => {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    return ((bits >>> 0) + 0.5) / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    return deviation * radius * Math.cos(2 * Math.PI * uniform());
  });
}

/** [steps, 2, batch]: what is added to real samples, then to generated ones. */
export const drawNoise = (steps: number): Float32Array => normals(2_463_534_242, steps * 2 * batch);

export const noiseOfSteps = (noise: Float32Array): readonly NoiseOfStep[] =>
  Array.from({ length: noise.length / (2 * batch) }, (_, step) => {
    const row = (i: number) => noise.subarray((2 * step + i) * batch, (2 * step + i + 1) * batch);
    return { real: row(0), fake: row(1) };
  });
