/** What is used after its end, on another engine, or while something else runs: a sentence, never numbers of something else. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { State } from "../../../src/compile/state.ts";
import { Controls } from "../../../src/engine/controls.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { DeviceLostError, OptionError, SaddlepointError } from "../../../src/errors/errors.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { createEngine, smallGame } from "../fixtures.ts";

const tinyGame = {
  ...smallGame,
  generator: mlp([2, 4, 2]),
  discriminator: mlp([2, 4, 1]),
  batchSize: 8,
  probes: { every: 0 },
} satisfies TrainerConfig;

let engine: Engine;
let other: Engine;
beforeAll(async () => {
  [engine, other] = [await createEngine(), await createEngine()];
});
afterAll(() => {
  engine.destroy();
  other.destroy();
});

/** What `call` throws, or rejects with, within two seconds. */
async function errorOf(call: () => unknown): Promise<unknown> {
  const hangs = new Promise((resolve) => setTimeout(() => resolve("hangs"), 2000));
  const outcome = (async () => call())().then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
  return Promise.race([outcome, hangs]);
}

async function expectRefusal(call: () => unknown, sentence: RegExp, type: typeof SaddlepointError = OptionError) {
  const error = await errorOf(call);
  expect(error).toBeInstanceOf(type);
  expect((error as Error).message).toMatch(sentence);
}

/** Every public method of a trainer but `dispose`, and `adopt`, which uses up what it is given: tests of branches have it. */
const methods: Readonly<Record<string, (trainer: Trainer) => unknown>> = {
  train: (trainer) => trainer.train({ steps: 1 }).next(),
  sample: (trainer) => trainer.sample(4),
  generate: (trainer) => trainer.generate(new Float32Array(4)),
  judge: (trainer) => trainer.judge(new Float32Array(4)),
  parameters: (trainer) => trainer.parameters(),
  snapshot: (trainer) => trainer.snapshot(),
  restore: async (trainer) => trainer.restore(await snapshotOf(trainer)),
  explain: (trainer) => trainer.explain(),
  memory: (trainer) => trainer.memory(),
  profile: (trainer) => trainer.profile(),
  pause: (trainer) => trainer.pause(),
  resume: (trainer) => trainer.resume(),
  fork: async (trainer) => trainer.fork([], await snapshotOf(trainer)),
  "controls.set": (trainer) => trainer.controls.set("generatorLearningRate", 1e-3),
  "controls.tensor": (trainer) => trainer.controls.tensor("generatorLearningRate"),
};

const snapshots = new WeakMap<Trainer, ReturnType<Trainer["snapshot"]>>();
const snapshotOf = async (trainer: Trainer) => snapshots.get(trainer) as ReturnType<Trainer["snapshot"]>;

const create = async (on = engine) => {
  const trainer = await Trainer.create(on, tinyGame);
  snapshots.set(trainer, trainer.snapshot());
  await snapshots.get(trainer);
  return trainer;
};

test("the table has every public method of a trainer", () => {
  const names = Object.getOwnPropertyNames(Trainer.prototype).filter(
    (name) => typeof Object.getOwnPropertyDescriptor(Trainer.prototype, name)?.value === "function",
  );
  expect(Object.keys(methods)).toEqual(
    expect.arrayContaining(names.filter((name) => !["constructor", "dispose", "adopt"].includes(name))),
  );
});

describe("a trainer that was disposed refuses", () => {
  let trainer: Trainer;
  beforeAll(async () => {
    trainer = await create();
    trainer.dispose();
    trainer.dispose();
  });
  test.each(Object.entries(methods))("%s", async (_, call) => {
    await expectRefusal(() => call(trainer), /disposed|destroyed/);
  });
});

describe("a trainer whose GPU is gone refuses, with DeviceLostError,", () => {
  let trainer: Trainer;
  beforeAll(async () => {
    const lost = await createEngine();
    trainer = await create(lost);
    lost.destroy();
  });
  const onHost = ["explain", "memory", "pause", "resume", "controls.tensor"];
  test.each(Object.entries(methods).filter(([name]) => !onHost.includes(name)))("%s", async (name, call) => {
    if (name === "profile" && !engine.features.has("timestamp-query")) return;
    await expectRefusal(() => call(trainer), /lost/, DeviceLostError);
  });
});

