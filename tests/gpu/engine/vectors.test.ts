/**
 * Places that begin beside a multiple of four elements: what the browser's compiler says of kernels that store there, and
 * the values.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { Device } from "../../../src/gpu/device.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { kernelsOfSteps, smallNetworks } from "../../unit/compile/compile_only.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

let engine: Engine;
let device: Device;
beforeAll(async () => {
  engine = await createEngine();
  device = await Device.acquire({}, { debug: true, onWarning: () => undefined });
});
afterAll(() => {
  engine.destroy();
  device.destroy();
});

// Weights of a width that is a multiple of four, behind biases and weights of any size.
const networks = [1, 2, 3, 5].flatMap((latent) =>
  [3, 4].flatMap((hidden) =>
    [1, 4].map((sample, i) => [[latent, hidden, sample, i === 0 ? 4 : 3], hidden === 4 ? 2 : 4] as const),
  ),
);

test("the browser's compiler takes every kernel of small networks", async () => {
  const sources = new Set<string>();
  for (const [widths, batchSize] of networks) {
    const kernels = await kernelsOfSteps({ ...smallNetworks(widths, batchSize), probes: { every: 0 } });
    for (const { source } of kernels) sources.add(source);
  }
  // A module is checked at once, without the driver's compiler, which takes a hundred times as long.
  const messages = await Promise.all(
    [...sources].map((code) => device.gpu.createShaderModule({ code }).getCompilationInfo()),
  );
  expect(sources.size).toBeGreaterThan(50);
  expect(messages.flatMap((info) => info.messages.map(({ message }) => message))).toEqual([]);
});

test("a network whose weights begin at an odd place trains", async () => {
  await withTrainer(engine, smallNetworks([1, 3, 4, 3], 4), async (trainer) => {
    const [report] = await reportsOf(trainer, { steps: 3, reportEvery: 3 });
    expect(Number.isFinite(report!.losses.generator)).toBe(true);
    expect(Number.isFinite(report!.losses.discriminator)).toBe(true);
  });
});

test("a vector behind a scalar has its values", async () => {
  const [one, four] = [engine.tensor([1]), engine.tensor([1, 2, 3, 4])];
  const whole = Tensor.concat([one, four]);
  expect(await whole.data()).toEqual(Float32Array.of(1, 1, 2, 3, 4));
  const unfused = await engine.plan({ outputs: { whole }, fuse: false });
  expect(await unfused.runAndRead()).toEqual([Float32Array.of(1, 1, 2, 3, 4)]);
  unfused.dispose();

  const x = engine.tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const logits = [11.916666, 1, 2, 3, 4];
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  const softmax = await Tensor.concat([x.variance(undefined, { keepDims: true }), four])
    .softmax()
    .data();
  for (const [i, logit] of logits.entries()) expect(softmax[i]).toBeCloseTo(Math.exp(logit) / total, 5);
});
