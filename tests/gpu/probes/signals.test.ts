/** Factors of the generator's gradient, held-out samples, cells and classes against float64; and runs that are found by them. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { holdOut } from "../../../src/data/held_out.ts";
import { images } from "../../../src/data/images/images.ts";
import { points } from "../../../src/data/points/points.ts";
import { sampler } from "../../../src/data/sampler.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import type { TrainReport } from "../../../src/gan/run/report.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { concatInput } from "../../../src/nn/layers/concat_input.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { projection } from "../../../src/nn/layers/projection.ts";
import { mlp, network } from "../../../src/nn/network/network.ts";
import { anchorsOf, cellCount, cells } from "../../../src/probes/batches/cells.ts";
import { classSpread } from "../../../src/probes/batches/class_spread.ts";
import { heldOut } from "../../../src/probes/batches/held_out.ts";
import { factorsOf } from "../../../src/probes/gradient_factors.ts";
import { series } from "../../../src/probes/telemetry.ts";
import { Random } from "../../../src/tensor/random.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { createRng } from "../../reference/rng.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const rng = createRng("signals");
const draw = (length: number, low = -1, high = 1) => Array.from({ length }, () => Math.fround(rng.between(low, high)));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rms = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => value * value)));
const rowsOf = (x: readonly number[], width: number) =>
  Array.from({ length: x.length / width }, (_, i) => x.slice(i * width, (i + 1) * width));
const numbersOf = async (values: Readonly<Record<string, Tensor>>) => {
  const names = Object.keys(values);
  const all = await engine.evaluate(names.map((name) => (values[name] as Tensor).node));
  return Object.fromEntries(names.map((name, i) => [name, [...(all[i] as Float32Array)]]));
};

describe("the factors of the generator's gradient", () => {
  /** Cotangents of 16 samples with slopes and Jacobians of their own. */
  function cotangents(gain: number, width: number) {
    const gains = draw(16, 0.1, 1).map((value) => Math.fround(value * gain));
    const slopes = draw(16 * 2);
    const output = slopes.map((slope, i) => Math.fround(slope * (gains[Math.floor(i / 2)] as number)));
    const first = draw(16 * width).map((x, i) =>
      Math.fround(x * 1e-3 * rms(rowsOf(output, 2)[Math.floor(i / width)] as number[])),
    );
    return { gains, output, first };
  }

  test.each([1, 1e-6, 1e-20, 1e-25])("are those of float64, behind a gain of about %f", async (gain) => {
    const width = 5;
    const { gains, output, first } = cotangents(gain, width);
    const ratios = (above: readonly number[], below: readonly number[]) =>
      Math.log10(rms(above.map((value, i) => value / (below[i] as number))));
    const sizes = rowsOf(output, 2).map(rms);
    const told = await numbersOf(
      factorsOf({
        logit: engine.tensor(gains, [16, 1]),
        output: engine.tensor(output, [16, 2]),
        first: engine.tensor(first, [16, width]),
      }),
    );
    expect(told["critic"]?.[0]).toBeCloseTo(ratios(sizes, gains), 3);
    expect(told["generator"]?.[0]).toBeCloseTo(ratios(rowsOf(first, width).map(rms), sizes), 3);
  });

  test("leave out samples that the loss gives no gradient, and packs are judged as one", async () => {
    const logit = engine.tensor([0, 0.5], [2, 1]);
    const output = engine.tensor([0, 0, 0, 0, 3, 3, 3, 3], [4, 2]);
    const told = await numbersOf(factorsOf({ logit, output, first: output.mul(0.01) }));
    expect(told["critic"]?.[0]).toBeCloseTo(Math.log10(6), 4);
    expect(told["generator"]?.[0]).toBeCloseTo(-2, 4);
  });

  test("of nothing are the least value", async () => {
    const zeros = engine.tensor([0, 0], [2, 1]);
    const told = await numbersOf(factorsOf({ logit: zeros, output: zeros, first: zeros }));
    expect(told["critic"]?.[0]).toBeCloseTo(Math.log10(2 ** -126), 3);
  });
});

test("held-out samples: the mean output, and the share of pairs", async () => {
  const [real, held] = [draw(50), draw(20, -1.5, 0.5)];
  const pairs = real.flatMap((x) => held.map((y) => Number(x > y) + 0.5 * Number(x === y)));
  const [a, b] = [engine.tensor(held, [20, 1]), engine.tensor(real, [50, 1])];
  expect(await numbersOf(heldOut(a, b))).toEqual({
    logit: [expect.closeTo(mean(held), 5)],
    ranked: [expect.closeTo(mean(pairs), 5)],
  });
  expect((await numbersOf(heldOut(a, b, { isError: true })))["ranked"]?.[0]).toBeCloseTo(1 - mean(pairs), 5);
});