describe("while train() runs,", () => {
  const refused = ["train", "restore", "profile"];
  const states = { running: () => undefined, paused: (trainer: Trainer) => trainer.pause() };
  describe.each(Object.entries(states))("%s,", (_, enter) => {
    test.each(Object.entries(methods))("%s", async (name, call) => {
      const trainer = await create();
      const run = trainer.train({ steps: 100_000, reportEvery: 10 });
      await run.next();
      enter(trainer);
      if (refused.includes(name)) {
        await expectRefusal(() => call(trainer), /train\(\) is running already; end that loop first\.$/);
      } else {
        expect(await errorOf(() => call(trainer))).toHaveProperty("value");
      }
      trainer.resume();
      await run.return();
      // And afterwards everything goes again.
      expect(
        await errorOf(() => trainer.restore(trainer.step === 0 ? (undefined as never) : ({} as never))),
      ).toBeInstanceOf(OptionError);
      expect((await errorOf(() => trainer.train({ steps: 1 }).next())) as object).toHaveProperty("value.value.step");
      trainer.dispose();
    });
  });
});

describe("dispose() ends", () => {
  const sentence = /^Trainer: it was disposed while train\(\) ran; create a new one/;
  const moments: Readonly<Record<string, (trainer: Trainer) => Promise<unknown>>> = {
    "a train() whose report is being read": async (trainer) => {
      for await (const { losses } of trainer.train({ steps: 200, reportEvery: 10 })) {
        expect(losses.generator).toBeGreaterThan(0.1);
        trainer.dispose();
      }
    },
    "a train() that runs": (trainer) => {
      const run = trainer.train({ steps: 100_000, reportEvery: 1000 });
      setTimeout(() => trainer.dispose(), 50);
      return run.next();
    },
    "a train() that is paused": async (trainer) => {
      const run = trainer.train({ steps: 100_000, reportEvery: 10 });
      await run.next();
      trainer.pause();
      setTimeout(() => trainer.dispose(), 20);
      for await (const _ of run);
    },
    "a train() that makes its sampler": (trainer) => {
      const run = trainer.train({ steps: 10, samples: 3 }).next();
      trainer.dispose();
      return run;
    },
  };
  test.each(Object.entries(moments))("%s", async (_, call) => {
    const trainer = await create();
    await expectRefusal(() => call(trainer), sentence);
  });

  test("a sample that is being compiled", async () => {
    const trainer = await create();
    const sample = trainer.sample(5);
    trainer.dispose();
    const outcome = await errorOf(() => sample);
    if (outcome instanceof Error) expect(outcome.message).toMatch(/^Trainer: it was disposed; create/);
    else expect(outcome).toHaveProperty("value.values.length", 10);
  });
});

