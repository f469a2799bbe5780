/** A bad entry is as good as none, and so is a cache that fails or hangs. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { memoryCache } from "../../../src/cache/byte_cache.ts";
import { checkedCache } from "../../../src/cache/checked_cache.ts";
import { fileCache } from "../../../src/cache/file_cache.ts";
import { corrupting, failing } from "./misbehaviours.ts";

const folder = mkdtempSync(join(tmpdir(), "saddlepoint-cache-"));
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = Float32Array.of(1, 2.5, -3).buffer;

describe.each([
  ["memory", memoryCache()],
  ["files", fileCache(folder)],
])("around a good cache in %s", (_, good) => {
  const warnings: string[] = [];
  const cache = checkedCache(good, (message) => warnings.push(message));

  test("what is written is read, by its key", async () => {
    await cache.write("a", bytes);
    await cache.write("", new ArrayBuffer(0));
    expect(await cache.read("a")).toEqual(bytes);
    expect(await cache.read("")).toEqual(new ArrayBuffer(0));
    expect(await cache.read("b")).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test("what the caller writes on, or does with what it read, changes nothing", async () => {
    const own = Uint8Array.of(1, 2, 3);
    const writing = cache.write("own", own.buffer);
    own.fill(9);
    await writing;
    new Uint8Array((await cache.read("own")) as ArrayBuffer).fill(7);
    expect(await cache.read("own")).toEqual(Uint8Array.of(1, 2, 3).buffer);
  });

  test("keys of any length and letters are told apart", async () => {
    const long = "forms 1 full: a very long name of an adapter, ".repeat(20);
    const keys = [`${long}1`, `${long}2`, "../outside", "..", "a/b", "a\\b", "A", "ä\u0000", "con"];
    for (const [i, key] of keys.entries()) await cache.write(key, Uint8Array.of(i).buffer);
    for (const [i, key] of keys.entries()) expect(await cache.read(key)).toEqual(Uint8Array.of(i).buffer);
  });

  test("writes of one key at once leave one of them whole", async () => {
    const writes = Array.from({ length: 8 }, (_, i) => new Uint8Array(1000).fill(i).buffer);
    await Promise.all(writes.map((each) => cache.write("busy", each)));
    expect(writes).toContainEqual(await cache.read("busy"));
    expect(warnings).toEqual([]);
  });
});

test("files lie in their folder, and none is left half written", () => {
  expect(readdirSync(folder).every((name) => /^[0-9a-f]{64}$/.test(name))).toBe(true);
});

describe.each(Object.entries(corrupting))("a cache that %s", (_, spoil) => {
  test("has no entry, silently", async () => {
    const warnings: string[] = [];
    const cache = checkedCache(spoil(memoryCache()), (message) => warnings.push(message));
    await cache.write("before", new ArrayBuffer(4));
    await cache.write("a", bytes);
    expect(await cache.read("a")).toBeUndefined();
    expect(warnings).toEqual([]);
  });
});

describe.each(Object.entries(failing))("a cache that %s", (_, spoil) => {
  test("is done without, which is said once, and takes no more than its time", async () => {
    const warnings: string[] = [];
    const cache = checkedCache(spoil(memoryCache()), (message) => warnings.push(message), 50);
    const started = performance.now();
    for (let i = 0; i < 10; i++) {
      await cache.write("a", bytes);
      const kept = await cache.read("a");
      expect(kept === undefined || kept.byteLength === bytes.byteLength).toBe(true);
    }
    expect(performance.now() - started).toBeLessThan(1000);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^The cache is done without: .+\.$/);
  });
});
