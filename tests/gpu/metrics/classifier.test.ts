/**
 * The classifier that image metrics rest on. `npm run test:slow` has how good it is, and how the metrics behave in its features.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryCache } from "../../../src/cache/byte_cache.ts";
import { indexedDbCache } from "../../../src/cache/indexed_db_cache.ts";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import { images } from "../../../src/data/images/images.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { ImageClassifier, samplesOf } from "../../../src/metrics/classifier/classifier.ts";
import { corrupting } from "../../unit/cache/misbehaviours.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

describe("a small classifier", () => {
  const source = glyphs({ count: 60, seed: 1 });
  const options = { epochs: 2, seed: 5, heldOut: 0.2 };

  test("is trained once for the same images, labels and options", async () => {
    const cache = memoryCache();
    const keys: string[] = [];
    const watched = {
      read: cache.read,
      write: async (key: string, bytes: ArrayBuffer) => {
        keys.push(key);
        await cache.write(key, bytes);
      },
    };
    const probe = samplesOf(source);
    const features: Float32Array[] = [];
    for (const choice of [options, options, { ...options, seed: 6 }]) {
      const classifier = await ImageClassifier.train(engine, source, { ...choice, cache: watched });
      features.push((await classifier.classify(probe)).features.values);
      classifier.dispose();
    }
    expect(new Set(keys).size).toBe(2);
    expect(keys).toHaveLength(2);
    expect(features[1]).toEqual(features[0]);
    expect(features[2]).not.toEqual(features[0]);
  });

  // How entries go bad is told in tests/unit/cache; here is that none of them becomes weights.
  test.each([
    "gives zeros",
    "gives NaN",
    "gives what the entry holds alone, as older versions kept it",
    "gives one entry for every key",
  ])("of a cache that %s is trained anew, and is the same", async (name) => {
    const spoil = corrupting[name]!;
    const [good, writes] = [memoryCache(), [] as string[]];
    const counted = spoil({
      ...good,
      write: async (key, bytes) => {
        writes.push(key);
        await good.write(key, bytes);
      },
    });
    if (spoil === corrupting["gives one entry for every key"]) await counted.write("other", new ArrayBuffer(8));
    const accuracies: number[] = [];
    for (let i = 0; i < 2; i++) {
      const classifier = await ImageClassifier.train(engine, source, { ...options, cache: counted });
      accuracies.push(classifier.accuracy);
      classifier.dispose();
    }
    expect(accuracies[1]).toBe(accuracies[0]);
    expect(writes.slice(-2)).toEqual([writes.at(-1), writes.at(-1)]);
  });

  test("is kept by the browser, whatever the key", async () => {
    const cache = indexedDbCache(`test ${Math.random()}`);
    expect(await cache.read("a")).toBeUndefined();
    await cache.write("a", Float32Array.of(1, 2.5).buffer);
    await cache.write("b", new ArrayBuffer(0));
    expect(new Float32Array((await cache.read("a")) as ArrayBuffer)).toEqual(Float32Array.of(1, 2.5));
    expect(await cache.read("b")).toEqual(new ArrayBuffer(0));
  });

  test("can be stopped", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const stopped = ImageClassifier.train(engine, glyphs({ count: 640, seed: 9 }), {
      epochs: 50,
      signal: abort.signal,
      progress: () => abort.abort(reason),
    });
    await expect(stopped).rejects.toBe(reason);
  });

  test("says what it can't take", async () => {
    const { values, count } = source;
    const shape = [count, 28, 28, 1];
    await expect(ImageClassifier.train(engine, images({ values, shape }))).rejects.toThrow(OptionError);
    await expect(
      ImageClassifier.train(engine, images({ values, shape, labels: new Uint8Array(count) })),
    ).rejects.toThrow("all labels are 0");
    await expect(ImageClassifier.train(engine, source, { heldOut: 1 })).rejects.toThrow("heldOut is 1");
    await expect(ImageClassifier.train(engine, source, { epochs: 0 })).rejects.toThrow("epochs is 0");
    const classifier = await ImageClassifier.train(engine, source, options);
    await expect(classifier.classify({ values: new Float32Array(9), shape: [1, 3, 3, 1] })).rejects.toThrow(ShapeError);
    classifier.dispose();
  });
});
