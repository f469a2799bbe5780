/**
 * Every public function and method, with everything that users pass by mistake in the place of every argument and of
 * every option: each mistake is refused with a sentence, never with a TypeError, and never taken without a word.
 */
import * as saddlepoint from "saddlepoint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as experiments from "../../../src/public/experiments.ts";
import * as files from "../../../src/public/files.ts";
import * as onnx from "../../../src/public/onnx.ts";
import { createEngine, smallGame } from "../fixtures.ts";
import { engineCalls, tensorCalls, transformCalls } from "./core_calls.ts";
import { dataCalls, ganCalls, metricCalls, pictureCalls, probeCalls } from "./data_calls.ts";
import { fileCalls } from "./file_calls.ts";
import { networkCalls, optimizerCalls } from "./network_calls.ts";
import { type Call, mistakesOf } from "./spec.ts";
import { trainerCalls } from "./trainer_calls.ts";

const { Controls, Engine, Random, SaddlepointError, Tensor } = saddlepoint;

let engine: saddlepoint.Engine;
let trainer: saddlepoint.gan.Trainer;
beforeAll(async () => {
  engine = await createEngine();
  trainer = await saddlepoint.gan.Trainer.create(engine, smallGame);
});
afterAll(() => engine.destroy());

async function allCalls(): Promise<Call[]> {
  const state = engine.state("weights", [2]);
  const plan = await engine.plan({ label: "plan", outputs: { y: engine.read(state).add(1) } });
  return [
    ...tensorCalls(engine),
    ...engineCalls(engine, state, plan),
    ...transformCalls(engine),
    ...networkCalls(engine),
    ...optimizerCalls,
    ...dataCalls,
    ...ganCalls,
    ...pictureCalls,
    ...fileCalls,
    ...metricCalls(engine),
    ...probeCalls(engine),
    ...(await trainerCalls(engine, trainer)),
  ];
}

