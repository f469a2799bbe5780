/** A device that goes at an awkward moment: while a trainer is created, idle, paused, brought back, restored, or shared. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { DeviceLostError, OptionError } from "../../../src/errors/errors.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { smallGame } from "../../gpu/fixtures.ts";
import { engineOn, expectSame, hurryTime, type Losable, losable, ranThrough, sleep } from "../../gpu/gan/losable.ts";
import { threePlayers } from "../../reference/three_players.ts";

const game: TrainerConfig = { ...smallGame, batchSize: 8, probes: { every: 4, fromStart: true } };
const options = { steps: 120, reportEvery: 20, samples: 4 };

let gpu: Losable;
let engine: Engine;
beforeEach(async () => {
  gpu = losable();
  engine = await engineOn(gpu);
});
afterEach(() => engine.destroy());

const create = () => Trainer.create(engine, game);

/** What an undisturbed run tells. */
async function undisturbed(config: TrainerConfig = game) {
  const trainer = await Trainer.create(engine, config);
  const ran = await ranThrough(trainer, options);
  trainer.dispose();
  return ran;
}

/** Milliseconds for what compiles a trainer seven times, where shaders take their time. */
const compilesOften = 240_000;

test("while it is created: at first, while kernels compile, and several times", async () => {
  const expected = await undisturbed();
  gpu.lose();
  let left = 3;
  gpu.onGiven = (device) => {
    if (left-- > 0) setTimeout(() => device.destroy(), 40 * left);
  };
  const trainer = await create();
  gpu.onGiven = undefined;
  expect(gpu.given).toBe(5);
  expectSame(await ranThrough(trainer, options), expected);
  trainer.dispose();
});

test("while it is created, again and again, it gives up; a signal ends that sooner", async () => {
  gpu.onGiven = (device) => setTimeout(() => device.destroy(), 150);
  gpu.lose();
  await expect(create()).rejects.toThrow(DeviceLostError);
  const ended = new AbortController();
  const creation = Trainer.create(engine, { ...game, signal: ended.signal });
  setTimeout(() => ended.abort(new Error("enough")), 100);
  await expect(creation).rejects.toThrow(/enough|lost/);
  gpu.onGiven = undefined;
  (await create()).dispose();
});

test("while it is brought back, and once more then", async () => {
  const expected = await undisturbed();
  const trainer = await create();
  let left = 3;
  gpu.onGiven = (device) => {
    if (left-- > 0) setTimeout(() => device.destroy(), 300 + 200 * left);
  };
  const ran = await ranThrough(trainer, options, ({ step }) => {
    if (step === 40) gpu.lose();
  });
  expectSame(ran, expected);
  expect(ran.losses).toBeGreaterThan(1);
  trainer.dispose();
});

test("again and again at the same step: it gives up, and goes on when it is asked again", async () => {
  const expected = await undisturbed();
  const trainer = await create();
  const reports = trainer.train(options);
  const first = [await reports.next(), await reports.next()];
  gpu.onGiven = (device) => setTimeout(() => device.destroy(), 250);
  gpu.lose();
  const rest = async () => {
    for await (const _ of reports);
  };
  await expect(rest()).rejects.toThrow(DeviceLostError);
  const at = trainer.step;
  expect(at).toBeGreaterThanOrEqual(40);
  gpu.onGiven = undefined;
  const { reports: later, end } = await ranThrough(trainer, { ...options, steps: options.steps - at });
  expect(end.states).toStrictEqual(expected.end.states);
  expect(later.at(-1)?.step).toBe(120);
  expect(first.map(({ value }) => value?.step)).toEqual([20, 40]);
  trainer.dispose();
});

test(
  "while nothing trains: what is asked of it recovers it, with the same answers",
  async () => {
    const trainer = await create();
    await ranThrough(trainer, options);
    const latents = Float32Array.of(0.5, -1, 0, 2);
    const asks = {
      sample: () => trainer.sample(8),
      generate: () => trainer.generate(latents),
      judge: () => trainer.judge(Float32Array.of(0, 1, 1, 0)),
      parameters: () => trainer.parameters(),
      snapshot: () => trainer.snapshot(),
      save: () => trainer.save(),
      saveGenerator: () => trainer.saveGenerator(),
    };
    for (const [name, ask] of Object.entries(asks)) {
      const expected: unknown = await ask();
      gpu.lose();
      expect(trainer.step).toBe(120);
      // At once, and when the loss is known.
      const asked = ask();
      await sleep(0);
      const [first, second, all] = await Promise.all([
        asked,
        ask(),
        Promise.all(Object.values(asks).map((each) => each())),
      ]);
      expect(first, name).toStrictEqual(expected);
      expect(second, name).toStrictEqual(expected);
      expect(all).toHaveLength(7);
    }
    expect(gpu.given).toBe(8);
    trainer.dispose();
  },
  compilesOften,
);