describe("states and plans", () => {
  const made = async (on = engine) => {
    const state = on.state("mine", [2]);
    state.write(Float32Array.of(1, 3));
    const plan = await on.plan({
      outputs: { y: on.read(state).add(3) },
      updates: [[state, on.read(state).add(on.tensor([1, 2]))]],
    });
    return { state, plan };
  };

  const ofPlans: Readonly<Record<string, (parts: Awaited<ReturnType<typeof made>>) => unknown>> = {
    run: ({ plan }) => plan.run(),
    runAndRead: ({ plan }) => plan.runAndRead(),
    read: ({ plan }) => plan.read(),
    feed: ({ plan }) => plan.feed(0, Float32Array.of(1, 2)),
    outputRange: ({ plan }) => plan.outputRange(0),
    profile: ({ plan }) => plan.profile(),
    "a loop of it": ({ plan }) => engine.loop(() => [{ plan, times: 1 }], { targetMilliseconds: 8 }).run(1),
  };
  test.each(Object.entries(ofPlans))("%s of a plan that was disposed", async (_, call) => {
    const parts = await made();
    parts.plan.dispose();
    await expectRefusal(() => call(parts), /^plan: this plan was disposed; make a new one/);
    parts.state.destroy();
  });
  test.each(Object.entries(ofPlans))("%s of a plan whose state was destroyed", async (_, call) => {
    const parts = await made();
    parts.state.destroy();
    await expectRefusal(() => call(parts), /^state "mine": it was destroyed/);
    parts.plan.dispose();
  });

  const ofStates: Readonly<Record<string, (state: State) => unknown>> = {
    "engine.read": (state) => engine.read(state),
    "engine.download": (state) => engine.download([state]),
    "an expression": (state) => other.tensor([1, 2]).add(engine.read(state)).data(),
    "a plan's output": (state) => engine.plan({ outputs: { y: engine.read(state).mul(2) } }),
    "a plan's update": (state) => engine.plan({ updates: [[state, engine.tensor([1, 2])]] }),
  };
  test.each(Object.entries(ofStates))("%s of a state that was destroyed", async (_, call) => {
    const state = engine.state("mine", [2]);
    state.destroy();
    state.destroy();
    await expectRefusal(() => call(state), /^state "mine": it was destroyed/);
    await expectRefusal(() => state.write(Float32Array.of(1, 2)), /^state "mine": it was destroyed/);
    await expectRefusal(() => state.writePart(0, Float32Array.of(1)), /^state "mine": it was destroyed/);
  });
  test.each(Object.entries(ofStates))("%s of another engine's state", async (_, call) => {
    const [state, own] = [other.state("theirs", [2]), engine.state("own", [2])];
    const foreign = other.read(state);
    await expectRefusal(() => call(state), /^state "theirs": it belongs to another engine/);
    await expectRefusal(() => engine.read(own).add(foreign).data(), /^state "theirs": it belongs to another engine/);
    state.destroy();
    own.destroy();
  });
  test.each(["engine.read", "engine.download"])("%s of what is no state", async (name) => {
    const call = ofStates[name] as (state: State) => unknown;
    for (const wrong of [undefined, null, 3, "x", engine.tensor([1])]) {
      await expectRefusal(() => call(wrong as never), new RegExp(`^${name}: .* is no state`));
    }
  });

  test("controls that were disposed", async () => {
    const controls = new Controls(engine, "knobs", { a: 1 });
    controls.dispose();
    await expectRefusal(() => controls.set("a", 2), /^state "knobs": it was destroyed/);
    await expectRefusal(() => controls.tensor("a"), /^state "knobs": it was destroyed/);
  });
});

describe("a submission that WebGPU refuses", () => {
  const warned: string[] = [];
  let quiet: Engine;
  beforeAll(async () => {
    quiet = await Engine.create({ onWarning: (message) => warned.push(message), selfTest: false });
  });
  afterAll(() => quiet.destroy());
  // Behind the library's back, as a fault of its own would be.
  const broken = async () => {
    const state = quiet.state("broken", [2]);
    const plan = await quiet.plan({ outputs: { y: quiet.read(state) }, updates: [[state, quiet.read(state).add(1)]] });
    state.buffer.destroy();
    return { state, plan };
  };
  const reads: Readonly<Record<string, (parts: Awaited<ReturnType<typeof broken>>) => Promise<unknown>>> = {
    "a plan that is read": ({ plan }) => plan.runAndRead(),
    "a plan that runs": ({ plan }) => plan.run(),
    "a plan that runs many times": ({ plan }) => plan.run(10_000),
    "a download": ({ state }) => quiet.download([state]),
    "an expression": ({ state }) => quiet.read(state).add(3).data(),
    "a loop's read, some submissions later": async ({ plan }) => {
      const fine = quiet.state("fine", [1]);
      const loop = quiet.loop((i) => (i === 0 ? [{ plan, times: 1 }] : []), {
        targetMilliseconds: 8,
        maxIterationsPerSubmit: 1,
      });
      const { read } = await loop.run(2, { reads: [{ buffer: fine.buffer, offset: 0, size: 4 }] });
      return read?.read();
    },
  };
  test.each(Object.entries(reads))("rejects: %s", async (_, call) => {
    const parts = await broken();
    await expectRefusal(() => call(parts), /WebGPU refused to run this/, SaddlepointError);
    // The engine goes on.
    expect(await quiet.tensor([1, 2]).add(1).data()).toEqual(Float32Array.of(2, 3));
  });
});

