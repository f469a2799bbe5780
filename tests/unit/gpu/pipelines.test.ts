/** Which pipelines are asked for, and when; on a device that makes them when it is told to. */
import { expect, test } from "vitest";
import { DeviceLostError, KernelError } from "../../../src/errors/errors.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { PipelineCache } from "../../../src/gpu/pipelines.ts";
import { createStats } from "../../../src/gpu/stats.ts";

function slowDevice() {
  const pending: (() => void)[] = [];
  const state = { isLost: false, asked: [] as string[] };
  const gpu = {
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createShaderModule: ({ code }: { code: string }) => ({ code }),
    createComputePipelineAsync: ({ compute }: { compute: { module: { code: string } } }) => {
      state.asked.push(compute.module.code);
      return new Promise<object>((resolve) => pending.push(() => resolve({})));
    },
  };
  const device = {
    gpu,
    debug: false,
    stats: createStats(),
    guard: (promise: Promise<unknown>) => promise,
    assertAlive: () => {
      if (state.isLost) throw new DeviceLostError("The GPU device is lost.");
    },
  } as unknown as Device;
  return { device, state, makeOne: () => pending.shift()?.() };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));
const label = "a kernel";

test("no more than the limit are asked for at a time, in order, and all are made in the end", async () => {
  const { device, state, makeOne } = slowDevice();
  const cache = new PipelineCache(device, 3);
  const sources = Array.from({ length: 10 }, (_, i) => `kernel ${i}`);
  const all = Promise.all(sources.map((source) => cache.get(source, ["read"], { label })));
  for (let made = 0; made < sources.length; made++) {
    await settle();
    expect(state.asked).toEqual(sources.slice(0, Math.min(made + 3, sources.length)));
    makeOne();
  }
  expect(await all).toHaveLength(10);
});

test("a source is asked for once, whether its pipeline is made, being made, or waiting", async () => {
  const { device, state, makeOne } = slowDevice();
  const cache = new PipelineCache(device, 1);
  const get = (source: string) => cache.get(source, [], { label });
  const requests = [get("a"), get("b"), get("a"), get("b")];
  expect(state.asked).toEqual(["a"]);
  makeOne();
  await settle();
  makeOne();
  const [a, b, again, other] = await Promise.all(requests);
  expect([again, other]).toEqual([a, b]);
  expect(await get("a")).toBe(a);
  expect(state.asked).toEqual(["a", "b"]);
});

test("what only aborted requests wait for is not made, and can be asked for again", async () => {
  const { device, state, makeOne } = slowDevice();
  const cache = new PipelineCache(device, 1);
  const abort = new AbortController();
  const { signal } = abort;
  const begun = cache.get("begun", [], { label, signal });
  const alone = cache.get("alone", [], { label, signal });
  const shared = [cache.get("shared", [], { label, signal }), cache.get("shared", [], { label })];
  const reason = new Error("the user went away");
  const outcome = expect(alone).rejects.toBe(reason);
  abort.abort(reason);
  makeOne();
  await begun;
  await outcome;
  await settle();
  makeOne();
  await Promise.all(shared);
  expect(state.asked).toEqual(["begun", "shared"]);
  const again = cache.get("alone", [], { label });
  makeOne();
  await again;
  expect(state.asked).toEqual(["begun", "shared", "alone"]);
});

test("none is asked for once the device is gone", async () => {
  const { device, state, makeOne } = slowDevice();
  const cache = new PipelineCache(device, 2);
  const outcomes = Promise.allSettled(["a", "b", "c", "d", "e"].map((source) => cache.get(source, [], { label })));
  state.isLost = true;
  makeOne();
  makeOne();
  expect((await outcomes).map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "rejected",
    "rejected",
  ]);
  expect(state.asked).toEqual(["a", "b"]);
});

test("a compiler that does not come back ends in an error that names the kernel, and holds up nobody else", async () => {
  const { device, state, makeOne } = slowDevice();
  const cache = new PipelineCache(device, 1, undefined, 0.02);
  const stuck = cache.get("never", [], { label: "a kernel without end" });
  const next = cache.get("next", [], { label });
  await expect(stuck).rejects.toThrow(KernelError);
  await expect(stuck).rejects.toThrow(
    /^The kernel "a kernel without end" \(5 characters\) was not compiled within 0.02 s\..*compileSeconds/,
  );
  expect(state.asked).toEqual(["never", "next"]);
  // The first comes back after all, when nobody waits for it.
  makeOne();
  makeOne();
  await next;
  const again = cache.get("never", [], { label });
  makeOne();
  await again;
  expect(state.asked).toEqual(["never", "next", "never"]);
});
