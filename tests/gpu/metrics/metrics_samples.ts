/** Features and pictures to measure, drawn on the host from a seed. */
import { hostRandom } from "../../../src/data/host_random.ts";
import type { Samples } from "../../../src/metrics/statistics/samples.ts";

export const samplesOf = (rows: readonly (readonly number[])[]): Samples => ({
  values: Float32Array.from(rows.flat()),
  shape: [rows.length, rows[0]?.length ?? 0],
});

/** Normal features [n, d] of standard deviation 1 / (1 + k / 4) along axis k, in two of which the mean is not zero. */
export function features(n: number, d: number, seed: number): Samples {
  const random = hostRandom(seed);
  const values = Float32Array.from(
    { length: n * d },
    (_, at) => random.normal() / (1 + (at % d) / 4) + (at % d < 2 ? 1 : 0),
  );
  return { values, shape: [n, d] };
}

export function withNoise(samples: Samples, deviation: number, seed: number): Samples {
  const random = hostRandom(seed);
  return { ...samples, values: samples.values.map((value) => value + deviation * random.normal()) };
}

const side = 16;
export const pictureClasses = 8;

/**
 * Pictures f32 [n, 16, 16, 1] in -1..1 of a bright bar: its angle is the class, its place and brightness vary, and there is
 * a little noise.
 */
export function pictures(
  n: number,
  seed: number,
  classes: readonly number[] = [...Array(pictureClasses).keys()],
): Samples {
  const random = hostRandom(seed);
  const values = new Float32Array(n * side * side);
  for (let i = 0; i < n; i++) {
    const angle = (Math.PI * classes[random.integer(classes.length)]!) / pictureClasses;
    const [shiftX, shiftY] = [random.normal(), random.normal()];
    const brightness = 1.4 + 0.2 * random.normal();
    for (let at = 0; at < side * side; at++) {
      const x = (at % side) - side / 2 + 0.5 - shiftX;
      const y = Math.floor(at / side) - side / 2 + 0.5 - shiftY;
      const along = x * Math.cos(angle) + y * Math.sin(angle);
      const across = y * Math.cos(angle) - x * Math.sin(angle);
      const bar = Math.exp(-(across ** 2) / 4 - (along / 6) ** 4);
      values[i * side * side + at] = Math.min(Math.max(-0.8 + brightness * bar + 0.03 * random.normal(), -1), 1);
    }
  }
  return { values, shape: [n, side, side, 1] };
}

/** The mean of each pixel and the eight around it, `times` over. */
export function blurred({ values, shape }: Samples, times: number): Samples {
  let current = values;
  for (let round = 0; round < times; round++) {
    const before = current;
    current = before.map((_, at) => {
      const first = at - (at % (side * side));
      const [x, y] = [at % side, Math.floor((at - first) / side)];
      const [xs, ys] = [x, y].map((c) => [Math.max(c - 1, 0), c, Math.min(c + 1, side - 1)]) as [number[], number[]];
      return ys.flatMap((r) => xs.map((c) => before[first + r * side + c]!)).reduce((sum, value) => sum + value, 0) / 9;
    });
  }
  return { values: current, shape };
}
