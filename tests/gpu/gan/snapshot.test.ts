/** A snapshot is the run: of one moment, with all that it goes on from, for this run alone. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { points } from "../../../src/data/points/points.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import type { Snapshot } from "../../../src/gan/run/snapshot.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { createEngine, reportsOf, smallGame } from "../fixtures.ts";

const cloud = (step: number) =>
  points({ values: Float32Array.from({ length: 128 }, (_, i) => Math.sin(step * i)), name: "cloud" });

const tinyGame = {
  ...smallGame,
  generator: mlp([2, 4, 2]),
  discriminator: mlp([2, 4, 1], { activation: "leakyRelu" }),
  data: cloud(1),
  batchSize: 8,
} satisfies TrainerConfig;

let engine: Engine;
let trainer: Trainer;
let snapshot: Snapshot;
beforeAll(async () => {
  engine = await createEngine();
  trainer = await Trainer.create(engine, tinyGame);
  await reportsOf(trainer, { steps: 3 });
  snapshot = await trainer.snapshot();
});
afterAll(() => engine.destroy());

/** Everything that can be told of a trainer's state. To be compared strictly: `toEqual` looks into no ArrayBuffer. */
const stateOf = async (of: Trainer) => [of.step, await of.snapshot()];

const counted = ({ states }: Snapshot, label: string) =>
  new Uint32Array(states.find((state) => state.path === label)?.bytes as ArrayBuffer)[0];

test("taken at any moment of a training, it is of one step", async () => {
  trainer.restore(snapshot);
  const taken: Promise<Snapshot>[] = [];
  for await (const _ of trainer.train({ steps: 60, reportEvery: 5 })) taken.push(trainer.snapshot());
  const during = trainer.train({ steps: 2000, reportEvery: 1000 });
  const report = during.next();
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    taken.push(trainer.snapshot());
  }
  await report;
  await during.return();
  const steps = new Set<number>();
  for (const each of await Promise.all(taken)) {
    expect(counted(each, "players/generator/steps")).toBe(each.step);
    steps.add(each.step);
  }
  expect(steps.size).toBeGreaterThan(12);
});

test("it holds the controls, and the run goes on with the same reports and findings", async () => {
  trainer.restore(snapshot);
  trainer.controls.set("generatorLearningRate", 1e-5);
  await reportsOf(trainer, { steps: 40 });
  const taken = await trainer.snapshot();
  const at = structuredClone(taken);
  const going = async (of: Trainer) =>
    (await reportsOf(of, { steps: 20, reportEvery: 10, samples: 4 })).map(
      ({ stepsPerSecond: _, secondsLeft: __, ...report }) => report,
    );
  const expected = [await going(trainer), await trainer.snapshot()];
  trainer.controls.set("generatorLearningRate", 1);
  trainer.restore(at);
  expect(trainer.controls.get("generatorLearningRate")).toBe(Math.fround(1e-5));
  expect([await going(trainer), await trainer.snapshot()]).toStrictEqual(expected);
  const other = await Trainer.create(engine, tinyGame);
  other.restore(JSON.parse(JSON.stringify(taken)));
  expect([await going(other), await other.snapshot()]).toStrictEqual(expected);
  other.dispose();
});

test("its arrays are the caller's, before and after", async () => {
  trainer.restore(snapshot);
  const mine = await trainer.snapshot();
  for (const { bytes } of mine.states) new Uint8Array(bytes).fill(7);
  expect(await trainer.snapshot()).toStrictEqual(snapshot);
  const given = structuredClone(snapshot);
  trainer.restore(given);
  for (const { bytes } of given.states) new Uint8Array(bytes).fill(7);
  new Uint8Array(given.telemetry.bytes).fill(7);
  expect(await trainer.snapshot()).toStrictEqual(snapshot);
});

test("measuring the kernels leaves the run as it is", async () => {
  if (!engine.features.has("timestamp-query")) return;
  trainer.restore(snapshot);
  await trainer.profile();
  expect(await trainer.snapshot()).toStrictEqual(snapshot);
});

