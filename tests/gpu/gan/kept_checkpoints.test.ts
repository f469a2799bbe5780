/** The option `checkpoints` of trainers: what is kept of a run while it trains, and at which moments. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { bestCheckpoint, latestCheckpoint } from "../../../src/gan/checkpoints/find_checkpoints.ts";
import { readCheckpoint } from "../../../src/gan/run/checkpoint.ts";
import type { CheckpointOptions } from "../../../src/gan/run/checkpoint_options.ts";
import { extraFiles } from "../../../src/gan/run/extras.ts";
import type { SavedState } from "../../../src/gan/run/snapshot.ts";
import { ganGame } from "../../../src/gan/trainer/config.ts";
import { GameTrainer } from "../../../src/gan/trainer/game_trainer.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import { memoryStore } from "../../../src/io/stores/memory_store.ts";
import { type FileStore, storeError } from "../../../src/io/stores/store.ts";
import { createEngine, reportsOf, smallGame } from "../fixtures.ts";
import "../../../src/public/extras/checkpoints.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const everyTen = { steps: 40, reportEvery: 10 };

const create = (checkpoints: CheckpointOptions, said: string[] = []) =>
  Trainer.create(engine, { ...smallGame, checkpoints, onWarning: (message) => said.push(message) });

async function snapshotIn(file: Promise<Uint8Array<ArrayBuffer> | undefined>) {
  const bytes = await file;
  return bytes && readCheckpoint(bytes);
}

const byPath = (states: readonly SavedState[] = []) => new Map(states.map((state) => [state.path, state]));

/** The states of a run that takes so many steps in one call. */
async function statesAt(steps: number) {
  const trainer = await Trainer.create(engine, smallGame);
  await reportsOf(trainer, { steps, reportEvery: steps });
  const { states } = await trainer.snapshot();
  trainer.dispose();
  return byPath(states);
}

test("the end of a call of train is kept, whichever way it ends, and another trainer goes on from it", async () => {
  const store = memoryStore();
  const trainer = await create({ store, everySeconds: 0, keep: 2 });
  expect(await store.list()).toEqual([]);
  await reportsOf(trainer, everyTen);
  expect((await snapshotIn(latestCheckpoint(store)))?.step).toBe(40);
  for await (const { step } of trainer.train(everyTen)) if (step >= 50) break;
  const reached = trainer.step;
  expect((await snapshotIn(latestCheckpoint(store)))?.step).toBe(reached);
  trainer.dispose();
  expect(await store.list()).toHaveLength(2);

  const file = await latestCheckpoint(store);
  const again = await Trainer.load(engine, file ?? new Uint8Array(), {
    ...smallGame,
    checkpoints: { store, everySeconds: 0 },
  });
  await reportsOf(again, { steps: 80 - reached });
  again.dispose();
  expect(byPath((await snapshotIn(latestCheckpoint(store)))?.states)).toStrictEqual(await statesAt(80));
});

test("a clock writes while it trains", async () => {
  const store = memoryStore();
  const steps: number[] = [];
  const noted: FileStore = {
    ...store,
    async write(name, pieces) {
      steps.push(Number(name.slice(4, 14)));
      await store.write(name, pieces);
    },
  };
  const trainer = await create({ store: noted, everySeconds: 0.05 });
  const since = performance.now();
  for await (const _ of trainer.train({ steps: 20_000, reportEvery: 10 })) {
    if (steps.length >= 2 || performance.now() - since > 30_000) break;
  }
  trainer.dispose();
  expect(steps.length).toBeGreaterThanOrEqual(3);
  expect(new Set(steps).size).toBe(steps.length);
});

describe("the best", () => {
  test("are those of the reports, as the run was at their steps, and not where it is when they arrive", async () => {
    const store = memoryStore();
    const scores: Readonly<Record<number, number>> = { 10: 3, 20: 8, 30: 8, 40: Number.NaN, 50: 1, 60: 5 };
    const metric = ({ step }: { readonly step: number }) => scores[step] ?? 0;
    const trainer = await create({ store, everySeconds: 0, keep: 1, best: { metric, keep: 2 } });
    await reportsOf(trainer, { steps: 60, reportEvery: 10 });
    trainer.dispose();
    expect((await store.list()).map((name) => Number(name.slice(4, 14))).sort()).toEqual([20, 30, 60]);
    const best = await snapshotIn(bestCheckpoint(store));
    expect(best?.step).toBe(20);
    expect(byPath(best?.states)).toStrictEqual(await statesAt(20));
    expect((await snapshotIn(latestCheckpoint(store)))?.step).toBe(60);
  });

  test("may be told by a column of telemetry, in which low is good, or by modes, in which high is", async () => {
    for (const [metric, goodness] of [
      ["loss/generator", ({ losses }) => -losses.generator],
      ["capturedAtLeastOne", ({ modes }) => modes?.capturedAtLeastOne ?? Number.NaN],
    ] as readonly (readonly [string, (report: Awaited<ReturnType<typeof reportsOf>>[number]) => number])[]) {
      const store = memoryStore();
      const trainer = await create({ store, everySeconds: 0, keep: 1, best: { metric, keep: 1 } });
      const reports = await reportsOf(trainer, { ...everyTen, samples: 200 });
      trainer.dispose();
      const values = reports.map(goodness);
      const expected = reports[values.indexOf(Math.max(...values))]?.step;
      expect((await snapshotIn(bestCheckpoint(store)))?.step, metric).toBe(expected);
    }
  });

  test("of modes that no report has are told once", async () => {
    const said: string[] = [];
    const trainer = await create({ store: memoryStore(), best: { metric: "highQualityShare" } }, said);
    await reportsOf(trainer, everyTen);
    trainer.dispose();
    expect(said).toEqual([
      "no checkpoint is the best: reports have no highQualityShare; ask for samples in train(), of data that has modes.",
    ]);
  });
});

