/** What samples say of a site, beside what all of its elements do. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { glyphs } from "../../../src/data/drawn/glyphs.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { dcgan } from "../../../src/gan/models/dcgan.ts";
import type { TrainReport } from "../../../src/gan/run/report.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { exponentBins } from "../../../src/probes/gradient_flow.ts";
import { series } from "../../../src/probes/telemetry.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

type Probes = NonNullable<TrainerConfig["probes"]>;

async function run(config: Partial<TrainerConfig>, probes: Probes, steps: number) {
  return withTrainer(engine, { ...config, probes }, async (trainer) => {
    const reports = await reportsOf(trainer, { steps, reportEvery: steps });
    return { report: reports.at(-1) as TrainReport, parameters: await trainer.parameters() };
  });
}

const { training: _, ...networks } = dcgan({ imageSize: 28, width: 8, latent: 8 });

/** Wide enough that samples are a small part of a site, and the same with sites that are taken whole. */
const games: Readonly<Record<string, Partial<TrainerConfig>>> = {
  points: {
    generator: mlp([2, 160, 160, 2], { activation: "relu" }),
    discriminator: mlp([2, 160, 160, 1], { activation: "leakyRelu" }),
    batchSize: 128,
  },
  "points of which little is there": { batchSize: 16 },
  images: {
    ...networks,
    data: glyphs({ size: 28 }),
    batchSize: 20,
  },
};

const { images, ...small } = games;

describe.each(Object.entries(inject("isThorough") ? games : small))("of %s", (__, config) => {
  const steps = 4;

  test("agree with all elements, and change no bit of the training", { timeout: 180_000 }, async () => {
    const sampled = await run(config, {}, steps);
    const exact = await run(config, { exact: true }, steps);
    const none = await run(config, { every: 0 }, steps);
    expect(sampled.parameters).toEqual(exact.parameters);
    expect(sampled.parameters).toEqual(none.parameters);
    const { columns } = sampled.report.telemetry;
    const compared = columns.filter(({ name }) =>
      /radient\/.*(rms|zeros)$|saturation|^update|^gradientNorm/.test(name),
    );
    expect(compared.length).toBeGreaterThan(20);
    for (const { name, sampled: part } of compared) {
      const [some, all] = [sampled, exact].map(({ report }) => series(report.telemetry, name)) as [number[], number[]];
      const isWhole = part === undefined || part.elements === part.of;
      for (const [row, value] of some.entries()) {
        const right = all[row] as number;
        const isShare = /zeros|saturated|dead/.test(name);
        // Rows of a batch differ; of a share, three standard deviations of the fewest independent rows.
        const error = isWhole
          ? 1e-5 * Math.max(right, 1e-30)
          : isShare
            ? (3 * 0.5) / Math.sqrt(part.rows)
            : 0.6 * right;
        expect(Math.abs(value - right), `${name}, row ${row}: ${value} of ${right}`).toBeLessThanOrEqual(error);
      }
    }
  });

  test("are counted: as many exponents as elements", async () => {
    const { report } = await run(config, {}, 1);
    const { columns, rows } = report.telemetry;
    const histograms = columns.filter(({ name }) => name.endsWith("/exponents"));
    expect(histograms.length).toBeGreaterThan(4);
    for (const { offset, size, sampled: part } of histograms) {
      expect(size).toBe(exponentBins);
      const counts = rows[0]!.values.subarray(offset, offset + size);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(part?.elements);
    }
  });

  test("have the norm of all gradients by parameters", async () => {
    const { report } = await run(config, {}, 1);
    for (const player of ["generator", "discriminator"]) {
      const [norm] = series(report.telemetry, `gradientNorm/${player}`);
      expect(norm).toBeGreaterThan(0);
    }
  });
});
