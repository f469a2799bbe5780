/** Experiments on the GPU: what they tell is what float64 tells of the same tensors, and the run goes on as if there had been none. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { gaussianMixture } from "../../../src/data/drawn/mixture.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { dualityGap } from "../../../src/gan/experiments/duality_gap.ts";
import { eigenvalues } from "../../../src/gan/experiments/eigenvalues.ts";
import { frozenGenerator } from "../../../src/gan/experiments/frozen_generator.ts";
import { pathAngle } from "../../../src/gan/experiments/path_angle.ts";
import type { Snapshot } from "../../../src/gan/run/snapshot.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { batchNorm } from "../../../src/nn/layers/batch_norm.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { mlp, network } from "../../../src/nn/network/network.ts";
import { diracGan } from "../../unit/gan/experiments/games.ts";
import { engineOfNumbers } from "../../unit/gan/float64_trainer.ts";
import { createEngine, reportsOf, smallGame, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

/** All that a run may keep: statistics, a mean of parameters, moments, lazy penalties, the memory of tricks. */
const keepsMuch = {
  generator: network([2], [linear(8), batchNorm(), activation("relu"), linear(2)]),
  generatorAverage: { decay: 0.9 },
  tricks: ["spectralNorm", "replay"],
  penalties: { type: "r1", weight: 0.1, interval: 4 },
  optimizer: { type: "adamw", lr: 1e-3, weightDecay: 0.01 },
  discriminatorSteps: 2,
  batchSize: 16,
} as const satisfies Partial<TrainerConfig>;

describe("a run with experiments in the middle", () => {
  /** Trains on both sides of what is done in the middle; where it ends, and what it told. */
  const runWith = (middle: (trainer: Trainer, before: Snapshot) => Promise<unknown>) =>
    withTrainer(engine, keepsMuch, async (trainer) => {
      const first = await reportsOf(trainer, { steps: 6, reportEvery: 3 });
      const before = await trainer.snapshot();
      const second = await reportsOf(trainer, { steps: 7, reportEvery: 7 });
      await middle(trainer, before);
      trainer.controls.set("r1Weight", 0.2);
      const third = await reportsOf(trainer, { steps: 9, reportEvery: 9 });
      const told = [...first, ...second, ...third].map(({ losses, findings, telemetry }) => ({
        losses,
        findings,
        telemetry,
      }));
      return { told, end: await trainer.snapshot(), samples: (await trainer.sample(8)).values };
    });

  test.runIf(inject("isThorough"))(
    "equals a run without, to the last bit",
    async () => {
      const plain = await runWith(async () => undefined);
      const { liveBytes } = engine.stats();
      const looked = await runWith(async (trainer, before) => {
        const now = await trainer.snapshot();
        await frozenGenerator(engine, trainer, { steps: 6, every: 3 });
        await frozenGenerator(engine, trainer, { steps: 4, every: 3, discriminator: "present" });
        await dualityGap(engine, trainer, { steps: 4, samples: 32 });
        await pathAngle(engine, trainer, before, now, { points: 3, samples: 32 });
        await eigenvalues(engine, trainer, { iterations: 3, samples: 32 });
        expect(await trainer.snapshot()).toStrictEqual(now);
      });
      expect(looked).toStrictEqual(plain);
      // Everything was given back, but for what the engine keeps to use again.
      expect(engine.stats().liveBytes).toBeLessThan(liveBytes + 2 ** 20);
    },
    180_000,
  );

  test("that is ended, or throws, equals it too", async () => {
    const plain = await runWith(async () => undefined);
    const ended = await runWith(async (trainer) => {
      const stop = new AbortController();
      const progress = () => stop.abort(new Error("enough"));
      const options = { signal: stop.signal, progress };
      await expect(frozenGenerator(engine, trainer, { steps: 50, every: 1, ...options })).rejects.toThrow("enough");
      await expect(eigenvalues(engine, trainer, options)).rejects.toThrow("enough");
      const broken = () => {
        throw new Error("broken");
      };
      const value = { maximiser: "discriminator", of: broken };
      await expect(dualityGap(engine, trainer, { value })).rejects.toThrow("broken");
      await expect(dualityGap(engine, trainer, { steps: 4, progress: broken })).rejects.toThrow("broken");
    });
    expect(ended).toStrictEqual(plain);
  });

  test("may be training meanwhile", async () => {
    const run = async (isWatched: boolean) =>
      withTrainer(engine, keepsMuch, async (trainer) => {
        const training = reportsOf(trainer, { steps: 40, reportEvery: 10 });
        if (isWatched) await eigenvalues(engine, trainer, { iterations: 3, samples: 16 });
        await training;
        return trainer.snapshot();
      });
    expect(await run(true)).toStrictEqual(await run(false));
  });
});

