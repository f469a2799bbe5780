/** The classifier that image metrics rest on: on real digits where they are there, and on drawn glyphs everywhere. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { glyphs } from "../../src/data/glyphs.ts";
import { idxImages } from "../../src/data/idx_images.ts";
import { images } from "../../src/data/images.ts";
import type { Engine } from "../../src/engine.ts";
import { OptionError, ShapeError } from "../../src/gpu/errors.ts";
import { memoryCache } from "../../src/metrics/byte_cache.ts";
import { classHistogram, ImageClassifier, samplesOf } from "../../src/metrics/classifier.ts";
import { createEngine } from "./fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const bytesOf = async (name: string) => (await fetch(`/saddlepoint-data/${name}`)).arrayBuffer();

describe.skipIf(!inject("hasDataFolder"))("on real digits", () => {
  test("96 % of those that it never saw are told right", { timeout: 300_000 }, async () => {
    const source = await idxImages(await bytesOf("digits6k-images-idx3-ubyte.gz"), {
      labelsBytes: await bytesOf("digits6k-labels-idx1-ubyte.gz"),
      name: "digits",
    });
    const started = performance.now();
    const classifier = await ImageClassifier.train(engine, source);
    console.log("accuracy", classifier.accuracy, performance.now() - started);
    expect(classifier.heldOut.count).toBe(1000);
    expect(classifier.accuracy).toBeGreaterThanOrEqual(0.96);
    classifier.dispose();
  });
});