test("a disk that is full, or can't be written, is a sentence, and the training goes on", async () => {
  for (const fails of ["write", "lock"] as const) {
    const said: string[] = [];
    const store: FileStore = {
      ...memoryStore("/runs"),
      async [fails]() {
        throw storeError("/runs", "do it", { code: fails === "write" ? "ENOSPC" : "EROFS" });
      },
    };
    const trainer = await create({ store, best: { metric: ({ step }) => step } }, said);
    const reports = await reportsOf(trainer, everyTen);
    trainer.dispose();
    expect(reports.map(({ step }) => step)).toEqual([10, 20, 30, 40]);
    expect(said[0]).toMatch(
      fails === "write"
        ? /^a checkpoint was not kept: \/runs: do it: the disk is full/
        : /^no checkpoints are kept: \/runs: do it: the disk is read-only/,
    );
  }
});

test("a store is one trainer's from its first train to its end", async () => {
  const store = memoryStore("shared");
  const [first, second] = [await create({ store }), await create({ store })];
  await reportsOf(first, everyTen);
  await expect(reportsOf(second, everyTen)).rejects.toThrow(
    /Trainer, checkpoints: another page or program keeps checkpoints in shared/,
  );
  first.dispose();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect(reportsOf(second, everyTen)).rejects.toThrow(/shared has run-0000000040.safetensors/);
  expect(second.step).toBe(0);
  second.dispose();
});

test("a table is trained with the same option", async () => {
  const store = memoryStore();
  const { generator, discriminator, data } = smallGame;
  const table = ganGame({ generator, discriminator, data });
  const trainer = await GameTrainer.create(engine, { ...table, batchSize: 8, checkpoints: { store, keep: 1 } });
  for await (const _ of trainer.train({ steps: 5 }));
  trainer.dispose();
  expect(trainer.isDisposed).toBe(true);
  expect((await snapshotIn(latestCheckpoint(store)))?.step).toBe(5);
});

test("a trainer that is disposed while it trains ends without a word of checkpoints", async () => {
  const said: string[] = [];
  const store = memoryStore();
  const trainer = await create({ store, everySeconds: 0.02, best: { metric: ({ step }) => step } }, said);
  await expect(
    (async () => {
      for await (const { step } of trainer.train({ steps: 500, reportEvery: 10 })) if (step === 30) trainer.dispose();
    })(),
  ).rejects.toThrow(/disposed while train\(\) ran/);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(said).toEqual([]);
  const unlock = await store.lock();
  expect(unlock).toBeTypeOf("function");
});

describe("what can't be", () => {
  const store = memoryStore();
  test.each([
    ["no store", {}, /checkpoints: store is undefined; give a store/],
    ["a store that is none", { store: {} }, /store is an object; give a store/],
    ["another option", { store, every: 3 }, /no option "every"/],
    ["no metric", { store, best: {} }, /best: metric is undefined; give a function of a report/],
    ["none to keep", { store, best: { metric: "loss/generator", keep: 0 } }, /best: keep is 0/],
  ])("is refused before anything is compiled: %s", async (_, checkpoints, says) => {
    const buffers = engine.stats().liveBuffers;
    await expect(create(checkpoints as CheckpointOptions)).rejects.toThrow(says);
    expect(engine.stats().liveBuffers).toBe(buffers);
  });

  test("is refused by train: a column that there is not, and a score that is no number", async () => {
    const misspelt = await create({ store: memoryStore(), best: { metric: "loss/generater" } });
    await expect(reportsOf(misspelt, everyTen)).rejects.toThrow(
      /no metric "loss\/generater". Did you mean "loss\/generator"/,
    );
    expect(misspelt.step).toBe(0);
    misspelt.dispose();
    const wrong = await create({ store: memoryStore(), best: { metric: () => "high" as never } });
    await expect(reportsOf(wrong, everyTen)).rejects.toThrow(/the metric of a report is "high"; give a number/);
    await expect(reportsOf(wrong, everyTen)).rejects.toThrow(OptionError);
    wrong.dispose();
  });

  test("is said where a page goes without", async () => {
    const { part } = extraFiles;
    extraFiles.part = undefined;
    try {
      await expect(create({ store })).rejects.toThrow(
        /Trainer, checkpoints: this page was built without it\. Write import "saddlepoint\/checkpoints"\./,
      );
    } finally {
      extraFiles.part = part;
    }
  });
});
