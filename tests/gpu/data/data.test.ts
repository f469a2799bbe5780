import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { disjointClusters } from "../../../src/data/drawn/disjoint_clusters.ts";
import { gaussianGrid } from "../../../src/data/drawn/gaussian_grid.ts";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { line } from "../../../src/data/drawn/line.ts";
import { gaussianMixture } from "../../../src/data/drawn/mixture.ts";
import { spiral } from "../../../src/data/drawn/spiral.ts";
import { twoMoons } from "../../../src/data/drawn/two_moons.ts";
import { augment } from "../../../src/data/images/augment.ts";
import { idxImages } from "../../../src/data/images/idx_images.ts";
import { images } from "../../../src/data/images/images.ts";
import { labelled } from "../../../src/data/images/labelled.ts";
import { points } from "../../../src/data/points/points.ts";
import { sampler } from "../../../src/data/sampler.ts";
import type { DataSource, LabelledBatch } from "../../../src/data/source.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { OptionError, SaddlepointError, ShapeError } from "../../../src/errors/errors.ts";
import { modeCoverageOf } from "../../../src/metrics/modes/mode_coverage.ts";
import { Random } from "../../../src/tensor/random.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";

let engine: Engine;

beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

const randomAt = (seed: number, count = 0) =>
  new Random(engine.tensor([seed], [], "u32"), engine.tensor([count], [], "u32"));

function draw(source: DataSource, size: number, seed = 1, count = 0) {
  return source.prepare(engine).batch(randomAt(seed, count), size).samples.data();
}

/** Means of each coordinate, and of their squares. */
function moments(samples: ArrayLike<number>): { readonly mean: number[]; readonly square: number[] } {
  const n = samples.length / 2;
  const meanOf = (axis: number, power: number) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (samples[2 * i + axis] as number) ** power;
    return sum / n;
  };
  return { mean: [meanOf(0, 1), meanOf(1, 1)], square: [meanOf(0, 2), meanOf(1, 2)] };
}

const n = 8192;

/** First and second moments of each coordinate in closed form, for one distribution. */
interface Expected {
  readonly source: DataSource;
  readonly mean: readonly [number, number];
  readonly square: readonly [number, number];
}

const noise = 0.1;
const distributions: readonly Expected[] = [
  // On a circle, cos^2 averages to 1/2.
  { source: gaussianRing({ radius: 2, standardDeviation: noise }), mean: [0, 0], square: [2.01, 2.01] },
  // (4^2 + 2^2 + 0 + 2^2 + 4^2) / 5.
  { source: gaussianGrid({ standardDeviation: noise }), mean: [0, 0], square: [8.01, 8.01] },
  { source: disjointClusters({ standardDeviation: noise }), mean: [0, 0], square: [2.01, 2.01] },
  {
    source: disjointClusters({
      centers: [
        [1, 0],
        [0, 2],
      ],
      weights: [3, 1],
      standardDeviation: noise,
    }),
    mean: [0.75, 0.5],
    square: [0.76, 1.01],
  },
  // A segment from a to b: mean (a + b) / 2, second moment (a^2 + a b + b^2) / 3.
  { source: line({ from: [0, -1], to: [3, 1], noise }), mean: [1.5, 0], square: [3.01, 1 / 3 + 0.01] },
  // (cos a - 1/2)^2 averages to 1/2 + 1/4, (sin a - 1/4)^2 to 1/2 - 1/pi + 1/16.
  { source: twoMoons({ noise }), mean: [0, 0], square: [0.76, 9 / 16 - 1 / Math.PI + 0.01] },
];

describe.each(distributions)("$source.name", ({ source, mean, square }) => {
  test("has the moments of its formula", async () => {
    const found = moments(await draw(source, n));
    for (const axis of [0, 1] as const) {
      // Five standard errors; a fourth moment is at most 32 times the square of the second here.
      expect(Math.abs(found.mean[axis]! - mean[axis])).toBeLessThan(5 * Math.sqrt(square[axis] / n));
      expect(Math.abs(found.square[axis]! - square[axis])).toBeLessThan(5 * square[axis] * Math.sqrt(1 / n));
    }
  });

  test("draws the same for the same seed and count, and anew for others", async () => {
    const [first, again, otherCount, otherSeed] = await Promise.all([
      draw(source, 64),
      draw(source, 64),
      draw(source, 64, 1, 1),
      draw(source, 64, 2),
    ]);
    expect(again).toEqual(first);
    expect(otherCount).not.toEqual(first);
    expect(otherSeed).not.toEqual(first);
  });

  test("refuses a batch of nothing", () => {
    const prepared = source.prepare(engine);
    expect(() => prepared.batch(randomAt(1), 0)).toThrow(OptionError);
  });
});