test("controls are moved at the same steps again, and the object stays the user's", async () => {
  const moves = (trainer: Trainer) => (step: number) => {
    trainer.controls.set("generatorLearningRate", 1e-3 / (1 + step));
    if (step === 60) trainer.controls.set("discriminatorLearningRate", 5e-3);
  };
  const first = await create();
  const expected = await ranThrough(first, options, ({ step }) => moves(first)(step));
  first.dispose();
  const trainer = await create();
  const { controls } = trainer;
  const normalTime = hurryTime(50);
  const ran = await ranThrough(trainer, options, async ({ step }) => {
    if (step % 40 === 0) {
      gpu.lose();
      await sleep(0);
    }
    moves(trainer)(step);
  }).finally(normalTime);
  expect(trainer.controls).toBe(controls);
  // Findings are told what controls stand at, when they are made.
  expect(ran.end.states).toStrictEqual(expected.end.states);
  expect(ran.end.controls).toStrictEqual(expected.end.controls);
  expect(ran.losses).toBeGreaterThan(1);
  trainer.dispose();
});

test(
  "two trainers, and tables, share an engine",
  async () => {
    const table = () => Trainer.create(engine, { ...threePlayers, seed: 3, batchSize: 4 });
    const first = await table();
    const expected = [await undisturbed(), await ranThrough(first, options)] as const;
    first.dispose();
    const [gan, three] = [await create(), await table()];
    const lose = ({ step }: { readonly step: number }) => {
      if (step === 40 || step === 80) gpu.lose();
    };
    const [a, b] = await Promise.all([ranThrough(gan, options, lose), ranThrough(three, options)]);
    expectSame(a, expected[0]);
    expectSame(b, expected[1]);
    expect(gpu.given).toBe(3);
    gan.dispose();
    three.dispose();
  },
  compilesOften,
);

test("paused, aborted or disposed meanwhile", async () => {
  const expected = await undisturbed();
  const trainer = await create();
  const ended = new AbortController();
  const run = trainer.train({ ...options, steps: 10_000, signal: ended.signal });
  await run.next();
  trainer.pause();
  const waiting = run.next();
  gpu.lose();
  await sleep(0);
  expect(await trainer.sample(4)).toHaveProperty("shape");
  const { step } = trainer;
  expect(trainer.isPaused).toBe(true);
  await sleep(200);
  expect(trainer.step).toBe(step);
  gpu.lose();
  trainer.resume();
  expect((await waiting).value).toMatchObject({ step: 40 });
  gpu.lose();
  ended.abort();
  let last = 40;
  for await (const report of run) last = report.step;
  expect(last).toBe(trainer.step);
  if (trainer.step < 120) await ranThrough(trainer, { steps: 120 - trainer.step });
  if (trainer.step === 120) expect((await trainer.snapshot()).states).toStrictEqual(expected.end.states);
  gpu.lose();
  const asked = trainer.sample(4);
  const training = trainer.train(options).next();
  const refused = [expect(asked).rejects.toThrow(OptionError), expect(training).rejects.toThrow(/was disposed/)];
  await sleep(20);
  trainer.dispose();
  await Promise.all(refused);
});

test("restored while the device is gone, or while it is brought back", async () => {
  const trainer = await create();
  await ranThrough(trainer, { ...options, steps: 40 });
  const taken = await trainer.snapshot();
  const expected = await ranThrough(trainer, { ...options, steps: 40 });
  for (const when of ["gone", "coming back"]) {
    gpu.lose();
    await sleep(0);
    const asked = when === "gone" ? undefined : trainer.sample(4);
    if (asked) await sleep(100);
    trainer.restore(structuredClone(taken));
    expect(trainer.step).toBe(40);
    await asked;
    expect(await trainer.snapshot()).toStrictEqual(taken);
    expectSame(await ranThrough(trainer, { ...options, steps: 40 }), expected);
  }
  const file = await trainer.save();
  gpu.lose();
  const again = await Trainer.load(engine, file, game);
  expect(await again.snapshot()).toStrictEqual(await trainer.snapshot());
  again.dispose();
  trainer.dispose();
});

test("turned off, or of a given device, it says what to do", async () => {
  const off = await Trainer.create(engine, { ...game, recovery: false });
  gpu.lose();
  await expect(off.train(options).next()).rejects.toThrow(/^The GPU device is lost .* create a new engine/);
  const lasting = losable();
  const adapter = (await lasting.gpu.requestAdapter()) as GPUAdapter;
  const device = await adapter.requestDevice();
  const { Engine: Made } = await import("../../../src/engine/engine.ts");
  const own = await Made.create({ device });
  const trainer = await Trainer.create(own, game);
  device.destroy();
  await expect(trainer.sample(4)).rejects.toThrow(/made of a given device/);
  await expect(trainer.train(options).next()).rejects.toThrow(DeviceLostError);
});

test("where nothing happens it costs nothing: the same dispatches, the same bits", async () => {
  const counted = async (recovery: boolean) => {
    const trainer = await Trainer.create(engine, { ...game, recovery });
    const before = engine.stats();
    const ran = await ranThrough(trainer, options);
    const { dispatches, pipelinesCreated } = engine.stats();
    trainer.dispose();
    return { ran, dispatches: dispatches - before.dispatches, pipelines: pipelinesCreated - before.pipelinesCreated };
  };
  const [without, with_] = [await counted(false), await counted(true)];
  expectSame(with_.ran, without.ran);
  expect(with_.dispatches).toBe(without.dispatches);
});