describe("what experiments tell of a trained GAN", () => {
  const tiny = {
    ...smallGame,
    generator: mlp([2, 4, 2], { activation: "tanh" }),
    discriminator: mlp([2, 4, 1], { activation: "tanh" }),
    penalties: { type: "r1", weight: 0.1 },
    batchSize: 16,
  } as const satisfies TrainerConfig;
  const { engine: numbers } = engineOfNumbers();
  let trainer: Trainer;
  let early: Snapshot;
  beforeAll(async () => {
    trainer = await Trainer.create(engine, tiny);
    await reportsOf(trainer, { steps: 40 });
    early = await trainer.snapshot();
    await reportsOf(trainer, { steps: 40 });
  });
  afterAll(() => trainer.dispose());

  const log10 = (values: ArrayLike<number>) => Array.from(values, Math.log10);

  function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
    expect(found).toHaveLength(expected.length);
    for (let i = 0; i < expected.length; i++) {
      expect(Math.abs((found[i] as number) - (expected[i] as number)), `${i}`).toBeLessThan(tolerance);
    }
  }

  test("the path angle is that of float64", async () => {
    const options = { points: 5, samples: 32 };
    const late = await trainer.snapshot();
    const [found, expected] = [
      await pathAngle(engine, trainer, early, late, options),
      await pathAngle(numbers, trainer, early, late, options),
    ];
    expectClose(found.cosines, expected.cosines, 1e-4);
    expectClose(log10(found.norms), log10(expected.norms), 1e-4);
    expect(found.verdict).toBe(expected.verdict);
    // Also of a snapshot that was kept as text.
    const text = JSON.parse(JSON.stringify(early)) as Snapshot;
    expect((await pathAngle(engine, trainer, text, late, options)).cosines).toEqual(found.cosines);
  });

  test("the leading eigenvalues are those of float64", async () => {
    const options = { count: 3, iterations: 22, samples: 32 };
    const [found, expected] = [
      await eigenvalues(engine, trainer, options),
      await eigenvalues(numbers, trainer, options),
    ];
    const largest = Math.abs(expected.values[0]?.re ?? 0);
    expect(largest).toBeGreaterThan(0.1);
    for (const part of ["re", "im"] as const) {
      expectClose(
        found.values.map((value) => value[part] / largest),
        expected.values.map((value) => value[part] / largest),
        1e-4,
      );
    }
  });

  test("the gap is that of float64", async () => {
    const options = { steps: 4, samples: 32 };
    const [found, expected] = [await dualityGap(engine, trainer, options), await dualityGap(numbers, trainer, options)];
    expectClose(Object.values(found), Object.values(expected), 1e-4);
  });

  test("the generator's gradient is that of float64", async () => {
    const options = { steps: 4, every: 2, discriminator: "present" } as const;
    const [found, expected] = [
      await frozenGenerator(engine, trainer, options),
      await frozenGenerator(numbers, trainer, options),
    ];
    found.curves.forEach(({ norms }, i) => {
      expectClose(log10(norms), log10(expected.curves[i]?.norms ?? []), 1e-3);
    });
  });

  test("a new discriminator begins as that of a new run, whatever became of the run's own", async () => {
    const of = (given: Trainer) => frozenGenerator(engine, given, { steps: 2, every: 1, losses: ["hinge"] });
    const { curves } = await of(trainer);
    const moved = await Trainer.create(engine, tiny);
    // Its generator is the same, its discriminator is not.
    const [mine, theirs] = [await trainer.snapshot(), await moved.snapshot()];
    const states = theirs.states.map((state, i) => (/^networks.generator/.test(state.path) ? mine.states[i] : state));
    moved.restore({ ...theirs, states: states as Snapshot["states"] });
    expect(await of(moved)).toEqual({ steps: [0, 1, 2], curves });
    moved.dispose();
  });
});

