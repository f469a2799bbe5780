/**
 * How good the classifier is that image metrics rest on, and how the metrics behave in its features: on drawn glyphs everywhere, and on
 * real digits where they are there.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import { idxImages } from "../../../src/data/images/idx_images.ts";
import type { ImageSource } from "../../../src/data/images/images.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { sizeOf } from "../../../src/graph/shape.ts";
import { type Classified, ImageClassifier, samplesOf } from "../../../src/metrics/classifier/classifier.ts";
import { densityCoverage } from "../../../src/metrics/density_coverage.ts";
import { frechetDistance } from "../../../src/metrics/frechet.ts";
import { modesOfClasses } from "../../../src/metrics/modes/class_modes.ts";
import { precisionRecall } from "../../../src/metrics/precision_recall.ts";
import { classHistogram } from "../../../src/metrics/statistics/class_histogram.ts";
import type { Samples } from "../../../src/metrics/statistics/samples.ts";
import { createEngine } from "../../gpu/fixtures.ts";
import { createRng } from "../../reference/rng.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const bytesOf = async (name: string) => (await fetch(`/saddlepoint-data/${name}`)).arrayBuffer();

const sets = {
  "drawn glyphs": {
    isThere: true,
    open: async (): Promise<ImageSource> => glyphs({ count: 1800, seed: 3 }),
    options: { epochs: 6, heldOut: 0.5 },
    accuracy: 0.95,
  },
  "real digits": {
    isThere: inject("hasDataFolder"),
    open: async (): Promise<ImageSource> =>
      idxImages(await bytesOf("digits6k-images-idx3-ubyte.gz"), {
        labelsBytes: await bytesOf("digits6k-labels-idx1-ubyte.gz"),
        name: "digits",
      }),
    options: {},
    accuracy: 0.96,
  },
} as const;

describe.each(Object.entries(sets))("on %s", (_, { isThere, open, options, accuracy }) => {
  let classifier: ImageClassifier;
  let real: Samples;
  let labels: readonly number[];
  let classified: Classified;

  beforeAll(async () => {
    if (!isThere) return;
    classifier = await ImageClassifier.train(engine, await open(), options);
    real = samplesOf(classifier.heldOut);
    labels = Array.from(classifier.heldOut.labels ?? []);
    classified = await classifier.classify(real);
  }, 300_000);
  afterAll(() => classifier?.dispose());

  const rows = ({ values, shape }: Samples, chosen: readonly number[]): Samples => {
    const size = sizeOf(shape.slice(1));
    const picked = chosen.flatMap((i) => [...values.subarray(i * size, (i + 1) * size)]);
    return { values: Float32Array.from(picked), shape: [chosen.length, ...shape.slice(1)] };
  };
  const every = (parity: number) =>
    Array.from({ length: Math.floor(labels.length / 2) }, (_unused, i) => 2 * i + parity);
  const changed = async (change: (image: Samples) => Samples) =>
    (await classifier.classify(change(rows(real, every(1))))).features;
  const base = () => rows(classified.features, every(0));
  const expectRising = (values: readonly number[]) => {
    values.slice(1).forEach((value, i) => {
      expect(value, `of ${values.join(", ")}`).toBeGreaterThan(values[i] as number);
    });
  };

  test.skipIf(!isThere)("most of the images that it never saw are told right", () => {
    console.log(`accuracy ${classifier.accuracy} of ${classifier.heldOut.count}`);
    expect(classifier.classCount).toBe(10);
    expect(classifier.accuracy).toBeGreaterThanOrEqual(accuracy);
    const right = classified.classes.filter((label, i) => label === labels[i]).length;
    expect(right / labels.length).toBe(classifier.accuracy);
  });

  test.skipIf(!isThere)(
    "real against real: the Fréchet distance is near zero, and its interval covers it",
    async () => {
      const { corrected, value, interval } = await frechetDistance(engine, base(), rows(classified.features, every(1)));
      expect(interval.low).toBeLessThanOrEqual(0);
      expect(interval.high).toBeGreaterThanOrEqual(0);
      const noisy = await frechetDistance(engine, base(), await changed(withNoise(0.5)));
      expect(Math.abs(corrected as number)).toBeLessThan(0.1 * noisy.value);
      expect(value).toBeLessThan(0.3 * noisy.value);
    },
  );

  test.skipIf(!isThere)("noise and blur are the farther the stronger they are", async () => {
    for (const changes of [[0, 0.25, 0.5, 1].map(withNoise), [0, 1, 2, 4].map(withBlur)]) {
      const distances: number[] = [];
      for (const change of changes)
        distances.push((await frechetDistance(engine, base(), await changed(change))).value);
      expectRising(distances);
    }
  });

  test.skipIf(!isThere)("noise costs precision, and dropped classes cost recall, coverage and modes", async () => {
    const odd = rows(classified.features, every(1));
    const half = rows(
      classified.features,
      every(1).filter((i) => (labels[i] as number) < 5),
    );
    const noisy = await changed(withNoise(1));
    const [whole, dropped, broken] = [
      await precisionRecall(engine, base(), odd),
      await precisionRecall(engine, base(), half),
      await precisionRecall(engine, base(), noisy),
    ];
    expect(broken.precision.value).toBeLessThan(whole.precision.value - 0.2);
    expect(dropped.recall.value).toBeLessThan(whole.recall.value - 0.2);
    expect(dropped.precision.value).toBeGreaterThan(whole.precision.value - 0.1);
    const coverage = async (of: Samples) => (await densityCoverage(engine, base(), of)).coverage.value;
    expect(await coverage(half)).toBeLessThan((await coverage(odd)) - 0.2);

    const histogram = (chosen: readonly number[]) =>
      classHistogram(
        chosen.map((i) => classified.classes[i] as number),
        10,
      );
    const data = histogram(every(0));
    const all = modesOfClasses(data, histogram(every(1)), { share: 0.03 });
    expect(all.capturedShare).toBe(10);
    expect(all.reverseKl.interval.low).toBeLessThanOrEqual(0.01);
    const some = modesOfClasses(data, histogram(every(1).filter((i) => (labels[i] as number) < 5)), { share: 0.03 });
    expect(some.capturedShare).toBe(5);
    expect(some.reverseKl.value).toBeGreaterThan(0.5);
    expect(some.totalVariation).toBeGreaterThan(0.4);
  });
});

function withNoise(deviation: number) {
  return ({ values, shape }: Samples): Samples => {
    const rng = createRng(`noise ${deviation}`);
    const normal = () => Math.sqrt(-2 * Math.log(rng.between(1e-9, 1))) * Math.cos(rng.between(0, 2 * Math.PI));
    return { shape, values: values.map((value) => Math.max(-1, Math.min(1, value + deviation * normal()))) };
  };
}

/** The mean over a square of 2 radius + 1 pixels. */
function withBlur(radius: number) {
  return ({ values, shape }: Samples): Samples => {
    const [count, height, width] = shape as [number, number, number];
    const blurred = new Float32Array(values.length);
    for (let i = 0; i < count; i++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          let sum = 0;
          for (let v = -radius; v <= radius; v++) {
            for (let u = -radius; u <= radius; u++) {
              const inside = y + v >= 0 && y + v < height && x + u >= 0 && x + u < width;
              sum += inside ? (values[(i * height + y + v) * width + x + u] as number) : -1;
            }
          }
          blurred[(i * height + y) * width + x] = sum / (2 * radius + 1) ** 2;
        }
      }
    }
    return { values: blurred, shape };
  };
}