describe("mixtures visit their modes with their weights", () => {
  const unequal = disjointClusters({ weights: [6, 3, 1] });
  test.each([gaussianRing(), gaussianRing({ modes: 1 }), gaussianGrid(), unequal])("$name", async (source) => {
    const modes = source.modes!;
    const { counts, highQuality } = modeCoverageOf(await draw(source, n), modes);
    // Of a round Gaussian in the plane, this much lies within three standard deviations.
    const inside = 1 - Math.exp(-9 / 2);
    expect(Math.abs(highQuality - inside)).toBeLessThan(5 * Math.sqrt((inside * (1 - inside)) / n));
    counts.forEach((count, k) => {
      const share = (modes.weights?.[k] ?? 1 / counts.length) * inside;
      expect(Math.abs(count / n - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / n));
    });
  });
});

test("a spiral without noise lies on its arms, both of them, and reaches their ends", async () => {
  const samples = await draw(spiral({ turns: 1.5, arms: 2, radius: 2, noise: 0 }), 2048);
  const onArm = [0, 0];
  let farthest = 0;
  for (let i = 0; i < 2048; i++) {
    const [x, y] = [samples[2 * i]!, samples[2 * i + 1]!];
    const distance = Math.hypot(x, y);
    farthest = Math.max(farthest, distance);
    // Turned back by the winding, a sample lies on the positive or the negative x axis.
    const angle = (2 * Math.PI * 1.5 * distance) / 2;
    const turnedX = x * Math.cos(angle) + y * Math.sin(angle);
    const turnedY = y * Math.cos(angle) - x * Math.sin(angle);
    expect(Math.abs(turnedY)).toBeLessThan(1e-4);
    onArm[turnedX > 0 ? 0 : 1]!++;
  }
  expect(farthest).toBeGreaterThan(1.99);
  expect(farthest).toBeLessThanOrEqual(2.0001);
  expect(Math.abs(onArm[0]! - 1024)).toBeLessThan(5 * Math.sqrt(2048) * 0.5);
});

test("a line without noise stays on the segment", async () => {
  const samples = await draw(line({ from: [0, 1], to: [2, 5], noise: 0 }), 512);
  for (let i = 0; i < 512; i++) {
    expect(samples[2 * i + 1]!).toBeCloseTo(1 + 2 * samples[2 * i]!, 5);
    expect(samples[2 * i]!).toBeGreaterThanOrEqual(0);
    expect(samples[2 * i]!).toBeLessThan(2.0001);
  }
});

describe("modes are labels:", () => {
  const far = [
    [0, 0],
    [9, 0],
    [0, 9],
  ];
  test.each([
    gaussianRing(),
    gaussianGrid({ size: 3 }),
    disjointClusters(),
    gaussianMixture({ centers: far, standardDeviation: 0.1, weights: [1, 2, 5] }),
  ])("of $name", async (source) => {
    const centers = source.modes!.centers;
    expect(source).toMatchObject({ classes: centers.length, shapes: { samples: [2], labels: [] } });
    const { samples, labels } = source.prepare(engine).batch(randomAt(5), 200);
    expect([labels.dtype, ...labels.shape]).toEqual(["u32", 200]);
    const [places, classes] = await Promise.all([samples.data(), labels.data()]);
    const distance = (i: number, [x, y]: readonly number[]) => Math.hypot(places[2 * i]! - x!, places[2 * i + 1]! - y!);
    classes.forEach((label, i) => {
      const distances = centers.map((center) => distance(i, center));
      expect(label).toBe(distances.indexOf(Math.min(...distances)));
    });
    expect(new Set(classes).size).toBe(centers.length);
  });

  test("and cost nothing where a plan uses samples alone", async () => {
    const { samples } = gaussianRing().prepare(engine).batch(randomAt(1), 64);
    const alone = await engine.plan({ outputs: { samples } });
    expect(alone.explain().kernels).toHaveLength(1);
    alone.dispose();
  });
});