test.each([
  [40, 3],
  [6, 2],
])("cells: where %d samples of %d numbers lie", async (count, width) => {
  const [real, fake] = [draw(count * width), draw(count * width)];
  const first = rowsOf(real, width);
  const anchors = Array.from({ length: cellCount }, (_, i) => first[i % count] as number[]);
  const apart = (x: readonly number[], y: readonly number[]) =>
    mean(x.map((value, j) => (value - (y[j] as number)) ** 2));
  const shares = anchors.map((anchor) =>
    mean(
      rowsOf(fake, width).map((x) => Number(apart(x, anchor) <= Math.min(...anchors.map((other) => apart(x, other))))),
    ),
  );
  const told = await numbersOf(
    cells(anchorsOf(engine.tensor(real, [count, width])), engine.tensor(fake, [count, width])),
  );
  expect(told["fake"]).toEqual(shares.map((share) => expect.closeTo(share, 5)));
});

test("classes: how samples differ within one, and across", async () => {
  const [count, width] = [30, 3];
  const sides = [0, 1].map(() => ({
    samples: draw(count * width),
    labels: Array.from({ length: count }, () => rng.integer(0, 3)),
  }));
  const expected = sides.map(({ samples, labels }) => {
    const pairs = rowsOf(samples, width).flatMap((x, i) =>
      rowsOf(samples, width).flatMap((y, j) =>
        i === j
          ? []
          : [
              {
                isSame: labels[i] === labels[j],
                half: 0.5 * mean(x.map((value, k) => (value - (y[k] as number)) ** 2)),
              },
            ],
      ),
    );
    const of = (isSame: boolean) => mean(pairs.filter((pair) => pair.isSame === isSame).map(({ half }) => half));
    return [mean(pairs.map(({ isSame }) => Number(isSame))), of(true), of(false)];
  });
  const [real, fake] = sides.map(({ samples, labels }) => ({
    samples: engine.tensor(samples, [count, width]),
    labels: engine.tensor(labels, [count], "u32"),
  })) as [{ samples: Tensor; labels: Tensor }, { samples: Tensor; labels: Tensor }];
  const told = await numbersOf(classSpread(real.samples, real.labels, fake.samples, fake.labels));
  const names = ["pairsReal", "withinReal", "acrossReal", "pairsFake", "withinFake", "acrossFake"];
  expect(names.map((name) => told[name]?.[0])).toEqual(expected.flat().map((value) => expect.closeTo(value, 5)));
});

const adam = (lr: number, beta = 0.5) => ({ type: "adam", lr, betas: [beta, 0.999] }) as const;

async function lastReport(config: Partial<TrainerConfig>, steps: number): Promise<TrainReport> {
  const reports = await withTrainer(engine, config, (trainer) => reportsOf(trainer, { steps, reportEvery: 100 }));
  return reports.at(-1) as TrainReport;
}

const found = ({ episodes }: TrainReport) => episodes.map(({ ailment }) => ailment);

/** Points of eight numbers. */
const cloud = (count: number) => rowsOf(draw(8 * count), 8);
const held = (count: number, share: number): Partial<TrainerConfig> => ({
  generator: mlp([8, 16, 8]),
  discriminator: mlp([8, 64, 64, 1], { activation: "leakyRelu" }),
  data: holdOut(points(cloud(count)), { share }),
  batchSize: 32,
  optimizer: adam(2e-3),
});
const ring = (rate: number, beta: number): Partial<TrainerConfig> => ({
  generator: mlp([2, 32, 32, 2], { activation: "relu" }),
  discriminator: mlp([2, 32, 32, 1], { activation: "leakyRelu" }),
  batchSize: 64,
  optimizer: { generator: adam(rate, beta), discriminator: adam(1e-3, beta) },
});
/** A generator of tanh whose first weights have deviations of so many times the usual. */
const inner = (times: number): Partial<TrainerConfig> => ({
  generator: mlp([2, 16, 16, 2], {
    activation: "tanh",
    initializer: (random, shape, { fanIn }) => random.normal(shape).mul(times / Math.sqrt(fanIn)),
  }),
  optimizer: adam(1e-4),
});
const normal = (deviation: number): Partial<TrainerConfig> => ({
  generator: mlp([2, 16, 2], { outputActivation: "tanh" }),
  data: sampler({ sampleShape: [2], sample: (random, size) => random.normal([size, 2]).mul(deviation) }),
});

