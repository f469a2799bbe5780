/** Training as a whole: reproducible to the bit, resumable, interruptible, and measured without a gap. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { r1, wganGp } from "../../../src/gan/penalties/shorthands.ts";
import type { TrainOptions, TrainReport } from "../../../src/gan/run/report.ts";
import type { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { ringRows } from "../../../src/probes/telemetry.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

/** The bits of a run: both players' parameters after it. */
const parametersAfter = (config: Partial<TrainerConfig>, options: TrainOptions) =>
  withTrainer(engine, config, async (trainer) => {
    await reportsOf(trainer, options);
    return trainer.parameters();
  });

/** A game that costs little, for runs of many steps. */
const tinyGame = {
  generator: mlp([2, 4, 2]),
  discriminator: mlp([2, 4, 1]),
  batchSize: 8,
  probes: { every: 0 },
} satisfies Partial<TrainerConfig>;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("the parameters after 500 steps are the same bits", () => {
  const steps = 500;
  let expected: Awaited<ReturnType<Trainer["parameters"]>>;
  beforeAll(async () => {
    expected = await parametersAfter({}, { steps });
  });

  test("and are numbers that training has moved", async () => {
    const first = await parametersAfter({}, { steps: 1 });
    for (const player of ["generator", "discriminator"] as const) {
      expect(expected[player].every(Number.isFinite)).toBe(true);
      expect(expected[player]).not.toEqual(first[player]);
    }
  });

  const variations: Readonly<Record<string, [Partial<TrainerConfig>, Partial<TrainOptions>]>> = {
    "in a second run, in submissions of few steps": [{ submitMilliseconds: 1 }, {}],
    "in long submissions, with a report every 7 steps": [{ submitMilliseconds: 200 }, { reportEvery: 7 }],
    "with samples in every report": [{}, { reportEvery: 250, samples: 32 }],
    "with the costly probes every 10 steps": [{ probes: { every: 10 } }, {}],
    "without the costly probes": [{ probes: { every: 0 } }, {}],
  };
  test.each(Object.entries(variations))("%s", async (_, [config, options]) => {
    expect(await parametersAfter(config, { steps, ...options })).toEqual(expected);
  });
});

test("another seed gives another run", async () => {
  const [first, second] = [
    await parametersAfter({ seed: 1 }, { steps: 5 }),
    await parametersAfter({ seed: 2 }, { steps: 5 }),
  ];
  expect(second.generator).not.toEqual(first.generator);
  expect(second.discriminator).not.toEqual(first.discriminator);
});

describe("a snapshot", () => {
  const config = { discriminatorSteps: 2, probes: { every: 4 } };

  test("continues the run bit for bit, in another trainer", async () => {
    const options = { steps: 60, reportEvery: 60 };
    const [whole, rows] = await withTrainer(engine, config, async (trainer) => {
      const [report] = await reportsOf(trainer, options);
      return [await trainer.parameters(), report!.telemetry.rows] as const;
    });
    const snapshot = await withTrainer(engine, config, async (trainer) => {
      await reportsOf(trainer, { steps: 30 });
      return trainer.snapshot();
    });
    expect(snapshot.step).toBe(30);
    await withTrainer(engine, config, async (trainer) => {
      // What was trained before the snapshot is restored must leave no trace.
      await reportsOf(trainer, { steps: 7 });
      trainer.restore(snapshot);
      expect(trainer.step).toBe(30);
      const [report] = await reportsOf(trainer, { ...options, steps: 30 });
      expect(await trainer.parameters()).toEqual(whole);
      // Measured the same, too, and probed in the same steps.
      expect(report!.telemetry.rows).toEqual(rows.slice(30));
    });
  });

  test("goes back in the trainer that took it, samples included", async () => {
    await withTrainer(engine, config, async (trainer) => {
      await reportsOf(trainer, { steps: 10 });
      const snapshot = await trainer.snapshot();
      const before = await trainer.sample(16);
      await reportsOf(trainer, { steps: 10 });
      expect((await trainer.sample(16)).values).not.toEqual(before.values);
      trainer.restore(snapshot);
      expect(await trainer.sample(16)).toEqual(before);
    });
  });

  test("of other networks or optimisers is refused", async () => {
    const snapshot = await withTrainer(engine, tinyGame, (trainer) => trainer.snapshot());
    const sentence =
      /^Trainer: restore\(\) got a snapshot of another run, which differs in (generator|optimizer); create/;
    await withTrainer(engine, { ...tinyGame, generator: mlp([2, 5, 2]) }, async (trainer) => {
      expect(() => trainer.restore(snapshot)).toThrow(OptionError);
      expect(() => trainer.restore(snapshot)).toThrow(sentence);
    });
    await withTrainer(engine, { ...tinyGame, optimizer: { type: "sgd" } }, async (trainer) => {
      expect(() => trainer.restore(snapshot)).toThrow(sentence);
    });
  });
});

