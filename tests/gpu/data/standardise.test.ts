/** Points of very different scales: trained on standardised, given in their own units wherever they come out or go in. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { points } from "../../../src/data/points/points.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { Random } from "../../../src/tensor/random.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

/** Columns around 5000, around 0.001, and constant. */
const values = Array.from({ length: 256 }, (_, i) => [5000 + 1000 * Math.sin(i), 0.001 + 1e-4 * Math.cos(1.7 * i), 42]);
const mean = [0, 1, 2].map((k) => values.reduce((sum, row) => sum + row[k]!, 0) / values.length);
const deviation = [0, 1, 2].map(
  (k) => Math.sqrt(values.reduce((sum, row) => sum + (row[k]! - mean[k]!) ** 2, 0) / values.length) || 1,
);

const create = (standardise: boolean, given: number[][]) =>
  Trainer.create(engine, {
    generator: mlp([2, 8, 3]),
    discriminator: mlp([3, 8, 1]),
    data: points({
      values: given,
      standardise,
      modes: { centers: [[mean[0]!, mean[1]!, 42]], standardDeviation: 2000 },
    }),
    batchSize: 32,
    seed: 3,
    onWarning: () => undefined,
  });

const toUnits = (samples: Float32Array) => samples.map((x, i) => x * deviation[i % 3]! + mean[i % 3]!);

function expectNear(found: Float32Array, wanted: Float32Array): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!) / deviation[i % 3]!, `at ${i}`).toBeLessThan(1e-3);
  });
}

test("it is the training of standardised points, with samples in the data's own units", async () => {
  const standardised = values.map((row) => row.map((x, k) => (x - mean[k]!) / deviation[k]!));
  const [own, plain] = [await create(true, values), await create(false, standardised)];
  try {
    const reports = [];
    for (const trainer of [own, plain]) {
      for await (const report of trainer.train({ steps: 20, reportEvery: 20, samples: 8, grid: 4 })) {
        reports.push(report);
      }
    }
    const [ofOwn, ofPlain] = reports as [(typeof reports)[0], (typeof reports)[0]];
    expect(ofOwn.losses.generator).toBeCloseTo(ofPlain.losses.generator, 3);
    expect(ofOwn.losses.discriminator).toBeCloseTo(ofPlain.losses.discriminator, 3);
    expectNear(ofOwn.samples!.values, toUnits(ofPlain.samples!.values));
    expectNear(ofOwn.grid!.values, toUnits(ofPlain.grid!.values));
    // All lie near a mode that is given in the data's units: of the standardised ones none would.
    expect(ofOwn.modes?.counts).toEqual([8]);
    expectNear((await own.sample(5)).values, toUnits((await plain.sample(5)).values));
    const z = Float32Array.of(0.5, -1, 2, 0);
    const generated = (await plain.generate(z)).values;
    expectNear((await own.generate(z)).values, toUnits(generated));
    const [said, saidPlain] = [await own.judge(toUnits(generated)), await plain.judge(generated)];
    said.forEach((logit, i) => {
      expect(logit).toBeCloseTo(saidPlain[i]!, 2);
    });
  } finally {
    own.dispose();
    plain.dispose();
  }
});

test("what the source draws is in the data's own units, like samples: metrics compare the same", async () => {
  const prepared = points({ values, standardise: true }).prepare(engine);
  const random = new Random(engine.tensor([1], [], "u32"), engine.tensor([0], [], "u32"));
  const drawn = (await prepared.batch(random, 16).samples.data()) as Float32Array;
  const rows = new Set(values.map((row) => Float32Array.from(row).join()));
  for (let i = 0; i < 16; i++) expect(rows).toContain(drawn.subarray(3 * i, 3 * i + 3).join());
  prepared.dispose();
});
