/** A GPU that goes away: every promise that is pending rejects with a sentence, and nothing hangs. */
import { expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { DeviceLostError } from "../../../src/errors/errors.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import { createEngine, smallGame } from "../fixtures.ts";

const sentence = /^The GPU device is lost \(it was destroyed\)\. .* create a new engine, and restore the last snapshot/;

/** Expects a rejection within two seconds; a promise that still hangs then is named. */
async function expectLost(promises: Readonly<Record<string, Promise<unknown>>>): Promise<void> {
  const outcomes = await Promise.all(
    Object.entries(promises).map(async ([name, promise]) => {
      const outcome = await Promise.race([
        promise.then(
          () => "resolved",
          (reason: unknown) => reason,
        ),
        new Promise((resolve) => setTimeout(() => resolve("hangs"), 2000)),
      ]);
      return [name, outcome] as const;
    }),
  );
  for (const [name, outcome] of outcomes) {
    expect(outcome, name).toBeInstanceOf(DeviceLostError);
    expect((outcome as Error).message, name).toMatch(sentence);
  }
}

/** Wide enough to be still busy when the device goes. */
const busy = (engine: Engine) => {
  let x = engine.tensor(new Float32Array(256 * 256).fill(0.01), [256, 256]);
  for (let i = 0; i < 8; i++) x = x.matmul(x).tanh().add(i);
  return x;
};

test("while evaluating, and ever after", async () => {
  const engine = await createEngine();
  await engine.tensor([1, 2]).sum().item();
  const x = busy(engine);
  const pending = { first: x.data(), second: x.add(1).data() };
  engine.destroy();
  expect(engine.isLost).toBe(true);
  await expectLost(pending);
  await expectLost({
    evaluation: engine.tensor([1, 2]).mul(3).data(),
    "a known structure": engine.tensor([1, 2]).sum().item(),
    plan: engine.plan({ outputs: { x } }),
    download: engine.readRanges([]),
  });
  expect(() => engine.state("late", [4])).toThrow(DeviceLostError);
});

test("while creating pipelines", async () => {
  const engine = await createEngine();
  const x = busy(engine);
  const pending = { plan: engine.plan({ outputs: { x } }), trainer: Trainer.create(engine, smallGame) };
  await Promise.resolve();
  engine.destroy();
  await expectLost(pending);
});

test("while a plan runs", async () => {
  const engine = await createEngine();
  const state = engine.state("x", [256, 256]);
  const plan = await engine.plan({ updates: [[state, engine.read(state).matmul(engine.read(state)).add(1)]] });
  const pending = { run: plan.run(100_000) };
  await new Promise((resolve) => setTimeout(resolve, 50));
  engine.destroy();
  await expectLost(pending);
  await expectLost({ run: plan.run(), read: plan.read(), runAndRead: plan.runAndRead() });
  expect(() => state.write(new Float32Array(256 * 256))).toThrow(DeviceLostError);
  // Giving back what is gone is no error.
  plan.dispose();
  state.destroy();
});

test("while training, paused or not", async () => {
  const engine = await createEngine();
  const [trainer, paused] = [await Trainer.create(engine, smallGame), await Trainer.create(engine, smallGame)];
  const run = trainer.train({ steps: 100_000, reportEvery: 10 });
  const pausedRun = paused.train({ steps: 100_000, reportEvery: 10 });
  await run.next();
  await pausedRun.next();
  paused.pause();
  const consume = async () => {
    for await (const _ of run);
  };
  await trainer.sample(4);
  const runs = { train: consume(), paused: pausedRun.next() };
  await new Promise((resolve) => setTimeout(resolve, 100));
  const pending = { ...runs, snapshot: trainer.snapshot(), sample: trainer.sample(4) };
  engine.destroy();
  await expectLost(pending);
  await expectLost({
    train: trainer.train({ steps: 1 }).next(),
    snapshot: trainer.snapshot(),
    parameters: trainer.parameters(),
  });
  expect(() => trainer.controls.set("generatorLearningRate", 1)).toThrow(DeviceLostError);
  trainer.dispose();
});

test("a new engine beside a lost one works", async () => {
  const lost = await createEngine();
  lost.destroy();
  const engine = await createEngine();
  expect(await engine.tensor([1, 2, 3]).sum().item()).toBe(6);
  engine.destroy();
});
