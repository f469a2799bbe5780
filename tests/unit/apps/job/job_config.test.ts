import { data, type Engine } from "saddlepoint";
import { describe, expect, test } from "vitest";
import { type JobConfig, resolveJob, trainerConfig } from "../../../../apps/job/job_config.ts";
import { jobTitle } from "../../../../apps/job/job_title.ts";
import { dataSets } from "../../../../apps/job/options/data_sets.ts";
import { evaluationSteps, reportInterval, stretches } from "../../../../apps/job/schedule.ts";
import { resolveConfig } from "../../../../src/gan/trainer/config.ts";
import { byName } from "../../../../src/gan/trainer/names.ts";

/** As much of an engine as a configuration is checked against. */
const engine = {
  adapterName: "none",
  features: new Set(),
  limits: { maxStorageBufferBindingSize: 2 ** 27 },
} as unknown as Engine;

const ring = dataSets.ring.create();
const ringConfig: JobConfig = { data: { kind: "set", name: "ring" } };
const images = (height: number, width: number, channels = 1) =>
  data.images({
    values: Uint8Array.from({ length: 2 * height * width * channels }, (_, i) => i % 251),
    shape: [2, height, width, channels],
  });
const imageConfig: JobConfig = { data: { kind: "idx", url: "/data", name: "digits" } };

describe("resolveJob", () => {
  test("takes an mlp for images of any form", () => {
    const job = resolveJob(imageConfig, images(5, 4));
    expect(job.model).toBe("mlp");
    expect(job.networks).toMatchObject({ generator: { layers: [64, 128, 256, 20] } });
    expect(trainerConfig(job, images(5, 4)).generator.outputShape).toEqual([20]);
  });

  test("takes what was published with a model, but for the user's own choices", () => {
    const source = images(32, 32, 3);
    const job = resolveJob({ ...imageConfig, model: "resnet", batchSize: 8, learningRate: 1e-4 }, source);
    expect(job).toMatchObject({ loss: "hinge", discriminatorSteps: 5, batchSize: 8 });
    expect(job.optimizers.generator).toEqual({ type: "adam", lr: 1e-4, betas: [0, 0.9] });
    expect(job.networks).toEqual({ imageSize: 32, channels: 3 });
    expect(trainerConfig(job, source).generator.outputShape).toEqual([32, 32, 3]);
  });

  test.each([
    ["dcgan", 28, 28],
    ["dcgan", 48, 31],
    ["resnet", 32, 32],
    ["resnet", 64, 32],
    ["mlp", 28, 28],
  ] as const)("the trainer takes what is published with the model %s, for %i x %i pixels", (model, height, width) => {
    const source = images(height, width);
    const config = trainerConfig(resolveJob({ ...imageConfig, model, batchSize: 2 }, source), source);
    expect(() => resolveConfig(engine, config, byName)).not.toThrow();
  });

  describe("networks that are told the class", () => {
    const glyphs = data.glyphs({ count: 20 });
    const glyphConfig: JobConfig = { data: { kind: "images", name: "glyphs" }, conditional: true };

    test.each(["mlp", "dcgan"] as const)("are an %s of the data's classes", (model) => {
      const job = resolveJob({ ...glyphConfig, model }, glyphs);
      expect(job.networks.classes).toBe(10);
      const config = trainerConfig(job, glyphs);
      expect([config.generator.inputs, config.discriminator.inputs]).toEqual([["label"], ["label"]]);
      expect(() => resolveConfig(engine, config, byName)).not.toThrow();
      expect(jobTitle(glyphConfig, job)).toContain(", conditional, ");
    });

    test("take points with the modes as classes, and reconstruct them for an autoencoder's loss", () => {
      const job = resolveJob({ ...ringConfig, conditional: true, loss: "began" }, ring);
      expect(job.networks.classes).toBe(8);
      const { generator, discriminator } = trainerConfig(job, ring);
      expect([generator.inputShape, discriminator.inputShape, discriminator.outputShape]).toEqual([[2], [2], [2]]);
    });

    test("need data with classes", () => {
      const conditional = { ...ringConfig, conditional: true };
      expect(() => resolveJob(conditional, dataSets.line.create())).toThrow(/--conditional: line has no labels/);
      const single = data.glyphs({ count: 4, classes: [0] });
      expect(() => resolveJob(conditional, data.labelled(single, [0, 0, 0, 0]))).toThrow(/has a single class/);
    });

    test("know of none without being asked", () => {
      const job = resolveJob(ringConfig, ring);
      expect(job.networks.classes).toBeUndefined();
      expect(trainerConfig(job, ring).generator.inputs).toEqual([]);
    });
  });

  test("keeps the ratio of the players' rates", () => {
    const { optimizers } = resolveJob({ ...ringConfig, learningRate: 3e-4 }, ring);
    expect([optimizers.generator.lr, optimizers.discriminator.lr]).toEqual([3e-4, 6e-4]);
  });

  test("refuses a model that is not made for the data, and says why", () => {
    expect(() => resolveJob({ ...ringConfig, model: "dcgan" }, ring)).toThrow(/made for images.*has none/);
    expect(() => resolveJob({ ...imageConfig, model: "dcgan" }, images(28, 15))).toThrow(
      /nearest sizes are \[28, 16\]/,
    );
    expect(() => resolveJob({ ...imageConfig, model: "resnet" }, images(30, 30))).toThrow(
      /nearest sizes are 28 and 32/,
    );
  });

  test("names the model in the title", () => {
    const job = resolveJob({ ...imageConfig, model: "dcgan" }, images(28, 28));
    expect(jobTitle(imageConfig, job)).toBe("Images of digits, dcgan, non-saturating loss");
    expect(jobTitle(ringConfig, resolveJob(ringConfig, ring))).toBe("Ring of 8 Gaussians, non-saturating loss");
  });
});

describe("the steps at which images are measured", () => {
  test.each([1, 7, 150, 1600])("of %i end with the last, and every stretch stops at them", (steps) => {
    const job = resolveJob({ ...imageConfig, steps }, images(8, 8));
    const reportEvery = reportInterval(job);
    const stops = evaluationSteps(job, reportEvery);
    expect(stops.length).toBeLessThanOrEqual(10);
    expect(stops.at(-1)).toBe(steps);
    const parts = stretches(job, reportEvery, stops);
    const ends = parts.map((_, i) => parts.slice(0, i + 1).reduce((sum, part) => sum + part.steps, 0));
    expect(ends).toEqual(expect.arrayContaining(stops));
    expect(ends.at(-1)).toBe(steps);
    expect(parts.every((part) => part.steps > 0)).toBe(true);
  });

  test("change no learning rate", () => {
    const job = resolveJob({ ...imageConfig, steps: 1600 }, images(8, 8));
    const rateAfter = (stops: readonly number[]) =>
      stretches(job, 32, stops).flatMap(({ steps, rate }) => new Array<number>(steps).fill(rate));
    expect(rateAfter([160, 320, 1600])).toEqual(rateAfter([]));
  });
});