type Twins = readonly [ailment: string, broken: Partial<TrainerConfig>, healthy: Partial<TrainerConfig>, steps: number];
const brief: readonly Twins[] = [
  ["saturated-layer", inner(30), inner(1), 100],
  ["data-out-of-range", normal(5), normal(0.2), 40],
];
const lengthy: readonly Twins[] = [
  ["discriminator-overfitting", held(60, 0.3), held(6000, 0.05), 500],
  ["hopping-modes", ring(5e-3, 0.9), ring(1e-3, 0.5), 700],
];

describe("a broken run is found, and its healthy twin is not", () => {
  test.each([...brief, ...(inject("isThorough") ? lengthy : [])])(
    "%s",
    { timeout: 240_000 },
    async (ailment, broken, healthy, steps) => {
      expect(found(await lastReport(broken, steps))).toContain(ailment);
      expect(found(await lastReport(healthy, steps))).not.toContain(ailment);
    },
  );
});

test("nothing is held out of a run that does not ask, and of one that does, probes change no bit", async () => {
  const { telemetry } = await lastReport({}, 3);
  expect(telemetry.columns.filter(({ name }) => name.startsWith("heldOut/"))).toEqual([]);
  const parted = held(100, 0.2);
  const parameters = (every: number) =>
    withTrainer(engine, { ...parted, probes: { every } }, async (trainer) => {
      const [report] = await reportsOf(trainer, { steps: 4, reportEvery: 4 });
      const said = report ? series(report.telemetry, "heldOut/ranked") : [];
      return { said, parameters: await trainer.parameters() };
    });
  const [with_, without] = [await parameters(1), await parameters(0)];
  expect(with_.parameters).toEqual(without.parameters);
  expect(with_.said.every((share) => share >= 0 && share <= 1)).toBe(true);
});

const classes = 3;
const labels = Array.from({ length: 90 }, (_, i) => i % classes);

test.each<[string, Partial<TrainerConfig>, readonly string[]]>([
  [
    "with classes",
    {
      generator: network([8], [concatInput({ classes }), linear(16), activation("leakyRelu"), linear(8)]),
      discriminator: network([8], [linear(16), activation("leakyRelu"), projection(classes)]),
      data: holdOut(points({ values: cloud(90), labels }), { share: 0.2 }),
    },
    ["heldOut/logit", "heldOut/ranked", "classes/withinReal", "classes/acrossFake", "factor/critic"],
  ],
  [
    "with packs, a loss of scores and a penalty",
    {
      ...held(60, 0.3),
      discriminator: mlp([8, 16, 1]),
      tricks: "pac",
      loss: "wasserstein",
      penalties: "wganGp",
    },
    ["heldOut/logit", "heldOut/ranked", "cells/fake", "factor/critic", "factor/generator"],
  ],
])("a game %s is measured whole", async (_, config, names) => {
  const { telemetry } = await lastReport({ batchSize: 32, ...config }, 3);
  for (const name of names) {
    const measured = series(telemetry, name);
    expect(measured, name).toHaveLength(3);
    expect(measured.every(Number.isFinite), name).toBe(true);
  }
});

test("a batch is drawn from one part of the images alone, and held-out ones from the other, with their labels", async () => {
  const values = Uint8Array.from({ length: 4 * 60 }, (_, i) => Math.floor(i / 4) * 4);
  const source = holdOut(images({ values, shape: [60, 2, 2], labels: Array.from({ length: 60 }, (_, i) => i) }), {
    share: 0.25,
  });
  const prepared = source.prepare(engine);
  const drawnBy = async (batch: ReturnType<typeof prepared.batch> | undefined) => {
    const { samples, labels: drawn } = batch as { samples: Tensor; labels: Tensor };
    const pixels = [...(await samples.data())].filter((_, i) => i % 4 === 0);
    const of = [...(await drawn.data())];
    expect(pixels.map((pixel) => Math.round((127.5 * (pixel + 1)) / 4))).toEqual(of);
    return of;
  };
  const random = () => new Random(engine.tensor([1], [], "u32"), engine.tensor([0], [], "u32"));
  const trained = await drawnBy(prepared.batch(random(), 45));
  const others = await drawnBy(prepared.heldOut?.(random(), 100));
  expect([...trained, ...others].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
  prepared.dispose();
});