describe("sampler of several tensors", () => {
  const shapes = { samples: [2], labels: [], style: [3] };

  test("draws what the function draws, by name", async () => {
    const source = sampler({
      shapes,
      classes: 4,
      batch: (random, size) => {
        const labels = random.integers([size], 4);
        const samples = random
          .normal([size, 2])
          .mul(0)
          .add(labels.cast("f32").reshape([size, 1]));
        return { samples, labels, style: random.uniform([size, 3]) };
      },
    });
    expect(source).toMatchObject({ shapes, sampleShape: [2], classes: 4 });
    const { samples, labels, style } = source.prepare(engine).batch(randomAt(1), 8);
    const [places, classes, styles] = await Promise.all([samples.data(), labels.data(), style.data()]);
    expect(Array.from(places)).toEqual(Array.from(classes).flatMap((label) => [label, label]));
    expect(styles).toHaveLength(24);
  });

  test("needs no samples among them", () => {
    const pairs = sampler({
      shapes: { a: [2], b: [4, 4, 1] },
      batch: (random, size) => ({ a: random.normal([size, 2]), b: random.normal([size, 4, 4, 1]) }),
    });
    const { a, b } = pairs.prepare(engine).batch(randomAt(1), 3);
    expect([a.shape, b.shape]).toEqual([
      [3, 2],
      [3, 4, 4, 1],
    ]);
  });

  const samples = (size: number) => engine.tensor(new Float32Array(2 * size), [size, 2]);
  test.each([
    [
      "no object",
      () => samples(4),
      /batch\(random, 4\) gave a Tensor instead of an object of tensors, { samples, labels }/,
    ],
    [
      "one too few",
      () => ({ samples: samples(4) }),
      /batch\(random, 4\) gave for labels undefined instead of u32\[4\]/,
    ],
    [
      "one too many",
      () => ({ samples: samples(4), labels: Tensor.full([4], 0, "u32"), label: samples(4) }),
      /there is no shape of "label". Did you mean "labels"\?/,
    ],
    [
      "labels of another type",
      () => ({ samples: samples(4), labels: Tensor.full([4], 0) }),
      /gave for labels f32\[4\] instead of u32\[4\]/,
    ],
    [
      "another shape",
      () => ({ samples: samples(3), labels: Tensor.full([4], 0, "u32") }),
      /gave for samples f32\[3, 2\] instead of f32\[4, 2\]/,
    ],
  ] as const)("refuses %s", (_, batch, message) => {
    const source = sampler({ name: "mine", shapes: { samples: [2], labels: [] }, batch: batch as never });
    expect(() => source.prepare(engine).batch(randomAt(1), 4)).toThrow(SaddlepointError);
    expect(() => source.prepare(engine).batch(randomAt(1), 4)).toThrow(message);
  });
});

describe("sampler", () => {
  test("draws what the function draws", async () => {
    const source = sampler({ sampleShape: [3], sample: (random, size) => random.uniform([size, 3]).add(5) });
    const samples = await draw(source, 100);
    expect(samples).toHaveLength(300);
    for (const value of samples) expect(value >= 5 && value <= 6).toBe(true);
  });

  test("checks what the function gives", () => {
    const source = sampler({ name: "mine", sampleShape: [2], sample: (random, size) => random.normal([size, 3]) });
    const prepared = source.prepare(engine);
    expect(() => prepared.batch(randomAt(1), 4)).toThrow(ShapeError);
    expect(() => prepared.batch(randomAt(1), 4)).toThrow(
      "mine: sample(random, 4) gave f32[4, 3] instead of f32[4, 2].",
    );
  });
});