/** What a call comes to: nothing, or the error that it throws or rejects with. */
async function outcome({ call }: Call, given: readonly unknown[]): Promise<unknown> {
  try {
    await (call as (...given: readonly unknown[]) => unknown)(...given);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("every public function", () => {
  test("takes its example", async () => {
    const refused: string[] = [];
    for (const call of await allCalls()) {
      const error = await outcome(
        call,
        call.arguments.map(({ example }) => example),
      );
      if (error !== undefined) refused.push(`${call.name}: ${String(error)}`);
    }
    expect(refused).toEqual([]);
  });

  test("refuses every mistake with a sentence", async () => {
    const wrong: string[] = [];
    for (const call of await allCalls()) {
      for (const { name, given } of mistakesOf(call)) {
        const error = await outcome(call, given);
        if (error === undefined) wrong.push(`${call.name}, ${name}: taken without a word`);
        else if (!(error instanceof SaddlepointError)) wrong.push(`${call.name}, ${name}: ${String(error)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** Methods that take nothing that could be wrong, or whose mistakes other tests hold. */
const elsewhere = new Set([
  "Engine.destroy",
  "Tensor.toString",
  "Plan.feed",
  "Plan.encode",
  "Plan.profile",
  "Plan.outputRange",
  "Plan.dispose",
  "State.destroy",
  "State.assertUsable",
  "Controls.dispose",
  "Trainer.dispose",
  // It uses up what it is given: its mistakes are in the tests of branches.
  "Trainer.adopt",
  // What it is given is checked by the trainer that plays it.
  "gan.game",
  // Functions of functions.
  "gan.unroll",
  // Of games that are functions, and of their players' states: the sentences are in the unit tests of the rules of play.
  "gan.advance",
  "gan.gradientField",
  "gan.atOnce",
  "gan.inTurn",
  // Of what a layer is applied with: the sentences are in the unit tests of side inputs.
  "nn.sideInput",
]);

test("no public function is left out", async () => {
  const known = new Set((await allCalls()).map(({ name }) => name));
  const state = engine.state("weights", [2]);
  const plan = await engine.plan({ label: "plan", outputs: { y: engine.read(state) } });
  const methodsOf = (name: string, prototype: object, isMethod = (_: string) => true) =>
    Object.getOwnPropertyNames(prototype)
      .filter((key) => {
        const { value } = Object.getOwnPropertyDescriptor(prototype, key) ?? {};
        return key !== "constructor" && typeof value === "function" && isMethod(key);
      })
      .map((key) => `${name}.${key}`);
  const functionsOf = (name: string, namespace: object) =>
    Object.entries(namespace)
      .filter(([, value]) => typeof value === "function" && !/^class\b/.test(String(value)))
      .map(([key]) => `${name}.${key}`);
  const { data, gan, io, metrics, nn, optim, probes } = saddlepoint;
  const initializers = /nn\.(?:glorot|he|lecun)\w+|nn\.(?:zeros|ones)/;
  const all = [
    ...methodsOf("Tensor", Tensor.prototype),
    ...["scalar", "full", "arange", "concat", "stack", "where"].map((name) => `Tensor.${name}`),
    ...methodsOf("Engine", Engine.prototype),
    ...methodsOf("State", Object.getPrototypeOf(state)),
    ...methodsOf("Plan", Object.getPrototypeOf(plan)),
    ...methodsOf("Controls", Controls.prototype),
    ...methodsOf("Random", Random.prototype),
    ...methodsOf("Trainer", saddlepoint.gan.Trainer.prototype),
    "Trainer.create",
    ...Object.entries({ data, experiments, files, gan, io, metrics, nn, onnx, optim, probes }).flatMap(
      ([name, space]) => functionsOf(name, space),
    ),
  ];
  expect(all.filter((name) => !known.has(name) && !elsewhere.has(name) && !initializers.test(name))).toEqual([]);
});

describe("after the end", () => {
  /** What still answers: it says nothing about what was on the GPU, or ends it once more. */
  const stillAnswers = new Set([
    "Trainer.create",
    "Trainer.load",
    "loadGenerator",
    "loadSampler",
    "readCheckpoint",
    "writeCheckpoint",
    "latestCheckpoint",
    "bestCheckpoint",
    "memoryStore",
    "withWeights",
    "Trainer.pause",
    "Trainer.resume",
    "Trainer.explain",
    "Plan.explain",
    "Plan.memory",
    "Controls.get",
    "gan.compare",
    "gan.trialTree",
  ]);

  const examplesOf = (call: Call) => call.arguments.map(({ example }) => example);

  async function answers(calls: readonly Call[]): Promise<string[]> {
    const wrong: string[] = [];
    for (const call of calls) {
      if (stillAnswers.has(call.name)) continue;
      const error = await outcome(call, examplesOf(call));
      if (!(error instanceof SaddlepointError)) wrong.push(`${call.name}: ${String(error)}`);
    }
    return wrong;
  }

  test("of a trainer, every method rejects", async () => {
    const ended = await saddlepoint.gan.Trainer.create(engine, smallGame);
    const calls = await trainerCalls(engine, ended);
    const { controls } = ended;
    ended.dispose();
    ended.dispose();
    expect(await answers(calls)).toEqual([]);
    expect(() => controls.set("generatorLearningRate", 1e-3)).toThrow(SaddlepointError);
  });

  test("of a state and a plan, every method rejects, and every plan that reads the state", async () => {
    const state = engine.state("weights", [2]);
    const plan = await engine.plan({ label: "plan", outputs: { y: engine.read(state).add(1) } });
    const kept = engine.read(state).mul(2);
    const calls = engineCalls(engine, state, plan).filter(({ name }) => /^(?:State|Plan)\./.test(name));
    state.destroy();
    expect(await answers(calls.filter(({ name }) => name === "Plan.run" || name.startsWith("State.")))).toEqual([]);
    await expect(kept.data()).rejects.toThrow(SaddlepointError);
    plan.dispose();
    plan.dispose();
    expect(await answers(calls)).toEqual([]);
  });

  test("of an engine, everything that needs the GPU rejects", async () => {
    const ended = await createEngine();
    const state = ended.state("weights", [2]);
    const plan = await ended.plan({ label: "plan", outputs: { y: ended.read(state).add(1) } });
    const calls = engineCalls(ended, state, plan);
    const lazy = ended.tensor([1, 2]).add(1);
    const ending = await saddlepoint.gan.Trainer.create(ended, smallGame);
    const trainerMethods = await trainerCalls(ended, ending);
    ended.destroy();
    ended.destroy();
    const needsNoGpu =
      /^(?:Random\.|Controls\.|Engine\.(?:tensor|stats|loop|compile|read|readRanges|download)$|Trainer\.(?:memory|restore)$|keepCheckpoints$|gan\.trialTree$|withWeights$|checkpoints\.save$)/;
    expect(await answers([...calls, ...trainerMethods].filter(({ name }) => !needsNoGpu.test(name)))).toEqual([]);
    await expect(lazy.data()).rejects.toThrow(SaddlepointError);
  });
});

describe("arrays are the caller's own", () => {
  /** A call that takes or gives arrays, told twice: what it gives must not change when the first arrays do. */
  async function isUnmoved(make: (values: Float32Array) => unknown, read: (made: never) => unknown): Promise<boolean> {
    const given = Float32Array.of(1, 2, 3, 4);
    const made = await make(given);
    given.fill(99);
    const before = (await read(made as never)) as Float32Array;
    const kept = Array.from(before);
    before.fill(77);
    const after = Array.from((await read(made as never)) as Float32Array);
    return JSON.stringify(kept) === JSON.stringify(after) && !kept.includes(99);
  }

  const cases: Readonly<Record<string, () => Promise<boolean>>> = {
    "engine.tensor and data()": () =>
      isUnmoved(
        (values) => engine.tensor(values),
        (made: saddlepoint.Tensor) => made.data(),
      ),
    "a computed tensor's data()": () =>
      isUnmoved(
        (values) => engine.tensor(values).add(1),
        (made: saddlepoint.Tensor) => made.data(),
      ),
    evaluate: () =>
      isUnmoved(
        (values) => engine.tensor(values).node,
        async (node: saddlepoint.Tensor["node"]) => (await engine.evaluate([node]))[0],
      ),
    "state.write and download": () =>
      isUnmoved(
        (values) => {
          const state = engine.state("kept", [4]);
          state.write(values);
          return state;
        },
        async (state: saddlepoint.State) => new Float32Array((await engine.download([state]))[0] as ArrayBuffer),
      ),
    plans: () =>
      isUnmoved(
        (values) => engine.plan({ outputs: { y: engine.tensor(values).mul(2) } }),
        async (plan: saddlepoint.Plan) => (await plan.runAndRead())[0],
      ),
    "compiled functions": () =>
      isUnmoved(
        async (values) => engine.compile((x: saddlepoint.Tensor) => x.mul(3))(engine.tensor(values)),
        (made: saddlepoint.Tensor) => made.data(),
      ),
    generate: () =>
      isUnmoved(
        (values) => trainer.generate(values),
        async (batch: saddlepoint.gan.SampleBatch) => batch.values.slice(),
      ),
    parameters: () =>
      isUnmoved(
        async () => undefined,
        async () => (await trainer.parameters()).generator,
      ),
    sample: () =>
      isUnmoved(
        async () => undefined,
        async () => (await trainer.sample(2)).values,
      ),
    snapshot: () =>
      isUnmoved(
        async () => undefined,
        async () => new Float32Array(((await trainer.snapshot()).states[0] as { bytes: ArrayBuffer }).bytes),
      ),
  };

  test.each(Object.keys(cases))("%s", async (name) => {
    expect(await (cases[name] as () => Promise<boolean>)()).toBe(true);
  });

  test("what is asked for is asked for when it is asked", async () => {
    const latents = Float32Array.of(0.5, -0.5);
    const expected = Array.from((await trainer.generate(latents.slice())).values);
    const asked = trainer.generate(latents);
    latents.fill(3);
    expect(Array.from((await asked).values)).toEqual(expected);
    const samples = Float32Array.of(0.5, -0.5);
    const logits = Array.from(await trainer.judge(samples.slice()));
    const judged = trainer.judge(samples);
    samples.fill(3);
    expect(Array.from(await judged)).toEqual(logits);
  });

  test("shapes, axes, centres and points", async () => {
    const shape = [2, 2];
    const x = engine.tensor([1, 2, 3, 4], shape);
    const y = x.reshape(shape);
    const full = Tensor.full(shape, 1);
    const state = engine.state("shaped", shape);
    const centers = [
      [0, 0],
      [1, 1],
    ];
    const values = new Float32Array([1, 2, 3, 4]);
    const points = saddlepoint.data.points({ values, dimensions: 2 });
    const mixture = saddlepoint.data.gaussianMixture({ centers, standardDeviation: 0.1 });
    const network = saddlepoint.nn.network(shape, [saddlepoint.nn.flatten()]);
    shape[0] = 7;
    (centers[0] as number[])[0] = 50;
    values.fill(50);
    for (const { shape: kept } of [x, y, full, state]) expect(kept).toEqual([2, 2]);
    expect(network.inputShape).toEqual([2, 2]);
    expect(mixture.modes?.centers).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const random = new Random(Tensor.scalar(1, "u32"), Tensor.scalar(0, "u32"));
    for (const source of [points, mixture]) {
      const prepared = source.prepare(engine);
      const [drawn] = await engine.evaluate([prepared.batch(random, 2).samples.node]);
      expect(Math.max(...(drawn as Float32Array))).toBeLessThan(20);
      prepared.dispose();
    }
  });
});