describe("training can be interrupted:", () => {
  const steps = 120;
  const options = { steps, reportEvery: 20 };
  let undisturbed: Awaited<ReturnType<Trainer["parameters"]>>;
  beforeAll(async () => {
    undisturbed = await parametersAfter(tinyGame, options);
  });

  test("paused, no step is taken; resumed, it goes on as if nothing had been", async () => {
    await withTrainer(engine, tinyGame, async (trainer) => {
      expect(trainer.isPaused).toBe(false);
      const run = trainer.train(options);
      await run.next();
      trainer.pause();
      trainer.pause();
      expect(trainer.isPaused).toBe(true);
      const reached = trainer.step;
      let arrived = false;
      const next = run.next().then((result) => {
        arrived = true;
        return result;
      });
      await pause(200);
      expect(trainer.step).toBe(reached);
      expect(arrived).toBe(false);
      trainer.resume();
      expect(trainer.isPaused).toBe(false);
      expect(((await next).value as TrainReport).step).toBe(40);
      for await (const _ of run);
      expect(trainer.step).toBe(steps);
      expect(await trainer.parameters()).toEqual(undisturbed);
    });
  });

  test("an abort ends it with a last report, and it can be taken up again", async () => {
    await withTrainer(engine, tinyGame, async (trainer) => {
      const abort = new AbortController();
      const reports: TrainReport[] = [];
      for await (const report of trainer.train({ ...options, signal: abort.signal })) {
        reports.push(report);
        if (report.step === 40) abort.abort();
      }
      expect(trainer.step).toBe(reports.at(-1)!.step);
      expect(trainer.step).toBeLessThan(steps);
      const rows = reports.flatMap(({ telemetry }) => telemetry.rows.map(({ step }) => step));
      expect(rows).toEqual(Array.from({ length: trainer.step }, (_, step) => step));
      await reportsOf(trainer, { ...options, steps: steps - trainer.step });
      expect(await trainer.parameters()).toEqual(undisturbed);
    });
  });

  test("an abort before the first step takes none, and gives no report", async () => {
    await withTrainer(engine, tinyGame, async (trainer) => {
      expect(await reportsOf(trainer, { ...options, signal: AbortSignal.abort() })).toEqual([]);
      expect(trainer.step).toBe(0);
    });
  });

  test("an abort ends a pause", async () => {
    await withTrainer(engine, tinyGame, async (trainer) => {
      const abort = new AbortController();
      const run = trainer.train({ ...options, signal: abort.signal });
      await run.next();
      trainer.pause();
      const rest = (async () => {
        for await (const _ of run);
      })();
      await pause(50);
      abort.abort();
      await rest;
      expect(trainer.step).toBeLessThan(steps);
    });
  });

  test("left early, it has trained at most one stretch more, and can be taken up again", async () => {
    await withTrainer(engine, tinyGame, async (trainer) => {
      for await (const report of trainer.train(options)) {
        expect(report.step).toBe(20);
        break;
      }
      expect(trainer.step).toBeLessThanOrEqual(40);
      await reportsOf(trainer, { ...options, steps: steps - trainer.step });
      expect(await trainer.parameters()).toEqual(undisturbed);
    });
  });

  test("twice at once is an error, which leaves the first run as it is", async () => {
    await withTrainer(engine, tinyGame, async (trainer) => {
      const run = trainer.train(options);
      await run.next();
      const second = trainer.train(options).next();
      await expect(second).rejects.toThrow(OptionError);
      await expect(second).rejects.toThrow("Trainer: train() is running already; end that loop first.");
      for await (const _ of run);
      expect(await trainer.parameters()).toEqual(undisturbed);
    });
  });
});

