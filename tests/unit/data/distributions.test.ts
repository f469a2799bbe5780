import { describe, expect, test } from "vitest";
import { disjointClusters } from "../../../src/data/drawn/disjoint_clusters.ts";
import { gaussianGrid } from "../../../src/data/drawn/gaussian_grid.ts";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { line } from "../../../src/data/drawn/line.ts";
import { gaussianMixture } from "../../../src/data/drawn/mixture.ts";
import { spiral } from "../../../src/data/drawn/spiral.ts";
import { twoMoons } from "../../../src/data/drawn/two_moons.ts";
import { sampler } from "../../../src/data/sampler.ts";
import type { DataSource } from "../../../src/data/source.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";

const centersOf = (source: DataSource) => source.modes?.centers ?? [];

function smallestDistance(centers: readonly (readonly number[])[]): number {
  const distances = centers.flatMap((a, i) =>
    centers.slice(i + 1).map((b) => Math.hypot(...a.map((x, axis) => x - (b[axis] as number)))),
  );
  return Math.min(...distances);
}

describe("gaussianRing", () => {
  // The notebook of Unrolled GANs places them at linspace(0, 2 pi, 8), whose last angle is the first again.
  test.each([2, 3, 8, 25])("has %i distinct centres, all equally far apart", (modes) => {
    const centers = centersOf(gaussianRing({ modes, radius: 2 }));
    expect(centers).toHaveLength(modes);
    expect(smallestDistance(centers)).toBeCloseTo(4 * Math.sin(Math.PI / modes), 10);
    for (const [x = 0, y = 0] of centers) expect(Math.hypot(x, y)).toBeCloseTo(2, 10);
  });

  test("has a centre of mass at the origin", () => {
    const centers = centersOf(gaussianRing());
    for (const axis of [0, 1]) expect(centers.reduce((sum, center) => sum + center[axis]!, 0)).toBeCloseTo(0, 10);
  });
});

test("gaussianGrid is centred, with neighbours at the spacing", () => {
  const centers = centersOf(gaussianGrid());
  expect(centers).toHaveLength(25);
  expect(smallestDistance(centers)).toBe(2);
  expect(centers[0]).toEqual([-4, -4]);
  expect(centers[12]).toEqual([0, 0]);
  expect(centers[24]).toEqual([4, 4]);
  expect(centersOf(gaussianGrid({ size: 2, spacing: 1 }))).toEqual([
    [-0.5, -0.5],
    [0.5, -0.5],
    [-0.5, 0.5],
    [0.5, 0.5],
  ]);
});

test("weights become shares", () => {
  expect(disjointClusters({ weights: [6, 3, 1] }).modes?.weights).toEqual([0.6, 0.3, 0.1]);
  expect(disjointClusters().modes).not.toHaveProperty("weights");
});

test("a description names itself and its shape", () => {
  expect(spiral()).toMatchObject({ name: "spiral", sampleShape: [2] });
  const sample = () => Tensor.full([4, 3], 0);
  expect(sampler({ name: "mine", sampleShape: [3], sample })).toMatchObject({ name: "mine", sampleShape: [3] });
});

describe("options out of range are refused, with what to give instead", () => {
  const bad: readonly [() => DataSource, RegExp][] = [
    [() => gaussianRing({ modes: 0 }), /^gaussianRing: modes is 0; give a whole number of at least 1\.$/],
    [() => gaussianRing({ modes: 2.5 }), /modes is 2\.5/],
    [() => gaussianRing({ radius: 0 }), /radius is 0; give a number above 0/],
    [() => gaussianRing({ standardDeviation: Number.NaN }), /standardDeviation is NaN/],
    [() => gaussianGrid({ size: -1 }), /gaussianGrid: size is -1/],
    [() => gaussianGrid({ spacing: 0 }), /spacing is 0/],
    [() => spiral({ turns: 0 }), /turns is 0/],
    [() => spiral({ arms: 0 }), /arms is 0/],
    [() => spiral({ noise: -1 }), /noise is -1; give a number of at least 0/],
    [() => twoMoons({ radius: -2 }), /radius is -2/],
    [() => twoMoons({ noise: Number.POSITIVE_INFINITY }), /noise is Infinity/],
    [() => line({ from: [1, 2], to: [1, 2] }), /both ends are \[1, 2\]/],
    [() => line({ from: [Number.NaN, 0] }), /from is \[NaN, 0\]; give 2 finite numbers/],
    [() => disjointClusters({ centers: [] }), /there are no centers/],
    [() => disjointClusters({ centers: [[0, 0], [1]] }), /center 1 is \[1\]; give 2 finite numbers/],
    [() => disjointClusters({ weights: [1, 2] }), /2 weights for 3 centers/],
    [() => disjointClusters({ weights: [1, 0, 1] }), /weight 1 is 0/],
    [() => gaussianMixture({ centers: [[1], [2], [1]], standardDeviation: 1 }), /centers 0 and 2 are both \[1\]/],
    [() => sampler({ sampleShape: [0], sample: () => Tensor.scalar(0) }), /axis 0 of sampleShape is 0/],
    [() => sampler({ sampleShape: [2], sample: undefined as never }), /sample is undefined; give a function/],
  ];
  test.each(bad)("%s", (make, message) => {
    expect(make).toThrow(OptionError);
    expect(make).toThrow(message);
  });
});
