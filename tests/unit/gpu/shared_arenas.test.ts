import { expect, test } from "vitest";
import type { BufferPool } from "../../../src/gpu/buffer_pool.ts";
import { SharedArenas } from "../../../src/gpu/shared_arenas.ts";

function countedArenas() {
  const live = new Set<GPUBuffer>();
  const pool = {
    acquire: (_: string, size: number) => {
      const buffer = { size } as GPUBuffer;
      live.add(buffer);
      return buffer;
    },
    release: (buffer: GPUBuffer) => live.delete(buffer),
  } as unknown as BufferPool;
  return { arenas: new SharedArenas(pool), sizes: () => [...live].map(({ size }) => size) };
}

test("plans that are compiled together share one buffer, as large as the largest needs", () => {
  const { arenas, sizes } = countedArenas();
  const leases = [300, 900, 500].map((bytes) => arenas.lease([bytes]));
  const buffers = leases.flatMap((lease) => lease.buffers());
  expect(new Set(buffers).size).toBe(1);
  expect(sizes()).toEqual([900]);
});

test("a later plan shares the buffer if that is large enough, and has one of its own if not", () => {
  const { arenas, sizes } = countedArenas();
  const [first] = arenas.lease([500]).buffers();
  expect(arenas.lease([400]).buffers()).toEqual([first]);
  expect(arenas.lease([600]).buffers()).not.toContain(first);
  expect(sizes()).toEqual([500, 600]);
});

test("the arenas of one plan are different ones", () => {
  const { arenas } = countedArenas();
  const [a, b] = arenas.lease([256, 256]).buffers();
  expect(a).not.toBe(b);
  expect(new Set(arenas.lease([256, 256]).buffers())).toEqual(new Set([a, b]));
});

test("a buffer is given back when its last plan goes, once", () => {
  const { arenas, sizes } = countedArenas();
  const [a, b] = [arenas.lease([100]), arenas.lease([100])];
  a.buffers();
  a.release();
  a.release();
  expect(sizes()).toEqual([100]);
  b.release();
  expect(sizes()).toEqual([]);
  // One that nobody asked for was never made.
  arenas.lease([100]).release();
  expect(sizes()).toEqual([]);
});
