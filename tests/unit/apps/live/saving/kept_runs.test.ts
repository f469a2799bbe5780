/** The runs that a live page keeps: which there are, and which go when there are many. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keptRuns, keyOf, newName, removeOldest, removeRun } from "../../../../../apps/live/shared/saving/kept_runs.ts";
import { savedIn, settingsIn } from "../../../../../apps/live/shared/saving/words.ts";
import { memoryStore } from "../../../../../src/io/stores/memory_store.ts";
import type { FileStore } from "../../../../../src/io/stores/store.ts";

const locksOf = (...names: string[]) =>
  vi.stubGlobal("navigator", { locks: { query: async () => ({ held: names.map((name) => ({ name })) }) } });

beforeEach(() => locksOf());
afterEach(() => vi.unstubAllGlobals());

/** Begun at so many milliseconds; with checkpoints of these steps. */
async function put(store: FileStore, begunAt: number, key: string, ...steps: number[]): Promise<string> {
  const name = `${keyOf(key)}.${begunAt.toString(36)}`;
  for (const step of steps) {
    await store.write(`${name}-${String(step).padStart(10, "0")}.safetensors`, [new Uint8Array(1)]);
  }
  return name;
}

const stepsIn = async (store: FileStore) => (await keptRuns(store)).map(({ step }) => step);

describe("kept runs", () => {
  test("are listed with their latest steps, the newest first; other files are none", async () => {
    const store = memoryStore();
    const first = await put(store, 1000, "loss=hinge", 5, 12);
    await put(store, 2000, "", 3);
    await store.write("notes.txt", [new Uint8Array(1)]);
    expect(await keptRuns(store)).toEqual([
      expect.objectContaining({ key: keyOf(""), begunAt: 2000, step: 3 }),
      { name: first, key: keyOf("loss=hinge"), begunAt: 1000, step: 12 },
    ]);
    await removeRun(store, first);
    expect(await stepsIn(store)).toEqual([3]);
    expect(await store.list()).toContain("notes.txt");
  });

  test("of settings that differ have keys that differ", () => {
    const keys = ["", "loss=hinge", "loss=hinge&seed=2", "seed=2"].map(keyOf);
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(newName(key)).toMatch(/^[0-9a-f]{8}\.[0-9a-z]+$/);
  });

  test("of quick tries push out neither the newest nor the longest, nor what another tab trains", async () => {
    const store = memoryStore();
    await put(store, 1, "long", 50_000);
    await put(store, 2, "held", 1);
    for (let i = 3; i < 20; i++) await put(store, i, `try ${i}`, i);
    const current = await put(store, 0, "current", 0);
    locksOf(`saddlepoint/live-ring/${keyOf("held")}`);
    await removeOldest("ring", store, current);
    expect(await stepsIn(store)).toEqual([19, 18, 17, 16, 1, 50_000, 0]);
  });
});

test("settings and times are words", () => {
  expect(settingsIn("")).toBe("the usual settings");
  expect(settingsIn("loss=hinge&batchSize=16")).toBe("loss hinge, batch size 16");
  expect(savedIn({ step: 1200, savedAt: new Date(2026, 10, 30, 8, 5) })).toBe("step 1,200, saved 30 Nov 2026, 08:05");
});
