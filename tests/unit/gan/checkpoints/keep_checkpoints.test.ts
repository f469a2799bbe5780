import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DataError, OptionError } from "../../../../src/errors/errors.ts";
import { bestCheckpoint, latestCheckpoint } from "../../../../src/gan/checkpoints/find_checkpoints.ts";
import { keepCheckpoints } from "../../../../src/gan/checkpoints/keep_checkpoints.ts";
import { readCheckpoint } from "../../../../src/gan/run/checkpoint.ts";
import type { Snapshot } from "../../../../src/gan/run/snapshot.ts";
import { memoryStore } from "../../../../src/io/stores/memory_store.ts";
import type { FileStore } from "../../../../src/io/stores/store.ts";

/** A trainer whose parameter is its step. */
function steppingTrainer() {
  const trainer = {
    step: 0,
    isDisposed: false,
    async snapshot(): Promise<Snapshot> {
      const { step, isDisposed } = trainer;
      if (isDisposed) throw new OptionError("it was disposed");
      return {
        step,
        configuration: {},
        controls: {},
        states: [{ path: "p", dtype: "f32", shape: [1], bytes: Float32Array.of(step).buffer }],
        telemetry: { columns: "", from: step, bytes: new ArrayBuffer() },
        findings: [],
      };
    },
  };
  return trainer;
}

const stepIn = async (store: FileStore, run?: string) => {
  const file = await latestCheckpoint(store, run);
  return file && (await readCheckpoint(file)).step;
};

