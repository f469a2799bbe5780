/** A training that begins before its plans with probes are compiled: what its rows hold, and what ends the compilation. */
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { DeviceLostError, KernelError, OptionError } from "../../../src/errors/errors.ts";
import type { TrainReport } from "../../../src/gan/run/report.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { createEngine, reportsOf, smallGame } from "../fixtures.ts";
import { engineOn, losable, ranThrough } from "./losable.ts";

const game: TrainerConfig = { ...smallGame, batchSize: 8, probes: {} };
const waiting: TrainerConfig = { ...game, probes: { fromStart: true } };

const { createComputePipelineAsync } = GPUDevice.prototype;
let gate: Promise<void>;
let open: () => void;

/** From now on, pipelines are made once `open` is called. */
function hold(): void {
  gate = new Promise((resolve) => {
    open = resolve;
  });
}

beforeEach(() => {
  gate = Promise.resolve();
  GPUDevice.prototype.createComputePipelineAsync = async function (descriptor) {
    await gate;
    return createComputePipelineAsync.call(this, descriptor);
  };
});
afterEach(() => {
  open();
  GPUDevice.prototype.createComputePipelineAsync = createComputePipelineAsync;
});

type Telemetry = TrainReport["telemetry"];
const column = "gradient/generator/output/rms";

/** One number for each row: NaN where the row lacks it. */
function columnOf(reports: readonly TrainReport[], name = column): number[] {
  return reports.flatMap(({ telemetry: { columns, rows } }: { telemetry: Telemetry }) => {
    const { offset = Number.NaN } = columns.find((each) => each.name === name) ?? {};
    return rows.map(({ values }) => values[offset] as number);
  });
}

/** Trains until a row has all columns. */
async function untilProbed(trainer: Trainer): Promise<TrainReport[]> {
  const reports: TrainReport[] = [];
  for await (const report of trainer.train({ steps: 100_000, reportEvery: 5 })) {
    reports.push(report);
    if (!Number.isNaN(columnOf([report]).at(-1))) break;
  }
  return reports;
}

const rejected = (trainer: Trainer) => reportsOf(trainer, { steps: 5 });

/** Lets whatever the trainer compiles behind go on to its end. */
async function settled(trainer: Trainer): Promise<void> {
  await trainer.profile().catch(() => undefined);
}

test.each(inject("isThorough") ? [1, 3] : [3])(
  "rows with all columns begin at one step, and measure what a run has that waits: every %d",
  async (every) => {
    const engine = await createEngine();
    const expected = await Trainer.create(engine, { ...waiting, probes: { every, fromStart: true } });
    const early = await createEngine();
    const trainer = await Trainer.create(early, { ...game, probes: { every } });
    hold();
    const unprobed = String(trainer.explain());
    const first = await reportsOf(trainer, { steps: 20, reportEvery: 10 });
    expect(columnOf(first).every(Number.isNaN)).toBe(true);
    expect(columnOf(first, "loss/generator").every(Number.isFinite)).toBe(true);
    open();
    const reports = [...first, ...(await untilProbed(trainer))];
    const steps = trainer.step;
    const all = columnOf(reports);
    const told = columnOf(await reportsOf(expected, { steps, reportEvery: 10 }));
    const begins = all.findIndex((value) => !Number.isNaN(value));
    expect(begins).toBeGreaterThanOrEqual(20);
    expect(begins % every).toBe(0);
    expect(all).toEqual(told.slice(0, all.length).map((value, step) => (step < begins ? Number.NaN : value)));
    expect(await trainer.parameters()).toEqual(await expected.parameters());
    expect(trainer.explain()).not.toBe(unprobed);
    expect(trainer.explain()).toBe(expected.explain());
    for (const each of [trainer, expected]) each.dispose();
    for (const each of [engine, early]) each.destroy();
  },
);

test("progress counts on, and ends where all are compiled", async () => {
  const engine = await createEngine();
  const counts: (readonly [number, number])[] = [];
  const progress = (done: number, total: number) => counts.push([done, total]);
  const trainer = await Trainer.create(engine, { ...game, progress });
  const [done, total] = counts.at(-1) ?? [];
  expect(done).toBe(total);
  await settled(trainer);
  const [, all = 0] = counts.at(-1) ?? [];
  expect(all).toBeGreaterThan(total ?? 0);
  expect(counts.at(-1)).toEqual([all, all]);
  expect(counts.map(([each]) => each)).toEqual(counts.map((_, i) => i + 1));
  trainer.dispose();
  engine.destroy();
});

test("what is not needed any more is given back", async () => {
  const [engine, other] = [await createEngine(), await createEngine()];
  const [trainer, expected] = [await Trainer.create(engine, game), await Trainer.create(other, waiting)];
  for (const each of [trainer, expected]) await settled(each);
  expect(trainer.memory()).toEqual(expected.memory());
  for (const each of [trainer, expected]) each.dispose();
  for (const each of [engine, other]) each.destroy();
});

