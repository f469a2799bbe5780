/** An engine in the place of whose device another one comes: what was on the old one says so, all else works again. */
import { expect, test } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import { DeviceLostError, OptionError } from "../../../src/errors/errors.ts";
import { engineOn, losable, sleep } from "../gan/losable.ts";

const isGone = (call: () => unknown) => expect(async () => call()).rejects.toThrow(DeviceLostError);

test("values, functions and counters go on; states and plans are gone", async () => {
  const gpu = losable();
  const engine = await engineOn(gpu);
  const tensor = engine.tensor([1, 2, 3]);
  const double = engine.compile((x: typeof tensor) => x.mul(2));
  const state = engine.state("x", [3]);
  const plan = await engine.plan({ outputs: { x: engine.read(state).add(1) } });
  expect(await (await double(tensor)).data()).toEqual(Float32Array.of(2, 4, 6));
  const before = engine.stats();
  gpu.lose();
  await isGone(() => tensor.add(1).data());
  expect(engine.isLost).toBe(true);
  await Promise.all([engine.renew(), engine.renew()]);
  expect(gpu.given).toBe(2);
  expect(engine.isLost).toBe(false);
  expect(await tensor.add(1).data()).toEqual(Float32Array.of(2, 3, 4));
  expect(await (await double(tensor)).data()).toEqual(Float32Array.of(2, 4, 6));
  await isGone(() => plan.run());
  await isGone(() => plan.runAndRead());
  await isGone(() => state.write([1, 2, 3]));
  await isGone(() => engine.read(state).data());
  await isGone(() => engine.download([state]));
  await isGone(() => engine.plan({ outputs: { x: engine.read(state) } }));
  plan.dispose();
  state.destroy();
  const after = engine.stats();
  expect(after.dispatches).toBeGreaterThan(before.dispatches);
  expect(after.buffersCreated - after.buffersDestroyed).toBe(after.liveBuffers);
  expect(after.idleBytes).toBeLessThanOrEqual(after.liveBytes);
  await engine.renew();
  expect(gpu.given).toBe(2);
  engine.destroy();
  await isGone(() => engine.renew());
});

test("an adapter that is not there yet is waited for", async () => {
  let missing = 0;
  const gpu = losable();
  const late = {
    requestAdapter: (options?: GPURequestAdapterOptions) =>
      missing-- > 0 ? Promise.resolve(null) : gpu.gpu.requestAdapter(options),
  };
  const engine = await Engine.create({ gpu: late as unknown as GPU });
  gpu.lose();
  await sleep(0);
  missing = 4;
  await engine.renew();
  expect(missing).toBeLessThanOrEqual(0);
  expect(await engine.tensor([1, 2]).sum().item()).toBe(3);
  gpu.lose();
  await sleep(0);
  missing = Number.POSITIVE_INFINITY;
  const waiting = engine.renew();
  await sleep(100);
  engine.destroy();
  await isGone(() => waiting);
});

test("a device that is lost at once is followed by another, but not for ever", async () => {
  const gpu = losable();
  const engine = await engineOn(gpu);
  gpu.lose();
  await sleep(0);
  gpu.onGiven = (device) => gpu.given < 4 && setTimeout(() => device.destroy());
  await engine.renew();
  expect(gpu.given).toBe(4);
  gpu.onGiven = (device) => device.destroy();
  gpu.lose();
  await sleep(0);
  await expect(engine.renew()).rejects.toThrow(/^The GPU device is lost, and 6 others were lost as soon as/);
  gpu.onGiven = undefined;
  await engine.renew();
  expect(await engine.tensor([1, 2]).sum().item()).toBe(3);
  engine.destroy();
});

test("a given device or adapter has no other", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const device = (await adapter?.requestDevice()) as GPUDevice;
  const engine = await Engine.create({ device });
  device.destroy();
  await isGone(() => engine.tensor([1]).add(1).data());
  await expect(engine.renew()).rejects.toThrow(OptionError);
  await expect(engine.renew()).rejects.toThrow(/made of a given device, .* give Engine\.create \{ gpu \}/);
});
