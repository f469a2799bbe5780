/** Runs that are broken in known ways, and what is found in them; and the signals that it is found by, against float64. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DataSource } from "../../../src/data/source.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import type { TrainReport } from "../../../src/gan/run/report.ts";
import type { Snapshot } from "../../../src/gan/run/snapshot.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { balance } from "../../../src/probes/balance.ts";
import { sampleSpread } from "../../../src/probes/sample_spread.ts";
import { series } from "../../../src/probes/telemetry.ts";
import { directionOf } from "../../../src/probes/update_direction.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { someOf } from "../../browser/some_of.ts";
import { createRng } from "../../reference/rng.ts";
import { createEngine, reportsOf, smallGame, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const adam = (lr: number, beta = 0.5) => ({ type: "adam", lr, betas: [beta, 0.999] }) as const;
const rates = (generator: number, discriminator: number) => ({
  generator: adam(generator),
  discriminator: adam(discriminator),
});

async function lastReport(config: Partial<TrainerConfig>, steps: number): Promise<TrainReport> {
  const reports = await withTrainer(engine, config, (trainer) => reportsOf(trainer, { steps, reportEvery: 100 }));
  return reports.at(-1) as TrainReport;
}

const ailmentsOf = ({ findings }: TrainReport) => findings.map(({ ailment, site }) => `${ailment} at ${site}`);

/** Networks that learn the ring, if they are let. */
const able = {
  generator: mlp([2, 32, 32, 2], { activation: "relu" }),
  discriminator: mlp([2, 32, 32, 1], { activation: "leakyRelu" }),
  batchSize: 64,
  optimizer: adam(1e-3),
} satisfies Partial<TrainerConfig>;

describe("a healthy ring", () => {
  test.each<[string, Partial<TrainerConfig>]>([
    ["by the usual loss", {}],
    ["by hinge and R1", { loss: "hinge", penalties: "r1" }],
    [
      "by a Wasserstein critic",
      { loss: "wasserstein", penalties: { type: "wganGp", weight: 1 }, discriminatorSteps: 3 },
    ],
  ])("%s has no finding", { timeout: 120_000 }, async (_, config) => {
    const { episodes } = await lastReport({ ...able, ...config }, 500);
    expect(episodes.filter(({ severity }) => severity !== "info")).toEqual([]);
  });
});

const deep = mlp([2, ...new Array<number>(10).fill(16), 2], { activation: "sigmoid" });

/** Of which the normal tests take some. */
const broken: readonly (readonly [string, Partial<TrainerConfig>, number, readonly string[]])[] = [
  ["by a generator that stands still", { optimizer: rates(0, 1e-3) }, 150, ["frozen-player at generator"]],
  [
    "by a discriminator that does",
    { optimizer: rates(1e-3, 0) },
    250,
    ["frozen-player at discriminator", "weak-discriminator at discriminator/logit"],
  ],
  [
    "by a discriminator that runs ahead",
    { optimizer: rates(1e-5, 1e-2) },
    400,
    ["overpowering-discriminator at discriminator/logit"],
  ],
  [
    "by one that does under hinge",
    { optimizer: rates(1e-5, 1e-2), loss: "hinge" },
    400,
    ["overpowering-discriminator at discriminator/logit"],
  ],
  [
    "by one that does under least squares",
    { optimizer: rates(1e-5, 1e-2), loss: "least-squares" },
    400,
    ["overpowering-discriminator at discriminator/logit"],
  ],
  [
    "by a generator of sigmoids",
    { generator: deep },
    200,
    ["complete-collapse at generator/output", "vanishing-generator-gradient at generator/0/linear"],
  ],
  [
    "by a penalty that is too heavy",
    { penalties: { type: "r1", weight: 1e4 }, optimizer: rates(1e-3, 1e-6) },
    200,
    ["penalty-blow-up at discriminator/r1"],
  ],
];

