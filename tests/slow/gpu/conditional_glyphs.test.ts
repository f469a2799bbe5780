/**
 * The protocol for a conditional GAN on images: 1,000 samples of the ten glyphs, as many of each, told by a classifier that was
 * trained on other glyphs than the GAN. Accuracy alone would be reached by one picture a class, so the spread within classes is
 * measured beside it; and the same game with shuffled labels must fall to chance.
 *
 * Measured on SwiftShader after 750 steps: 96.7 % (Wilson's interval 95.4 % to 97.6 %) with a spread of 0.92 (0.90 to 0.93);
 * with shuffled labels 10.6 % (8.8 % to 12.7 %).
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import { hostRandom, shuffledOrder } from "../../../src/data/host_random.ts";
import type { ImageSource } from "../../../src/data/images/images.ts";
import { labelled } from "../../../src/data/images/labelled.ts";
import type { LabelledBatch } from "../../../src/data/source.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { dcgan } from "../../../src/gan/models/dcgan.ts";
import { ImageClassifier, samplesOf } from "../../../src/metrics/classifier/classifier.ts";
import { type ClassAccuracy, classAccuracy } from "../../../src/metrics/modes/class_accuracy.ts";
import { type ClassSpread, classSpread } from "../../../src/metrics/modes/class_spread.ts";
import { createEngine, reportsOf, withTrainer } from "../../gpu/fixtures.ts";

const classes = 10;
const steps = 750;
const minute = 60_000;
const asked = Array.from({ length: 1000 }, (_, i) => i % classes);

const source = glyphs();
let engine: Engine;
let classifier: ImageClassifier;
beforeAll(async () => {
  engine = await createEngine();
  classifier = await ImageClassifier.train(engine, glyphs({ count: 2000, seed: 77 }), { epochs: 6 });
}, 10 * minute);
afterAll(() => {
  classifier.dispose();
  engine.destroy();
});

function measured(data: ImageSource<LabelledBatch>): Promise<{ accuracy: ClassAccuracy; spread: ClassSpread }> {
  const { generator, discriminator } = dcgan({ imageSize: 28, classes, width: 16, latent: 64 });
  const config = {
    generator,
    discriminator,
    data,
    batchSize: 32,
    seed: 1,
    optimizer: {
      generator: { type: "adam", lr: 1e-3, betas: [0.5, 0.999] },
      discriminator: { type: "adam", lr: 5e-4, betas: [0.5, 0.999] },
    },
    probes: { every: 0 },
    submitMilliseconds: 200,
  } as const;
  return withTrainer(engine, config, async (trainer) => {
    await reportsOf(trainer, { steps, reportEvery: steps });
    const samples = await trainer.sample(asked.length, { label: asked });
    const { classes: told } = await classifier.classify(samples);
    const real = { ...samplesOf(source, [...asked.keys()]), labels: source.labels.subarray(0, asked.length) };
    return { accuracy: classAccuracy(told, asked), spread: classSpread(real, { ...samples, labels: asked }) };
  });
}

test("the classifier tells glyphs that it has not seen", async () => {
  const { classes: told } = await classifier.classify(samplesOf(source, [...asked.keys()]));
  expect(classAccuracy(told, source.labels.subarray(0, asked.length)).value).toBeGreaterThan(0.98);
});

test(
  "samples are of the class that was asked for, and differ within it as real ones do",
  async () => {
    const { accuracy, spread } = await measured(source);
    expect(accuracy.interval.low).toBeGreaterThan(0.88);
    expect(spread.value).toBeGreaterThan(0.7);
    expect(Math.min(...spread.ofClass)).toBeGreaterThan(0.5);
  },
  60 * minute,
);

test(
  "with shuffled labels they are of any class",
  async () => {
    const order = shuffledOrder(hostRandom(5), source.count);
    const { accuracy } = await measured(
      labelled(
        source,
        Uint16Array.from(order, (i) => source.labels[i] as number),
      ),
    );
    expect(accuracy.interval.low).toBeLessThan(1 / classes);
    expect(accuracy.interval.high).toBeLessThan(2 / classes);
  },
  60 * minute,
);
