import { describe, expect, test } from "vitest";
import manifest from "../../../../package.json" with { type: "json" };
import { hashOf } from "../../../../src/cache/byte_cache.ts";
import { DataError } from "../../../../src/errors/errors.ts";
import { checkpointFile, readCheckpoint, writeCheckpoint } from "../../../../src/gan/run/checkpoint.ts";
import { libraryVersion } from "../../../../src/gan/run/library_version.ts";
import type { Snapshot } from "../../../../src/gan/run/snapshot.ts";
import { readSafetensors } from "../../../../src/io/safetensors/read.ts";
import { writeSafetensors } from "../../../../src/io/safetensors/write.ts";
import { createRng } from "../../../reference/rng.ts";

const snapshot: Snapshot = {
  step: 7,
  configuration: { generator: "abc", loss: '{"type":"non-saturating"}', seed: "1", batchSize: "64" },
  controls: { generatorLearningRate: 0.001 },
  states: [
    { path: "players/generator/steps", dtype: "u32", shape: [], bytes: Uint32Array.of(7).buffer },
    { path: "networks/generator/parameters", dtype: "f32", shape: [5], bytes: Float32Array.of(1, -0, 3, 4, 5).buffer },
    { path: "networks/discriminator/parameters", dtype: "f32", shape: [2], bytes: Float32Array.of(6, 7).buffer },
  ],
  telemetry: { columns: "a:1,b:2 1", from: 5, bytes: Float32Array.of(1, 2, 3, 4, 5, Number.NaN).buffer },
  findings: [],
};

const byPath = ({ states, ...rest }: Snapshot) => ({
  ...rest,
  states: states.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
});

test("a checkpoint is the snapshot, bit for bit", async () => {
  expect(byPath(await readCheckpoint(await writeCheckpoint(snapshot)))).toStrictEqual(byPath(snapshot));
});

test("one that is taken before any step has no telemetry", async () => {
  const first = { ...snapshot, step: 0, telemetry: { columns: "a:1", from: 0, bytes: new ArrayBuffer() } };
  expect(byPath(await readCheckpoint(await writeCheckpoint(first)))).toStrictEqual(byPath(first));
});

test("it is a file that other programs read", async () => {
  const { metadata, tensors } = readSafetensors(await writeCheckpoint(snapshot));
  expect(tensors.get("networks/generator/parameters")?.values()).toEqual(Float32Array.of(1, -0, 3, 4, 5));
  expect(tensors.get("telemetry/rows")?.shape).toEqual([2, 3]);
  expect(metadata.get("step")).toBe("7");
  expect(metadata.get("library_version")).toBe(manifest.version);
  const { configuration } = snapshot;
  expect(metadata.get("samples_seen")).toBe(String(7 * Number(configuration["batchSize"])));
  expect(metadata.get("configuration")).toBe(JSON.stringify(configuration));
  expect(metadata.get("configuration_hash")).toBe(await hashOf([JSON.stringify(configuration)]));
});

test("the library's version is the package's", () => {
  expect(libraryVersion).toBe(manifest.version);
});

test("its pieces are views of the snapshot, and its whole", async () => {
  const { size, pieces } = await checkpointFile(snapshot);
  const whole = await writeCheckpoint(snapshot);
  expect(size).toBe(whole.byteLength);
  expect(new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer())).toEqual(whole);
  const buffers = new Set<ArrayBufferLike>(snapshot.states.map(({ bytes }) => bytes));
  expect(pieces.filter(({ buffer }) => buffers.has(buffer))).toHaveLength(3);
});

describe("what is refused", () => {
  test.each([
    ["another file of tensors", { a: "b" }, /the file.s format is undefined, not "saddlepoint-checkpoint"/],
    ["a later version", { format: "saddlepoint-checkpoint", format_version: "2" }, /has version "2" of the format/],
    ["one without a hash", { format: "saddlepoint-checkpoint", format_version: "1" }, /damaged/],
  ])("%s", async (_, texts, says) => {
    const file = writeSafetensors({}, texts as Readonly<Record<string, string>>);
    await expect(readCheckpoint(file)).rejects.toThrow(DataError);
    await expect(readCheckpoint(file)).rejects.toThrow(says);
  });

  test("a file that was changed in any byte, or cut", async () => {
    const whole = await writeCheckpoint(snapshot);
    const rng = createRng("checkpoint");
    const changed = Array.from({ length: whole.length }, (_, i) => {
      const file = whole.slice();
      file[i] = (whole[i] ?? 0) ^ (1 << rng.integer(0, 7));
      return file;
    });
    const cut = Array.from({ length: 50 }, () => whole.slice(0, rng.integer(0, whole.length - 1)));
    for (const file of [...changed, ...cut]) await expect(readCheckpoint(file)).rejects.toThrow(DataError);
  });
});