describe("Engine.create", () => {
  test("of one adapter, twice", async () => {
    const adapter = (await navigator.gpu.requestAdapter()) as GPUAdapter;
    const first = await Engine.create({ adapter, selfTest: false, onWarning: () => undefined });
    await expectRefusal(() => Engine.create({ adapter }), /^Engine\.create: the adapter gives no device; one adapter/);
    first.destroy();
  });

  const wrong: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    "no object": [null, /^Engine\.create: the options are null/],
    "a text": ["x", /^Engine\.create: the options are "x"/],
    "an unknown option": [{ debgu: true }, /there is no option "debgu"\. Did you mean "debug"\?/],
    "a device": [{ device: {} }, /device is an object; give a GPUDevice/],
    "an adapter": [{ adapter: null }, /adapter is null; give a GPUAdapter/],
    "a promise of an adapter": [{ adapter: Promise.resolve() }, /adapter is a promise \(await it first\)/],
    gpu: [{ gpu: 3 }, /gpu is 3; give a GPU/],
    onWarning: [{ onWarning: "log" }, /onWarning is "log"; give a function/],
    tune: [{ tune: "slow" }, /tune is "slow"; give off, quick, full/],
    debug: [{ debug: 1 }, /debug is 1; give true or false/],
    selfTest: [{ selfTest: "no" }, /selfTest is "no"/],
    cache: [{ cache: 5 }, /cache is 5/],
    formChoices: [{ formChoices: "x" }, /formChoices is "x"/],
    powerPreference: [{ powerPreference: 1 }, /powerPreference is 1/],
    cacheBytes: [{ cacheBytes: -1 }, /cacheBytes is -1; give a number of at least 0/],
  };
  test.each(Object.entries(wrong))("with %s of the wrong kind", async (_, [options, sentence]) => {
    await expectRefusal(() => Engine.create(options as never), sentence);
  });
});

describe("what can be made again is bounded", () => {
  test("different expressions keep pipelines and graphs up to the budget, and all give their values", async () => {
    const budget = 4 * 2 ** 20;
    const small = await Engine.create({ cacheBytes: budget, selfTest: false, onWarning: () => undefined });
    const plan = await small.plan({ outputs: { y: small.tensor([1]).mul(3) } });
    for (let i = 0; i < 100; i++) {
      const x = small.tensor([1, 2]).mul(i + 0.5);
      expect(await x.data()).toEqual(Float32Array.of(i + 0.5, 2 * i + 1));
      expect(small.stats().cacheBytes).toBeLessThanOrEqual(budget);
    }
    const { cacheEntries, cacheEvictions, pipelinesCreated } = small.stats();
    expect(cacheEvictions).toBeGreaterThan(50);
    expect(cacheEntries).toBeLessThan(150);
    // What was used last is there, what a plan holds runs on.
    await small.tensor([5, 6]).mul(99.5).data();
    expect(small.stats().pipelinesCreated).toBe(pipelinesCreated);
    expect((await plan.runAndRead())[0]).toEqual(Float32Array.of(3));
    small.destroy();
  });

  test("samples of many counts leave the buffers of one", async () => {
    const bytesAfter = async (counts: readonly number[]) => {
      const fresh = await createEngine();
      const trainer = await Trainer.create(fresh, tinyGame);
      for (const count of counts) expect((await trainer.sample(count)).values).toHaveLength(2 * count);
      const { liveBytes, stagingBytes } = fresh.stats();
      fresh.destroy();
      return liveBytes - stagingBytes;
    };
    const alone = await bytesAfter([32_000]);
    expect(alone).toBeGreaterThan(8 * 32_000);
    expect(await bytesAfter(Array.from({ length: 16 }, (_, i) => 2000 * (i + 1)))).toBeLessThan(1.1 * alone);
  });
});