describe("a ring that is broken", () => {
  test.each(someOf(broken))("%s", { timeout: 120_000 }, async (_, config, steps, expected) => {
    expect(ailmentsOf(await lastReport({ ...able, ...config }, steps))).toEqual(expect.arrayContaining([...expected]));
  });

  test("is found alike with probes in every eighth step", async () => {
    const found = await Promise.all(
      [1, 8].map(async (every) => ailmentsOf(await lastReport({ optimizer: rates(0, 1e-3), probes: { every } }, 980))),
    );
    expect(found[1]).toEqual(found[0]);
  });
});

test("findings go on over a snapshot as if there had been none", { timeout: 120_000 }, async () => {
  const config = { optimizer: rates(0, 2e-2), discriminator: mlp([2, 32, 32, 1], { activation: "leakyRelu" }) };
  const whole = await lastReport(config, 300);
  const split = await withTrainer(engine, config, async (trainer) => {
    await reportsOf(trainer, { steps: 130, reportEvery: 100 });
    const snapshot = structuredClone(await trainer.snapshot());
    return withTrainer(engine, config, async (other) => {
      other.restore(snapshot);
      return (await reportsOf(other, { steps: 170, reportEvery: 100 })).at(-1) as TrainReport;
    });
  });
  expect(whole.findings.length).toBeGreaterThan(0);
  expect(split.findings).toEqual(whole.findings);
  expect(split.episodes).toEqual(whole.episodes);
  expect(split.telemetry.rows.at(-1)).toEqual(whole.telemetry.rows.at(-1));
});

/** Data that lie on the GPU in parts. */
const streamed = (source: DataSource): DataSource => ({
  ...source,
  prepare: (engine) => ({ ...source.prepare(engine), advance: () => 2 ** 20 }),
});

test("a snapshot keeps the real samples that cells are about where data are streamed; others are the same anyway", async () => {
  const of = ({ states }: Snapshot) =>
    states.filter(({ path }) => path.startsWith("probes/cells/")).map(({ path, bytes }) => [path, bytes]);
  const snapshotOf = (config: Partial<TrainerConfig>) =>
    withTrainer(engine, config, async (trainer) => {
      await reportsOf(trainer, { steps: 5 });
      return trainer.snapshot();
    });
  expect(of(await snapshotOf({}))).toEqual([]);
  const config = { data: streamed(smallGame.data) };
  const snapshot = await snapshotOf(config);
  expect(of(snapshot).map(([path]) => path)).toEqual(["probes/cells/areKept", "probes/cells/anchors"]);
  await withTrainer(engine, config, async (trainer) => {
    trainer.restore(snapshot);
    await reportsOf(trainer, { steps: 3 });
    expect(of(await trainer.snapshot())).toEqual(of(snapshot));
  });
});

test("a snapshot of a run without probes goes on in one with them", async () => {
  const snapshot = await withTrainer(engine, { probes: { every: 0 } }, async (trainer) => {
    await reportsOf(trainer, { steps: 5 });
    return trainer.snapshot();
  });
  await withTrainer(engine, {}, async (trainer) => {
    trainer.restore(snapshot);
    const [report] = await reportsOf(trainer, { steps: 3 });
    expect(series((report as TrainReport).telemetry, "direction/generator").at(-1)).not.toBeNaN();
  });
});

const rng = createRng("ailments");
const draw = (length: number) => Array.from({ length }, () => Math.fround(rng.between(-1, 1)));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const numbersOf = async (values: Readonly<Record<string, Tensor>>) => {
  const names = Object.keys(values);
  const all = await engine.evaluate(names.map((name) => (values[name] as Tensor).node));
  return Object.fromEntries(names.map((name, i) => [name, [...(all[i] as Float32Array)]]));
};