describe("reports", () => {
  test("come at every multiple of reportEvery and at the end, with a row for every step since the one before", async () => {
    await withTrainer(engine, tinyGame, async (trainer) => {
      const first = await reportsOf(trainer, { steps: 25, reportEvery: 10 });
      const second = await reportsOf(trainer, { steps: 20, reportEvery: 10 });
      const reports = [...first, ...second];
      expect(reports.map(({ step }) => step)).toEqual([10, 20, 25, 30, 40, 45]);
      expect(reports.flatMap(({ telemetry }) => telemetry.rows.map(({ step }) => step))).toEqual(
        Array.from({ length: 45 }, (_, step) => step),
      );
      for (const { stepsPerSecond, secondsLeft } of reports) {
        expect(stepsPerSecond).toBeGreaterThan(0);
        expect(secondsLeft).toBeGreaterThanOrEqual(0);
      }
      expect(first.at(-1)!.secondsLeft).toBe(0);
    });
  });

  test("lose no row where the ring comes round, whatever their interval", async () => {
    const steps = 2 * ringRows + 300;
    const runs = [];
    for (const reportEvery of [100, ringRows + 500]) {
      const reports = await withTrainer(engine, tinyGame, (trainer) => reportsOf(trainer, { steps, reportEvery }));
      runs.push(reports.flatMap(({ telemetry }) => telemetry.rows));
      expect(reports.at(-1)!.step).toBe(steps);
    }
    const [often, seldom] = runs as [(typeof runs)[0], (typeof runs)[0]];
    expect(often.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, step) => step));
    expect(seldom).toEqual(often);
    // No two steps measured the same: none is another's row.
    expect(new Set(often.map(({ values }) => values.join())).size).toBe(steps);
  });

  test("carry the losses of their last step", async () => {
    await withTrainer(engine, tinyGame, async (trainer) => {
      for (const { losses, telemetry } of await reportsOf(trainer, { steps: 30, reportEvery: 10 })) {
        const last = telemetry.rows.at(-1)!.values;
        for (const player of ["generator", "discriminator"] as const) {
          const { offset } = telemetry.columns.find(({ name }) => name === `loss/${player}`)!;
          expect(losses[player]).toBe(last[offset]);
        }
      }
    });
  });

  test("hold NaN for what their step did not probe, and never an older step's value", async () => {
    const steps = ringRows + 60;
    await withTrainer(engine, { ...tinyGame, probes: { every: 50 } }, async (trainer) => {
      const reports = await reportsOf(trainer, { steps, reportEvery: 500 });
      const { columns } = reports[0]!.telemetry;
      const isAlways = (name: string) => /^(loss|lossGain|balance)\//.test(name);
      expect(columns.filter(({ name }) => isAlways(name)).length).toBeGreaterThan(8);
      expect(columns.filter(({ name }) => !isAlways(name)).length).toBeGreaterThan(20);
      for (const { step, values } of reports.flatMap(({ telemetry }) => telemetry.rows)) {
        for (const { name, offset, size } of columns) {
          const isMeasured = isAlways(name) || step % 50 === 0;
          const own = values.subarray(offset, offset + size);
          expect(
            own.every((value) => Number.isNaN(value) !== isMeasured),
            `${name} in step ${step}`,
          ).toBe(true);
        }
      }
      expect(
        reports.flatMap(({ findings }) => findings.filter(({ ailment }) => ailment === "non-finite-values")),
      ).toEqual([]);
    });
  });

  test("have the samples of exactly their step", async () => {
    const stepwise = await withTrainer(engine, tinyGame, async (trainer) => {
      const samples = [];
      for (let i = 0; i < 3; i++) {
        await reportsOf(trainer, { steps: 20 });
        samples.push(await trainer.sample(16));
      }
      return samples;
    });
    await withTrainer(engine, tinyGame, async (trainer) => {
      const reports = await reportsOf(trainer, { steps: 60, reportEvery: 20, samples: 16 });
      expect(reports.map(({ samples }) => samples)).toEqual(stepwise);
      expect(await trainer.sample(16)).toEqual(stepwise[2]);
      expect(stepwise[2]!.shape).toEqual([16, 2]);
      expect(new Set(stepwise.map(({ values }) => values.join())).size).toBe(3);
      // Modes are counted among those samples.
      for (const { modes } of reports) expect(modes).toMatchObject({ modeCount: 8 });
    });
  });
});