test("a snapshot keeps which rows lack columns", async () => {
  const engine = await createEngine();
  const trainer = await Trainer.create(engine, game);
  hold();
  await reportsOf(trainer, { steps: 10, reportEvery: 10 });
  open();
  await untilProbed(trainer);
  const snapshot = await trainer.snapshot();
  const other = await Trainer.create(engine, waiting);
  other.restore(snapshot);
  // Rows that were not examined yet are when they are restored; all else is as it was.
  const { examined: _, telemetry: __, ...again } = await other.snapshot();
  const { examined, telemetry, ...before } = snapshot;
  expect(again).toStrictEqual(before);
  const options = { steps: 10, reportEvery: 10 };
  expect(columnOf(await reportsOf(other, options))).toEqual(columnOf(await reportsOf(trainer, options)));
  for (const each of [trainer, other]) each.dispose();
  engine.destroy();
});

describe("while the probed plans are being compiled,", () => {
  test("dispose ends that, and gives everything back", async () => {
    const engine = await createEngine();
    const before = engine.stats();
    const trainer = await Trainer.create(engine, game);
    hold();
    await reportsOf(trainer, { steps: 3 });
    const { pipelinesCreated } = engine.stats();
    trainer.dispose();
    open();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { liveBytes, idleBytes, stagingBytes } = engine.stats();
    expect(liveBytes - idleBytes - stagingBytes).toBe(before.liveBytes - before.idleBytes - before.stagingBytes);
    // Those that were asked for already can't be taken back.
    expect(engine.stats().pipelinesCreated - pipelinesCreated).toBeLessThan(8);
    engine.destroy();
  });

  test("what others wait for goes first", async () => {
    const engine = await createEngine();
    const trainer = await Trainer.create(engine, game);
    // The pipelines of samples of a report do not wait for the probed ones.
    const [report] = await reportsOf(trainer, { steps: 1, samples: 4 });
    expect(report?.samples?.shape).toEqual([4, 2]);
    expect(columnOf(report ? [report] : [])).toEqual([Number.NaN]);
    trainer.dispose();
    engine.destroy();
  });

  test("a signal ends it, and train rejects with its reason", async () => {
    const engine = await createEngine();
    const ended = new AbortController();
    const trainer = await Trainer.create(engine, { ...game, signal: ended.signal });
    hold();
    await reportsOf(trainer, { steps: 3 });
    const reason = new Error("the user went away");
    ended.abort(reason);
    open();
    await settled(trainer);
    await expect(rejected(trainer)).rejects.toBe(reason);
    await expect(trainer.profile()).rejects.toBe(reason);
    trainer.dispose();
    await expect(rejected(trainer)).rejects.toThrow(OptionError);
    engine.destroy();
  });

  test("a kernel that can't be made is an error of the next train, and of one that runs", async () => {
    const engine = await createEngine();
    const trainer = await Trainer.create(engine, game);
    gate = Promise.reject(new Error("no such pipeline"));
    gate.catch(() => undefined);
    await expect(reportsOf(trainer, { steps: 100_000, reportEvery: 5 })).rejects.toThrow(KernelError);
    await expect(rejected(trainer)).rejects.toThrow(/no such pipeline/);
    expect(await trainer.parameters()).toHaveProperty("generator");
    trainer.dispose();
    engine.destroy();
  });

  test("a lost device is one for all", async () => {
    const engine = await createEngine();
    const trainer = await Trainer.create(engine, { ...game, recovery: false });
    hold();
    await reportsOf(trainer, { steps: 3 });
    engine.destroy();
    open();
    await expect(rejected(trainer)).rejects.toThrow(DeviceLostError);
    trainer.dispose();
  });

  test("a run whose device is lost comes back, and gets its columns", async () => {
    const gpu = losable();
    const engine = await engineOn(gpu);
    const trainer = await Trainer.create(engine, game);
    hold();
    await reportsOf(trainer, { steps: 10 });
    gpu.lose();
    open();
    const reports = await untilProbed(trainer);
    expect(reports.at(-1)?.deviceLosses).toBe(1);
    const begins = columnOf(reports).findIndex((value) => !Number.isNaN(value));
    expect(columnOf(reports).slice(begins).some(Number.isNaN)).toBe(false);
    // Lost again: what was probed is probed again.
    gpu.lose();
    const after = await reportsOf(trainer, { steps: 10 });
    expect(columnOf(after).some(Number.isNaN)).toBe(false);
    const steps = trainer.step;
    const other = await Trainer.create(engine, waiting);
    const { end } = await ranThrough(other, { steps });
    expect((await trainer.snapshot()).states).toStrictEqual(end.states);
    for (const each of [trainer, other]) each.dispose();
    engine.destroy();
  });
});