describe("checkpoints", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("are written every so many seconds, while there is something new, and the newest stay", async () => {
    const [store, trainer] = [memoryStore(), steppingTrainer()];
    const kept = await keepCheckpoints(trainer, { store, everySeconds: 10, keep: 2 });
    expect(await stepIn(store)).toBeUndefined();
    for (const step of [5, 8, 8, 12]) {
      trainer.step = step;
      await vi.advanceTimersByTimeAsync(10_000);
      await vi.waitFor(() => expect(kept.savedStep).toBe(step));
    }
    expect([...(await store.list())].sort()).toEqual(["run-0000000008.safetensors", "run-0000000012.safetensors"]);
    trainer.step = 13;
    await kept.stop();
    await kept.stop();
    expect(await stepIn(store)).toBe(13);
    trainer.step = 20;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await stepIn(store)).toBe(13);
  });

  test("wait as long as they are told to, also longer than a timer of the platform does", async () => {
    const [store, trainer] = [memoryStore(), steppingTrainer()];
    const everySeconds = 60 * 86_400;
    const kept = await keepCheckpoints(trainer, { store, everySeconds });
    for (const step of [3, 9]) {
      trainer.step = step;
      const before = kept.savedStep;
      await vi.advanceTimersByTimeAsync(1000 * (everySeconds - 1));
      expect(kept.savedStep).toBe(before);
      await vi.advanceTimersByTimeAsync(1000);
      await vi.waitFor(() => expect(kept.savedStep).toBe(step));
    }
    await kept.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("are written when they are asked for alone, if there is no clock", async () => {
    const [store, trainer] = [memoryStore(), steppingTrainer()];
    const kept = await keepCheckpoints(trainer, { store, everySeconds: 0 });
    expect(vi.getTimerCount()).toBe(0);
    trainer.step = 4;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await stepIn(store)).toBeUndefined();
    await kept.save();
    trainer.step = 6;
    await kept.stop();
    expect(await stepIn(store)).toBe(6);
  });

  test("of several runs in one store leave each other alone", async () => {
    const store = memoryStore();
    for (const [run, step] of [
      ["a", 7],
      ["a-b", 9],
    ] as const) {
      const trainer = steppingTrainer();
      const kept = await keepCheckpoints(trainer, { store, run, keep: 1 });
      for (const at of [1, step]) {
        trainer.step = at;
        await kept.save();
      }
      await kept.stop();
    }
    expect([await stepIn(store, "a"), await stepIn(store, "a-b"), await stepIn(store)]).toEqual([7, 9, undefined]);
  });

  test("that were broken off, or changed, are passed over", async () => {
    const [store, trainer] = [memoryStore(), steppingTrainer()];
    const kept = await keepCheckpoints(trainer, { store, keep: 3 });
    for (const step of [1, 2, 3]) {
      trainer.step = step;
      await kept.save();
    }
    await kept.stop();
    const name = (step: number) => `run-000000000${step}.safetensors`;
    await store.write(name(3), [(await store.read(name(3))).slice(0, 100)]);
    expect(await stepIn(store)).toBe(2);
    const changed = await store.read(name(2));
    changed[changed.length - 1] = 1;
    await store.write(name(2), [changed]);
    await store.write("run-notes.safetensors", [Uint8Array.of(1)]);
    expect(await stepIn(store)).toBe(1);
  });

  test("that can't be written are told, and the run goes on; the ones before stay", async () => {
    const [memory, trainer, said] = [memoryStore(), steppingTrainer(), [] as string[]];
    let isFull = false;
    const store: FileStore = {
      ...memory,
      async write(name, pieces) {
        if (isFull) throw new Error("the disk is full");
        await memory.write(name, pieces);
      },
    };
    const kept = await keepCheckpoints(trainer, { store, keep: 1, onWarning: (message) => said.push(message) });
    trainer.step = 1;
    await kept.save();
    isFull = true;
    trainer.step = 2;
    await kept.save();
    expect(said).toEqual(["saddlepoint: a checkpoint was not kept: the disk is full"]);
    expect([kept.savedStep, await stepIn(store)]).toEqual([1, 1]);
    isFull = false;
    await kept.stop();
    expect(await stepIn(store)).toBe(2);
  });

  test("of a run that got further are not lost to one that begins anew, nor the other way round", async () => {
    const [store, trainer] = [memoryStore("shared"), steppingTrainer()];
    trainer.step = 50;
    await (await keepCheckpoints(trainer, { store })).stop();
    const anew = steppingTrainer();
    const names = await store.list();
    await expect(keepCheckpoints(anew, { store })).rejects.toThrow(OptionError);
    await expect(keepCheckpoints(anew, { store })).rejects.toThrow(
      /shared has run-0000000050.safetensors, and the trainer is at step 0/,
    );
    expect(await store.list()).toEqual(names);
    // The lock is free again, and another name is another run.
    await (await keepCheckpoints(anew, { store, run: "other" })).stop();
  });

  test("go on from the last whole one, though a later one is damaged", async () => {
    const [store, trainer] = [memoryStore(), steppingTrainer()];
    trainer.step = 5;
    await (await keepCheckpoints(trainer, { store })).stop();
    await store.write("run-0000000009.safetensors", [Uint8Array.of(1, 2)]);
    const kept = await keepCheckpoints(trainer, { store, keep: 1 });
    trainer.step = 7;
    await kept.save();
    expect([kept.savedStep, await stepIn(store)]).toEqual([7, 7]);
    trainer.step = 12;
    await kept.stop();
    expect(await store.list()).toEqual(["run-0000000012.safetensors"]);
  });

  test("that a store has and can't read are an error, not a reason to begin anew", async () => {
    const [memory, trainer] = [memoryStore(), steppingTrainer()];
    trainer.step = 5;
    await (await keepCheckpoints(trainer, { store: memory })).stop();
    const read = async () => {
      throw new DataError("the disk is asleep");
    };
    await expect(latestCheckpoint({ ...memory, read })).rejects.toThrow("the disk is asleep");
  });

  test("are kept by one at a time in a store", async () => {
    const store = memoryStore("shared");
    const kept = await keepCheckpoints(steppingTrainer(), { store });
    await expect(keepCheckpoints(steppingTrainer(), { store })).rejects.toThrow(OptionError);
    await expect(keepCheckpoints(steppingTrainer(), { store })).rejects.toThrow(/keeps checkpoints in shared/);
    await kept.stop();
    await (await keepCheckpoints(steppingTrainer(), { store })).stop();
  });

  describe("with scores", () => {
    const bestStep = async (store: FileStore, run?: string) => {
      const file = await bestCheckpoint(store, run);
      return file && (await readCheckpoint(file)).step;
    };
    const stepsIn = async (store: FileStore) =>
      (await store.list()).map((name) => Number(name.slice(4, 14))).sort((a, b) => a - b);

    /** Saves at each step with its score. */
    async function saveAll(store: FileStore, options: object, scores: readonly (readonly [number, number?])[]) {
      const trainer = steppingTrainer();
      trainer.step = scores[0]?.[0] ?? 0;
      const kept = await keepCheckpoints(trainer, { store, ...options });
      for (const [step, score] of scores) {
        trainer.step = step;
        await kept.save(score === undefined ? {} : { score });
      }
      await kept.stop();
    }
    const scores = [[1, 5], [2, 9], [3, 7], [4, Number.NaN], [5, 9], [6, 1], [7], [8]] as const;

    test("the best stay besides the newest; the earlier of two that are as good", async () => {
      const store = memoryStore();
      await saveAll(store, { keep: 1, best: { keep: 2 } }, scores);
      expect(await stepsIn(store)).toEqual([2, 5, 8]);
      expect([await bestStep(store), await stepIn(store)]).toEqual([2, 8]);
    });

    test("a low score is a good one where it is said", async () => {
      const store = memoryStore();
      await saveAll(store, { keep: 2, best: { higherIsBetter: false } }, scores);
      expect(await stepsIn(store)).toEqual([1, 3, 6, 7, 8]);
      expect(await bestStep(store)).toBe(6);
    });

    test("what is no finite number is never the best", async () => {
      const store = memoryStore();
      await saveAll(store, { keep: 1 }, [[1, Number.NaN], [2, Number.POSITIVE_INFINITY], [3]]);
      expect(await stepsIn(store)).toEqual([3]);
      expect(await bestStep(store)).toBeUndefined();
      expect(await bestStep(memoryStore())).toBeUndefined();
    });

    test("another process ranks what one before has kept, and loses no score that it saves again", async () => {
      const store = memoryStore();
      await saveAll(store, { keep: 1, best: { keep: 2 } }, scores.slice(0, 5));
      expect(await stepsIn(store)).toEqual([2, 5]);
      // It goes on from the last one, which it writes again.
      await saveAll(store, { keep: 1, best: { keep: 2 } }, [[5], [6, 8], [7]]);
      expect(await stepsIn(store)).toEqual([2, 5, 7]);
      expect(await bestStep(store)).toBe(2);
    });

    test("a step that was saved already gets its score", async () => {
      const store = memoryStore();
      await saveAll(store, { keep: 1, best: { keep: 1 } }, [[1], [1, 3], [2, 2], [2, 4], [2], [3]]);
      expect(await stepsIn(store)).toEqual([2, 3]);
    });

    test("a best one that is damaged is none, and doesn't hold the place of a whole one", async () => {
      const store = memoryStore();
      await saveAll(store, { keep: 1, best: { keep: 2 } }, scores);
      await store.write("run-0000000002.safetensors", [Uint8Array.of(7)]);
      expect(await bestStep(store)).toBe(5);
      await saveAll(store, { keep: 1, best: { keep: 2 } }, [[9, 0], [10]]);
      expect(await stepsIn(store)).toEqual([5, 9, 10]);
    });

    test("a best one of a run is no latest one of another, and no reason to refuse it", async () => {
      const store = memoryStore();
      await saveAll(store, { run: "run", keep: 1 }, [[3, 4], [9]]);
      await saveAll(store, { run: "run-2", keep: 1 }, [[0, 1], [1]]);
      expect([await bestStep(store), await bestStep(store, "run-2")]).toEqual([3, 0]);
      expect([await stepIn(store), await stepIn(store, "run-2")]).toEqual([9, 1]);
    });

    test("a score that is no number is refused", async () => {
      const kept = await keepCheckpoints(steppingTrainer(), { store: memoryStore() });
      await expect(kept.save({ score: "9" as never })).rejects.toThrow(/score is "9"; give a number/);
      await expect(kept.save(9 as never)).rejects.toThrow(OptionError);
      await kept.stop();
      await expect(kept.save()).rejects.toThrow(/no longer/);
    });
  });

  test("two whole ones stay, whatever was damaged between them", async () => {
    const [store, trainer] = [memoryStore(), steppingTrainer()];
    trainer.step = 5;
    await (await keepCheckpoints(trainer, { store })).stop();
    for (const step of [7, 8]) await store.write(`run-000000000${step}.safetensors`, [Uint8Array.of(1, 2)]);
    const kept = await keepCheckpoints(trainer, { store, keep: 2 });
    trainer.step = 9;
    await kept.stop();
    expect([...(await store.list())].sort()).toEqual(["run-0000000005.safetensors", "run-0000000009.safetensors"]);
  });

  test("end with their trainer, without a word, and give the store back", async () => {
    const [store, trainer, said] = [memoryStore(), steppingTrainer(), [] as string[]];
    const options = { store, everySeconds: 10, onWarning: (message: string) => said.push(message) };
    const kept = await keepCheckpoints(trainer, options);
    trainer.step = 3;
    await vi.advanceTimersByTimeAsync(10_000);
    await vi.waitFor(() => expect(kept.savedStep).toBe(3));
    trainer.step = 4;
    trainer.isDisposed = true;
    await vi.advanceTimersByTimeAsync(60_000);
    await expect(kept.save()).rejects.toThrow(/the trainer is disposed/);
    await kept.stop();
    expect([said, vi.getTimerCount(), await stepIn(store)]).toEqual([[], 0, 3]);
    const again = steppingTrainer();
    again.step = 3;
    await (await keepCheckpoints(again, options)).stop();
  });

  test.each([
    [{ store: memoryStore(), best: { keep: 0 } }, /best: keep/],
    [{ store: memoryStore(), best: { metric: "loss" } }, /metric/],
    [{}, /store/],
    [{ store: memoryStore(), everySeconds: -1 }, /everySeconds/],
    [{ store: memoryStore(), keep: 0 }, /keep/],
    [{ store: memoryStore(), run: "../up" }, /name of a file/],
    [{ store: memoryStore(), every: 3 }, /every/],
  ])("%o is refused", async (options, says) => {
    await expect(keepCheckpoints(steppingTrainer(), options as { store: FileStore })).rejects.toThrow(says);
  });
});