describe("a run stays finite with", () => {
  const games: Readonly<Record<string, Partial<TrainerConfig>>> = {
    "wasserstein and wganGp": {
      loss: "wasserstein",
      penalties: [wganGp()],
      discriminatorSteps: 3,
      optimizer: { type: "adam", lr: 1e-3, betas: [0, 0.9] },
    },
    "non-saturating and r1": { loss: "non-saturating", penalties: [r1({ weight: 1 })] },
    "minimax, both penalties, and an optimiser for each player": {
      loss: "minimax",
      penalties: [r1(), wganGp({ weight: 1 })],
      optimizer: { generator: { type: "rmsprop", lr: 1e-3 }, discriminator: { type: "sgd", momentum: 0.5 } },
    },
  };
  test.each(Object.entries(games))("%s", async (_, config) => {
    await withTrainer(engine, { ...config, probes: { every: 20 } }, async (trainer) => {
      const before = await trainer.parameters();
      const reports = await reportsOf(trainer, { steps: 200 });
      const after = await trainer.parameters();
      for (const player of ["generator", "discriminator"] as const) {
        expect(after[player].every(Number.isFinite)).toBe(true);
        expect(after[player]).not.toEqual(before[player]);
        for (const { losses } of reports) expect(Number.isFinite(losses[player])).toBe(true);
      }
    });
  });
});

describe("controls", () => {
  test("stop a player, and let it go on, without compiling anything", async () => {
    await withTrainer(engine, { ...tinyGame, penalties: [r1({ weight: 2 })] }, async (trainer) => {
      expect(trainer.controls.names).toEqual(["generatorLearningRate", "discriminatorLearningRate", "r1Weight"]);
      expect(trainer.controls.get("r1Weight")).toBe(2);
      await reportsOf(trainer, { steps: 5 });
      const before = await trainer.parameters();
      const { pipelinesCreated } = engine.stats();
      trainer.controls.set("generatorLearningRate", 0);
      await reportsOf(trainer, { steps: 5 });
      const after = await trainer.parameters();
      expect(after.generator).toEqual(before.generator);
      expect(after.discriminator).not.toEqual(before.discriminator);
      trainer.controls.set("generatorLearningRate", 1e-3);
      await reportsOf(trainer, { steps: 5 });
      expect((await trainer.parameters()).generator).not.toEqual(before.generator);
      expect(engine.stats().pipelinesCreated).toBe(pipelinesCreated);
    });
  });

  test("a penalty's weight of 0 is the game without it", async () => {
    const options = { steps: 20 };
    const [without, zero, some] = [
      await parametersAfter(tinyGame, options),
      await parametersAfter({ ...tinyGame, penalties: [r1({ weight: 0 })] }, options),
      await parametersAfter({ ...tinyGame, penalties: [r1({ weight: 5 })] }, options),
    ];
    zero.discriminator.forEach((value, i) => {
      expect(value).toBeCloseTo(without.discriminator[i]!, 4);
    });
    expect(some.discriminator).not.toEqual(zero.discriminator);
  });
});

test("explain() prints every kernel of every plan of a step", async () => {
  await withTrainer(engine, { ...tinyGame, probes: { every: 5 } }, async (trainer) => {
    const text = trainer.explain();
    for (const label of [
      "discriminator step",
      "generator step",
      "discriminator step, unprobed",
      "generator step, unprobed",
    ]) {
      expect(text).toMatch(new RegExp(`^${label}: \\d+ dispatches`, "m"));
    }
    const promised = [...text.matchAll(/: (\d+) dispatches/g)].reduce((total, [, count]) => total + Number(count), 0);
    expect(text.match(/^\d+ /gm)).toHaveLength(promised);
  });
});

test("dispose gives back what the trainer took", async () => {
  const keep = () => withTrainer(engine, tinyGame, (trainer) => reportsOf(trainer, { steps: 3, samples: 4 }));
  // What lies idle is as much as was ever needed at once, which depends on how plans were compiled beside each other.
  const usedBytes = () => engine.stats().liveBytes - engine.stats().idleBytes;
  await keep();
  const before = usedBytes();
  await keep();
  expect(usedBytes()).toBe(before);
});

test("progress counts every pipeline of a step, up to all of them", async () => {
  const seen: (readonly [done: number, total: number])[] = [];
  await withTrainer(engine, { ...tinyGame, progress: (...counts) => seen.push(counts) }, async (trainer) => {
    const kernels = trainer.explain().match(/^\d+ /gm)!.length;
    const [done, total] = seen.at(-1)!;
    expect(done).toBe(total);
    expect(total).toBeGreaterThanOrEqual(kernels);
    expect(seen).toHaveLength(total);
  });
});