/** Runs a plan that counts its own runs, as a trainer does, and gives each run's output. */
async function runCounted(source: DataSource, size: number, runs: number): Promise<Float32Array[]> {
  const counter = engine.state("counter", [], "u32");
  const count = engine.read(counter);
  const prepared = source.prepare(engine);
  const { samples } = prepared.batch(new Random(engine.tensor([7], [], "u32"), count), size);
  const plan = await engine.plan({ outputs: { samples }, updates: [[counter, count.add(1)]] });
  const batches: Float32Array[] = [];
  for (let run = 0; run < runs; run++) {
    await plan.run(1);
    const [values] = await plan.read();
    batches.push(values as Float32Array);
  }
  plan.dispose();
  prepared.dispose();
  counter.destroy();
  return batches;
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => i);
const ascending = (values: number[]) => [...values].sort((a, b) => a - b);

describe("points", () => {
  const source = points({ values: numbered(10).map((i) => [i, -i]) });

  test("come once an epoch, in another order in the next, also where a minibatch crosses the border", async () => {
    const batches = await runCounted(source, 4, 5);
    const order = batches.flatMap((batch) => Array.from(batch).filter((_, i) => i % 2 === 0));
    for (const batch of batches) for (let i = 0; i < 4; i++) expect(batch[2 * i + 1]).toBe(-(batch[2 * i] as number));
    expect(ascending(order.slice(0, 10))).toEqual(numbered(10));
    expect(ascending(order.slice(10))).toEqual(numbered(10));
    expect(order.slice(10)).not.toEqual(order.slice(0, 10));
    expect(order.slice(0, 10)).not.toEqual(numbered(10));
  });

  test("refuse a minibatch of more than there are", () => {
    const prepared = source.prepare(engine);
    expect(() => prepared.batch(randomAt(1), 11)).toThrow(OptionError);
    expect(() => prepared.batch(randomAt(1), 11)).toThrow(
      /a minibatch of 11 is more than the 10 samples that there are/,
    );
    prepared.dispose();
  });
});

describe("labels", () => {
  const values = numbered(10).map((i) => [i, -i]);
  const squares = numbered(10).map((i) => (i * i) % 7);

  /** The label of each point that is drawn, by the point. */
  async function drawnLabels(source: DataSource<LabelledBatch>) {
    const prepared = source.prepare(engine);
    const { samples, labels } = prepared.batch(randomAt(2), 10);
    const [places, classes] = await Promise.all([samples.data(), labels.data()]);
    prepared.dispose();
    return numbered(10).map((i) => classes[Array.from(places).indexOf(i) / 2]);
  }

  test("of points stay with them, whether given with the points or later", async () => {
    const bare = points({ values });
    expect(bare.shapes).toEqual({ samples: [2] });
    for (const source of [
      points({ values, labels: squares }),
      labelled(bare, squares),
      labelled(points({ values, labels: numbered(10) }), squares),
    ]) {
      expect(source).toMatchObject({ classes: 5, shapes: { samples: [2], labels: [] } });
      expect(await drawnLabels(source)).toEqual(squares);
    }
  });

  test("change no sample", async () => {
    const [bare, with_] = [points({ values }), points({ values, labels: squares })];
    expect(await draw(with_, 10, 4)).toEqual(await draw(bare, 10, 4));
    const digests = await Promise.all([bare, with_, labelled(bare, numbered(10))].map((source) => source.digest?.()));
    expect(new Set(digests).size).toBe(3);
  });

  test("of images can be exchanged, through an augmentation too", async () => {
    const pixels = { values: Uint8Array.from(numbered(40)), shape: [10, 2, 2] };
    const plain = labelled(images({ ...pixels, labels: numbered(10) }), squares, { classes: 7 });
    expect(plain).toMatchObject({ classes: 7, labels: Uint16Array.from(squares) });
    for (const source of [plain, labelled(augment(images(pixels), { flip: true }), squares)]) {
      const prepared = source.prepare(engine);
      const { samples, labels } = prepared.batch(randomAt(1), 10);
      const [bytes, classes] = await Promise.all([samples.data(), labels.data()]);
      classes.forEach((label, i) => {
        const image = Math.floor(Math.round((bytes[4 * i]! + 1) * 127.5) / 4);
        expect(label).toBe(squares[image]);
      });
      prepared.dispose();
    }
  });
});