test("the Dirac-GAN with R1 has the eigenvalues of its closed form, and the bound on the rate", async () => {
  const trainer = await Trainer.create(engine, { ...diracGan(0.3), batchSize: 4, probes: { every: 0 } });
  const snapshot = await trainer.snapshot();
  const zero = (state: Snapshot["states"][number]) =>
    state.path.startsWith("networks/") ? { ...state, bytes: new ArrayBuffer(4) } : state;
  trainer.restore({ ...snapshot, states: snapshot.states.map(zero) });
  const { values, rateBound } = await eigenvalues(engine, trainer, { samples: 4 });
  const root = Math.sqrt(0.25 - 0.15 ** 2);
  expect(values.map(({ re }) => re)).toEqual([expect.closeTo(0.15, 5), expect.closeTo(0.15, 5)]);
  expect(values.map(({ im }) => im)).toEqual([expect.closeTo(root, 5), expect.closeTo(-root, 5)]);
  expect(rateBound).toBeCloseTo((2 * 0.15) / 0.25, 4);
  trainer.dispose();
});

describe("the duality gap", () => {
  /** A generator that moves the normal distribution along, against one that stands at 0, and a discriminator that says 0. */
  async function gapAt(shift: number) {
    const config = {
      ...smallGame,
      generator: network([2], [linear(2)]),
      data: gaussianMixture({ centers: [[0, 0]], standardDeviation: 1 }),
      batchSize: 128,
      optimizer: { type: "adam", lr: 0.01, betas: [0.5, 0.999] },
    } as const satisfies TrainerConfig;
    return withTrainer(engine, config, async (trainer) => {
      const snapshot = await trainer.snapshot();
      const states = snapshot.states.map((state) => {
        const values = new Float32Array(state.bytes.slice(0));
        if (state.path === "networks/generator/parameters") values.set([1, 0, 0, 1, shift, 0]);
        // The last layer: 16 weights and a bias.
        else if (state.path === "networks/discriminator/parameters") values.fill(0, values.length - 17);
        else return state;
        return { ...state, bytes: values.buffer };
      });
      trainer.restore({ ...snapshot, states });
      return dualityGap(engine, trainer, { steps: 60, samples: 2048 });
    });
  }

  test("is nothing where the generator is the data, and M is -ln 2", async () => {
    const { gap, value, lowest } = await gapAt(0);
    expect(value).toBeCloseTo(-Math.LN2, 5);
    expect(lowest).toBeCloseTo(-Math.LN2, 5);
    expect(Math.abs(gap)).toBeLessThan(0.02);
  });

  test("is there where it is not, and no larger than the discriminator can make it", async () => {
    // The best of all discriminators between N(0, 1) and N(2, 1) gains their Jensen-Shannon divergence, 0.336831.
    const { gap, halfway, standardError } = await gapAt(2);
    expect(gap).toBeGreaterThan(0.2);
    expect(gap).toBeLessThan(0.336831 + 4 * standardError);
    expect(gap).toBeGreaterThan(halfway);
  });
});