describe("what is no snapshot of this run changes nothing:", () => {
  const changed = (label: string, change: (bytes: ArrayBuffer) => unknown) => ({
    ...snapshot,
    states: snapshot.states.map((state) =>
      state.path === label ? { path: label, bytes: change(state.bytes.slice(0)) } : state,
    ),
  });
  const withNumber = (value: number) =>
    changed("networks/generator/parameters", (bytes) => {
      new Float32Array(bytes)[2] = value;
      return bytes;
    });
  const cases: Readonly<Record<string, [() => unknown, RegExp]>> = {
    undefined: [() => undefined, /got undefined, which is no snapshot/],
    null: [() => null, /got null, which is no snapshot/],
    "an empty object": [() => ({}), /got an object, which is no snapshot/],
    "a promise of one": [() => trainer.snapshot(), /got a promise \(await it first\)/],
    "a text": [() => "x", /got "x", which is no snapshot/],
    ...Object.fromEntries(
      [Number.NaN, -5, 1.5, "20", null, 2 ** 40, 4].map((step) => [
        `a step of ${JSON.stringify(step)}`,
        [() => ({ ...snapshot, step }), /got a snapshot of step/],
      ]),
    ),
    "parameters with NaN": [() => withNumber(Number.NaN), /found NaN at 2 of "networks\/generator\/parameters"/],
    "parameters with infinity": [() => withNumber(Number.POSITIVE_INFINITY), /found Infinity at 2 of/],
    "bytes that are cut off": [
      () => changed("networks/generator/parameters", (bytes) => bytes.slice(4)),
      /found \d+ bytes of "networks\/generator\/parameters", which has/,
    ],
    "bytes that are none": [
      () => changed("networks/generator/parameters", () => null),
      /found no bytes of "networks\/generator\/parameters"/,
    ],
    "bytes as a broken text": [() => changed("networks/generator/parameters", () => "***"), /found no bytes of/],
    "bytes that JSON lost": [() => JSON.parse(JSON.stringify({ ...snapshot })), /found no bytes of/],
    "states missing": [() => ({ ...snapshot, states: [] }), /found no bytes of/],
    "no list of states": [() => ({ ...snapshot, states: { length: 2 } }), /found no bytes of/],
    "a state that is none": [() => ({ ...snapshot, states: [null] }), /found no bytes of/],
    "controls missing": [() => ({ ...snapshot, controls: {} }), /found undefined as the control/],
    "a control that is no number": [
      () => ({ ...snapshot, controls: { ...snapshot.controls, generatorLearningRate: "1" } }),
      /found "1" as the control "generatorLearningRate"/,
    ],
    "telemetry of other steps": [
      () => ({ ...snapshot, telemetry: { ...snapshot.telemetry, bytes: new ArrayBuffer(4) } }),
      /found 4 bytes of telemetry from step 3 to 3/,
    ],
    "what was examined that is no text": [() => ({ ...snapshot, examined: 3 }), /found 3 as what was examined/],
    "findings that are none": [() => ({ ...snapshot, findings: [1] }), /as findings/],
  };
  test.each(Object.entries(cases))("%s", async (_, [make, sentence]) => {
    trainer.restore(snapshot);
    const before = await stateOf(trainer);
    const given = make();
    let error: unknown;
    try {
      trainer.restore(given as Snapshot);
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(OptionError);
    expect((error as Error).message).toMatch(sentence);
    expect((error as Error).message).toMatch(/^Trainer: restore\(\) /);
    expect(await stateOf(trainer)).toStrictEqual(before);
  });

  const others: Readonly<Record<string, [Partial<TrainerConfig>, ...parts: string[]]>> = {
    "another loss": [{ loss: "hinge" }, "loss"],
    "another option of the loss": [{ loss: { type: "non-saturating", smoothing: 0.1 } }, "loss"],
    "another seed": [{ seed: 2 }, "seed"],
    "other points of one number and name": [{ data: cloud(2) }, "data"],
    "another activation of one size": [{ discriminator: mlp([2, 4, 1], { activation: "tanh" }) }, "discriminator"],
    "another batch": [{ batchSize: 4 }, "generator", "discriminator", "batchSize"],
    "another optimiser's option": [{ optimizer: { type: "adam", lr: 1e-3, betas: [0, 0.9] } }, "optimizer"],
    "another rule of play": [{ play: "simultaneous" }, "play"],
    "more discriminator steps": [{ discriminatorSteps: 2 }, "discriminatorSteps"],
    "a schedule": [{ schedules: { generatorLearningRate: { to: 0, steps: 9 } } }, "schedules"],
  };
  test.each(Object.entries(others))("%s", async (_, [config, ...parts]) => {
    const other = await Trainer.create(engine, { ...tinyGame, ...config });
    const before = await stateOf(other);
    expect(() => other.restore(snapshot)).toThrow(OptionError);
    expect(() => other.restore(snapshot)).toThrow(
      `got a snapshot of another run, which differs in ${parts.join(", ")}`,
    );
    expect(await stateOf(other)).toStrictEqual(before);
    other.restore(snapshot, { except: parts });
    expect(other.step).toBe(3);
    other.dispose();
  });

  test("an exception that is none", () => {
    expect(() => trainer.restore(snapshot, { except: ["sed"] })).toThrow(
      'there is no part "sed". Did you mean "seed"?',
    );
  });
});

test("rates, submissions, fusion, recomputation and probes may differ", async () => {
  const config = {
    optimizer: { type: "adam", lr: 0.1, betas: [0.5, 0.999] },
    probes: { every: 0 },
    fuse: false,
    recompute: "both",
  } as const;
  const other = await Trainer.create(engine, { ...tinyGame, ...config, submitMilliseconds: 1 });
  other.restore(snapshot);
  expect(other.controls.get("generatorLearningRate")).toBe(trainer.controls.get("generatorLearningRate"));
  other.dispose();
});

test("states beyond one staging buffer are read in parts", async () => {
  const states = [0, 1, 2].map((i) => engine.state(`large ${i}`, [12 * 2 ** 20]));
  const last = 12 * 2 ** 20 - 1;
  for (const [i, state] of states.entries()) state.writePart(last - 1, Float32Array.of(i, i + 0.5));
  const read = await engine.download(states);
  expect(read.map((bytes) => bytes.byteLength)).toEqual(states.map(() => 48 * 2 ** 20));
  expect(read.map((bytes) => [...new Float32Array(bytes).subarray(last - 2)])).toEqual(
    states.map((_, i) => [0, i, i + 0.5]),
  );
  // Large staging buffers are not kept.
  expect(engine.stats().stagingBytes).toBeLessThanOrEqual(64 * 2 ** 20);
  for (const state of states) state.destroy();
});