describe("images", () => {
  // Every byte value, in 32 images of 2 x 2 x 2 (whose bytes straddle words differently from image to image).
  const values = Uint8Array.from(numbered(256));
  const source = images({ values, shape: [32, 2, 2, 2], labels: Uint8Array.from(numbered(32)) });
  const scaled = (byte: number) => Math.fround((2 * byte - 255) * Math.fround(1 / 255));

  test("come once an epoch, scaled from bytes to -1 ... 1 to the last bit", async () => {
    const batches = await runCounted(source, 8, 8);
    for (const epoch of [batches.slice(0, 4), batches.slice(4)]) {
      const pixels = epoch.flatMap((batch) => Array.from(batch));
      expect(ascending(pixels)).toEqual(numbered(256).map(scaled));
      for (let i = 0; i < 32; i++) {
        const first = numbered(32).find((image) => scaled(8 * image) === pixels[8 * i]) as number;
        expect(pixels.slice(8 * i, 8 * i + 8)).toEqual(numbered(8).map((k) => scaled(8 * first + k)));
      }
    }
    expect(scaled(0)).toBe(-1);
    expect(scaled(255)).toBe(1);
    for (const byte of numbered(256)) expect(scaled(byte)).toBeCloseTo(byte / 127.5 - 1, 6);
  });

  test("keep their labels", async () => {
    const prepared = source.prepare(engine);
    const { samples, labels } = prepared.batch(randomAt(3), 32);
    expect(samples.shape).toEqual([32, 2, 2, 2]);
    expect(labels.shape).toEqual([32]);
    const [pixels, classes] = await Promise.all([samples.data(), labels.data()]);
    classes.forEach((label, i) => {
      expect(pixels[8 * i]).toBe(scaled(8 * label));
    });
    expect(ascending(Array.from(classes))).toEqual(numbered(32));
    const unlabelled = images({ values, shape: [32, 2, 4] }).prepare(engine);
    expect(Object.keys(unlabelled.batch(randomAt(1), 4))).toEqual(["samples"]);
    prepared.dispose();
    unlabelled.dispose();
  });

  test("whose size is no multiple of four bytes are read from the right place", async () => {
    const odd = images({ values: values.subarray(0, 45), shape: [5, 3, 3] });
    const [batch] = await runCounted(odd, 5, 1);
    expect(ascending(Array.from(batch!))).toEqual(numbered(45).map(scaled));
  });

  test("take a byte each on the GPU, and give it back", () => {
    const before = engine.stats().liveBytes;
    const prepared = images({ values, shape: [32, 2, 4] }).prepare(engine);
    expect(engine.stats().liveBytes - before).toBe(256);
    prepared.dispose();
    prepared.dispose();
    expect(engine.stats().liveBytes).toBe(before);
  });
});

test.skipIf(!inject("hasDataFolder"))(
  "the digits of the data folder (skipped unless SADDLEPOINT_DATA names one)",
  async ({ skip }) => {
    const responses = await Promise.all(
      ["images-idx3", "labels-idx1"].map((part) => fetch(`/saddlepoint-data/digits6k-${part}-ubyte.gz`)),
    );
    skip(!responses.every(({ ok }) => ok), "the data folder has no digits6k-*-ubyte.gz");
    const [imagesBytes, labelsBytes] = await Promise.all(responses.map((response) => response.arrayBuffer()));
    const source = await idxImages(imagesBytes!, { labelsBytes: labelsBytes!, name: "digits" });
    expect(source).toMatchObject({ count: 6000, sampleShape: [28, 28, 1] });
    expect(ascending([...new Set(source.labels)])).toEqual(numbered(10));

    const prepared = source.prepare(engine);
    const { samples, labels } = prepared.batch(randomAt(1), 64);
    const [pixels, classes] = await Promise.all([samples.data(), labels!.data()]);
    expect(pixels).toHaveLength(64 * 28 * 28);
    expect(Math.min(...pixels)).toBe(-1);
    expect(Math.max(...pixels)).toBe(1);
    // Strokes on a dark ground: most of a digit is background.
    const mean = (pixels as Float32Array).reduce((sum, value) => sum + value, 0) / pixels.length;
    expect(mean).toBeGreaterThan(-0.95);
    expect(mean).toBeLessThan(-0.5);
    expect(new Set(classes).size).toBeGreaterThan(5);
    prepared.dispose();
  },
);
