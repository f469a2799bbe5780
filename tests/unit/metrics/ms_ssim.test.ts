import { describe, expect, test } from "vitest";
import { hostRandom } from "../../../src/data/host_random.ts";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { msSsim, msSsimDiversity } from "../../../src/metrics/ms_ssim.ts";

type ImageShape = readonly [number, number, number];

function noise([height, width, channels]: ImageShape, seed: number, count = 1): Float32Array {
  const random = hostRandom(seed);
  return Float32Array.from({ length: count * height * width * channels }, () => 2 * random.uniform() - 1);
}

/** The definition, window by window: the formulas of Wang et al. with a two-dimensional window. */
function reference(a: Float32Array, b: Float32Array, [height, width, channels]: ImageShape): number {
  const weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333].slice(
    0,
    [11, 22, 44, 88, 176].filter((size) => size <= Math.min(height, width)).length,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const gauss = (i: number) => Math.exp(-((i - 5) ** 2) / 4.5);
  let x = { at: (r: number, c: number, k: number) => a[(r * width + c) * channels + k]!, height, width };
  let y = { ...x, at: (r: number, c: number, k: number) => b[(r * width + c) * channels + k]! };
  const halve = (p: typeof x): typeof x => {
    const at = (r: number, c: number, k: number) =>
      (p.at(2 * r, 2 * c, k) + p.at(2 * r + 1, 2 * c, k) + p.at(2 * r, 2 * c + 1, k) + p.at(2 * r + 1, 2 * c + 1, k)) /
      4;
    return { at, height: p.height >> 1, width: p.width >> 1 };
  };
  let result = 1;
  weights.forEach((weight, scale) => {
    let [sum, windows] = [0, 0];
    for (let k = 0; k < channels; k++) {
      for (let r = 0; r + 11 <= x.height; r++) {
        for (let c = 0; c + 11 <= x.width; c++) {
          const m = { w: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
          for (let i = 0; i < 121; i++) {
            const [di, dj] = [Math.floor(i / 11), i % 11];
            const w = gauss(di) * gauss(dj);
            const [p, q] = [x.at(r + di, c + dj, k), y.at(r + di, c + dj, k)];
            for (const [name, value] of Object.entries({ w: 1, x: p, y: q, xx: p * p, yy: q * q, xy: p * q })) {
              m[name as keyof typeof m] += w * value;
            }
          }
          const [ux, uy] = [m.x / m.w, m.y / m.w];
          const [vx, vy, cov] = [m.xx / m.w - ux * ux, m.yy / m.w - uy * uy, m.xy / m.w - ux * uy];
          const structure = (2 * cov + 0.0036) / (vx + vy + 0.0036);
          const luminance = (2 * ux * uy + 0.0004) / (ux * ux + uy * uy + 0.0004);
          sum += scale === weights.length - 1 ? luminance * structure : structure;
          windows++;
        }
      }
    }
    result *= Math.max(sum / windows, 0) ** (weight / total);
    [x, y] = [halve(x), halve(y)];
  });
  return result;
}

describe.each<[string, ImageShape]>([
  ["one scale", [12, 15, 1]],
  ["two scales of an odd size", [27, 23, 1]],
  ["three channels", [22, 22, 3]],
])("%s", (_, shape) => {
  const a = noise(shape, 1);
  test("agrees with the definition", () => {
    const b = noise(shape, 2);
    const mixed = a.map((value, i) => 0.8 * value + 0.2 * b[i]!);
    expect(msSsim(a, mixed, shape)).toBeCloseTo(reference(a, mixed, shape), 10);
    expect(reference(a, mixed, shape)).toBeGreaterThan(0.3);
  });
  test("is 1 for the same image, and the same both ways", () => {
    expect(msSsim(a, a, shape)).toBeCloseTo(1, 12);
    const shifted = a.map((value) => value + 0.2);
    expect(msSsim(a, shifted, shape)).toBeCloseTo(msSsim(shifted, a, shape), 12);
    expect(msSsim(a, shifted, shape)).toBeLessThan(1);
  });
});

test("an image and its negative, whose contrasts are opposite, have none in common", () => {
  const image = noise([22, 22, 1], 1);
  const negative = image.map((value) => -value);
  expect(msSsim(image, negative, [22, 22, 1])).toBe(0);
});

describe("of pairs", () => {
  const shape: ImageShape = [16, 16, 1];
  const n = 30;
  const samples = (values: Float32Array) => ({ values, shape: [values.length / 256, ...shape] });

  test("copies of one image are 1, independent ones near 0, and a collapse is in between", () => {
    const one = noise(shape, 1);
    const copies = samples(Float32Array.from({ length: n * 256 }, (_, i) => one[i % 256]!));
    const independent = samples(noise(shape, 2, n));
    const collapsed = samples(copies.values.map((value, i) => 0.7 * value + 0.3 * independent.values[i]!));
    const [all, none, some] = [copies, independent, collapsed].map((images) => msSsimDiversity(images, { pairs: 60 }));
    expect(all!.value).toBeCloseTo(1, 12);
    expect(none!.value).toBeLessThan(0.1);
    expect(some!.interval.low).toBeGreaterThan(none!.interval.high);
    expect(some!.interval.high).toBeLessThan(all!.interval.low);
    expect(some).toMatchObject({ n: [n], seed: 0, settings: { pairs: 60, scales: 1 } });
  });

  test("repeat for a seed", () => {
    const images = samples(noise(shape, 3, 5));
    expect(msSsimDiversity(images, { seed: 1 })).toEqual(msSsimDiversity(images, { seed: 1 }));
    expect(msSsimDiversity(images, { seed: 2 }).value).not.toBe(msSsimDiversity(images, { seed: 1 }).value);
  });

  test("images of 28 pixels have two scales", () => {
    const images = { values: noise([28, 28, 1], 1, 3), shape: [3, 28, 28, 1] };
    expect(msSsimDiversity(images, { pairs: 2 }).settings["scales"]).toBe(2);
  });

  test("refuses what is no set of images", () => {
    const small = { values: new Float32Array(200), shape: [2, 10, 10, 1] };
    expect(() => msSsimDiversity(small)).toThrow(ShapeError);
    expect(() => msSsimDiversity(small)).toThrow(/\[2, 10, 10, 1\]; give \[n, H, W, C\] with at least 11 pixels/);
    expect(() => msSsimDiversity(samples(noise(shape, 1, 2)), { pairs: 0 })).toThrow(OptionError);
  });
});