test.each([
  [64, 2],
  [40, 3],
  [2, 5],
])("samples: %d of %d numbers, and where they lie", async (count, width) => {
  const [real, fake] = [draw(count * width), draw(count * width).map((x) => Math.fround(0.5 * x + 3))];
  const rows = (x: readonly number[]) => Array.from({ length: count }, (_, i) => x.slice(i * width, (i + 1) * width));
  const moments = (x: number[][]) => {
    const means = Array.from({ length: width }, (_, j) => mean(x.map((row) => row[j] as number)));
    const squares = x.flatMap((row) => row.map((value, j) => (value - (means[j] as number)) ** 2));
    return { means, deviation: Math.sqrt(mean(squares)) };
  };
  const [a, b] = [rows(real), rows(fake)];
  const [ofReal, ofFake] = [moments(a), moments(b)];
  const n = Math.min(32, Math.floor(count / 2));
  const distance = (x: readonly number[], y: readonly number[]) =>
    Math.sqrt(mean(x.map((value, j) => (value - (y[j] as number)) ** 2)));
  const nearest = (from: number[][], to: number[][]) =>
    mean(from.map((x) => Math.min(...to.map((y) => distance(x, y))))) / ofReal.deviation;
  const [first, last] = [(x: number[][]) => x.slice(0, n), (x: number[][]) => x.slice(-n)];
  const shape = [count, width];
  const told = await numbersOf(sampleSpread(engine.tensor(real, shape), engine.tensor(fake, shape)));
  const close = (value: number) => [expect.closeTo(value, 4)];
  expect(told).toEqual({
    deviationReal: close(ofReal.deviation),
    deviationFake: close(ofFake.deviation),
    meanGap: close(
      Math.sqrt(mean(ofReal.means.map((value, j) => (value - (ofFake.means[j] as number)) ** 2))) / ofReal.deviation,
    ),
    mean: [0, 1, 2, 3].map((i) => expect.closeTo(ofFake.means[Math.floor((i * width) / 4)] as number, 4)),
    least: [Math.min(...real)],
    greatest: [Math.max(...real)],
    realToReal: close(nearest(first(a), last(a))),
    realToFake: close(nearest(first(a), first(b))),
    fakeToReal: close(nearest(first(b), last(a))),
    fakeToFake: close(nearest(first(b), last(b))),
  });
});

test("samples of many numbers are looked at in some of them", async () => {
  const shape = [8, 20, 20, 3];
  const [real, fake] = [draw(9600), draw(9600)];
  const told = await numbersOf(sampleSpread(engine.tensor(real, shape), engine.tensor(fake, shape)));
  // Of uniform numbers.
  expect(told["deviationReal"]?.[0]).toBeCloseTo(Math.sqrt(1 / 3), 1);
  expect(told["realToFake"]?.[0]).toBeCloseTo(Math.SQRT2, 0);
});

test("balance ranks pairs, by a boundary of the loss, and of errors the other way round", async () => {
  const [real, fake] = [engine.tensor([[0.9], [0.4], [0.7]]), engine.tensor([[0.1], [0.6], [0.4]])];
  expect(await numbersOf(balance(real, fake, { boundary: 0.5 }))).toMatchObject({
    accuracyReal: [expect.closeTo(2 / 3, 5)],
    accuracyFake: [expect.closeTo(2 / 3, 5)],
    // Of nine pairs seven are right, and one is a tie.
    ranked: [expect.closeTo(7.5 / 9, 5)],
  });
  expect(await numbersOf(balance(real, fake, { boundary: 0.5, isError: true }))).toMatchObject({
    accuracyReal: [expect.closeTo(1 / 3, 5)],
    accuracyFake: [expect.closeTo(1 / 3, 5)],
    ranked: [expect.closeTo(1.5 / 9, 5)],
  });
});

test.each([1, 1e-6, 1e-12])("the direction of updates of size %f is a cosine", async (size) => {
  const [now, before] = [draw(300), draw(300)].map((x) => x.map((value) => Math.fround(size * value))) as [
    number[],
    number[],
  ];
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
  const cosine = dot(now, before) / Math.sqrt(dot(now, now) * dot(before, before));
  const zeros = engine.tensor(new Array<number>(300).fill(0));
  const minus = engine.tensor(before.map((value) => -value));
  const found = {
    first: directionOf({ after: engine.tensor(now), before: zeros, last: zeros }),
    second: directionOf({ after: engine.tensor(now), before: zeros, last: minus }),
  };
  expect(await numbersOf(found)).toEqual({ first: [0], second: [expect.closeTo(cosine, 4)] });
});
