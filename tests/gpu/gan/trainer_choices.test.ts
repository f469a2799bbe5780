/** What a trainer's choices do to its steps, replayed on the host or by another trainer that takes the long way. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampler } from "../../../src/data/sampler.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import type { TrainReport } from "../../../src/gan/run/report.ts";
import type { Snapshot } from "../../../src/gan/run/snapshot.ts";
import type { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { mlp, type Network } from "../../../src/nn/network/network.ts";
import { series } from "../../../src/probes/telemetry.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { someOf } from "../../browser/some_of.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

/** Smooth networks and plain gradient descent: what two trainers do differs by rounding alone. */
const game = {
  generator: mlp([2, 8, 2], { activation: "tanh" }),
  discriminator: mlp([2, 8, 1], { activation: "tanh" }),
  batchSize: 8,
  optimizer: { type: "sgd", lr: 0.1 },
  probes: { every: 0 },
} satisfies Partial<TrainerConfig>;

const autoencoder = {
  ...game,
  loss: { type: "began", gamma: 1, lambda: 0.1 },
  discriminator: mlp([2, 8, 2], { activation: "tanh" }),
} satisfies Partial<TrainerConfig>;

const play = <Result>(config: Partial<TrainerConfig>, use: (trainer: Trainer) => Promise<Result>) =>
  withTrainer(engine, { ...game, ...config }, use);

/** Trains by steps, and gives the last report. */
async function train(trainer: Trainer, steps = 1): Promise<TrainReport> {
  return (await reportsOf(trainer, { steps, reportEvery: steps })).at(-1) as TrainReport;
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.hypot(...Array.from(a, (value, i) => value - (b[i] as number)));

/** Expects the same numbers, to the rounding of a few steps in f32. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  expect(distance(actual, expected)).toBeLessThan(2e-5 * Math.hypot(1, ...Array.from(expected)));
}

/** A value of a snapshot by its label. */
function stateOf({ states }: Snapshot, label: string): Float32Array {
  const found = states.find((state) => state.path === label);
  if (!found) throw new Error(`There is no state "${label}" among ${states.map((state) => state.path).join(", ")}.`);
  return new Float32Array(found.bytes);
}

/** The same snapshot with other values in the place of some. */
function withStates(snapshot: Snapshot, values: Readonly<Record<string, Float32Array | Uint32Array>>): Snapshot {
  const states = snapshot.states.map((state) => {
    const { path, bytes } = state;
    return { ...state, bytes: values[path] ? (values[path].slice().buffer as ArrayBuffer) : bytes };
  });
  return { ...snapshot, states };
}

/** A perceptron of one hidden tanh layer on the host, [outputs] from [inputs], its parameters in the arena's order. */
function perceptron({ inputShape, outputShape, parameterCount }: Network, flat: Float32Array, x: readonly number[]) {
  const [inputs, outputs] = [inputShape[0] as number, outputShape[0] as number];
  const hidden = (parameterCount - outputs) / (inputs + 1 + outputs);
  let offset = 0;
  const layer = (values: readonly number[], count: number) => {
    const weight = flat.subarray(offset, offset + values.length * count);
    const bias = flat.subarray(offset + weight.length, offset + weight.length + count);
    offset += weight.length + count;
    return Array.from(bias, (b, j) => values.reduce((sum, v, i) => sum + v * (weight[i * count + j] as number), b));
  };
  return layer(layer(x, hidden).map(Math.tanh), outputs);
}

describe("a mean of the generator", () => {
  test("follows its formula, and samples are drawn with it", async () => {
    const [decay, warmUp] = [0.6, 2];
    await play({ generatorAverage: { decay, warmUp } }, async (trainer) => {
      const latent = [0.3, -1.2];
      const shown = async () => (await trainer.generate(Float32Array.from(latent))).values;
      const network = trainer.config.generator;
      // Before the first step it is the generator itself.
      expectClose(await shown(), perceptron(network, (await trainer.parameters()).generator, latent));
      let mean = new Float32Array(network.parameterCount);
      for (let t = 0; t < 5; t++) {
        await train(trainer);
        const { generator } = await trainer.parameters();
        const beta = Math.min(decay, t / (warmUp + t));
        mean = mean.map((value, i) => beta * value + (1 - beta) * (generator[i] as number));
        expectClose(stateOf(await trainer.snapshot(), "players/generator/average"), mean);
        expectClose(await shown(), perceptron(network, mean, latent));
        if (t > 0) expect(distance(mean, generator)).toBeGreaterThan(1e-4);
      }
    });
  });

  test("with decay 0 is the generator", async () => {
    const samplesOf = (config: Partial<TrainerConfig>) =>
      play(config, async (trainer) => {
        await train(trainer, 3);
        return (await trainer.sample(8)).values;
      });
    expectClose(await samplesOf({ generatorAverage: { decay: 0 } }), await samplesOf({}));
  });
});

test("penalties with an interval of 3 act in every third step, with three times the weight", async () => {
  const weights = { r1: 2, featureMatching: 0.5 };
  const penalties = (interval: number) =>
    Object.entries(weights).map(([type, weight]) => ({ type: type as "r1", weight, interval }));
  const steps = 5;
  const lazy = await play({ penalties: penalties(3) }, async (trainer) => {
    const path = [];
    for (let step = 0; step < steps; step++) {
      await train(trainer);
      path.push(await trainer.parameters());
    }
    return path;
  });
  await play({ penalties: penalties(1) }, async (trainer) => {
    for (let step = 0; step < steps; step++) {
      const before = await trainer.snapshot();
      const withWeights = async (factor: number) => {
        trainer.restore(before);
        for (const [type, weight] of Object.entries(weights)) trainer.controls.set(`${type}Weight`, factor * weight);
        await train(trainer);
        return trainer.parameters();
      };
      const isDue = step % 3 === 0;
      const other = await withWeights(isDue ? 1 : 3);
      const same = await withWeights(isDue ? 3 : 0);
      for (const player of ["generator", "discriminator"] as const) {
        expectClose(lazy[step]![player], same[player]);
        expect(distance(lazy[step]![player], other[player])).toBeGreaterThan(1e-3);
      }
    }
  });
});

describe("what is remembered from step to step", () => {
  const games: Readonly<Record<string, [Partial<TrainerConfig>, readonly string[]]>> = {
    "in a game of autoencoders": [
      { ...autoencoder, tricks: [{ type: "replay", size: 2 }], generatorAverage: { decay: 0.9 } },
      ["loss/k", "tricks/replay/samples", "tricks/replay/filled", "players/generator/average"],
    ],
    "by a penalty, a layer, a rule of play and optimisers": [
      {
        penalties: [{ type: "leCam" }, { type: "historicalAveraging" }],
        tricks: [{ type: "spectralNorm" }],
        play: { type: "lookahead", every: 3 },
        optimizer: { type: "optimisticAdam", lr: 1e-2 },
        discriminatorSteps: 2,
      },
      [
        ...[
          "penalties/leCam/real",
          "penalties/leCam/fake",
          "penalties/historicalAveraging/generator/mean",
          "networks/discriminator/buffers/0/u",
        ],
        ...["play/generator/slow", "play/discriminator/slow"],
      ],
    ],
  };
  test.each(Object.entries(games))(
    "%s moves, and a snapshot continues with it bit for bit",
    async (_, [config, labels]) => {
      await play(config, async (trainer) => {
        const atFirst = await trainer.snapshot();
        await train(trainer, 4);
        const snapshot = await trainer.snapshot();
        for (const label of labels) expect(stateOf(snapshot, label), label).not.toEqual(stateOf(atFirst, label));
        const continued = async (steps: number) => {
          const { telemetry } = await train(trainer, steps);
          return [telemetry.rows, await trainer.sample(8), await trainer.snapshot()] as const;
        };
        const expected = await continued(5);
        // What comes in between must leave no trace.
        await train(trainer, 2);
        trainer.restore(snapshot);
        expect(await continued(5)).toEqual(expected);
        trainer.restore(atFirst);
        await train(trainer, 4);
        expect(await trainer.snapshot()).toStrictEqual(snapshot);
      });
    },
  );
});

test("BEGAN's k follows the errors of both batches, and weighs that of fakes", async () => {
  await play(autoencoder, async (trainer) => {
    const { telemetry } = await train(trainer, 6);
    const [real, fake, loss] = ["balance/logitReal", "balance/logitFake", "loss/discriminator"].map((name) =>
      series(telemetry, name),
    ) as [number[], number[], number[]];
    let k = 0;
    real.forEach((ofReal, step) => {
      const ofFake = fake[step] as number;
      expect(loss[step]).toBeCloseTo(ofReal - k * ofFake, 5);
      k = Math.min(1, Math.max(0, k + 0.1 * (ofReal - ofFake)));
    });
    expect(k).toBeGreaterThan(0);
    expectClose(stateOf(await trainer.snapshot(), "loss/k"), [k]);
  });
});

describe("players that move together", () => {
  test("simultaneous: each along its own gradient at the same point", async () => {
    const start = await play({}, async (trainer) => {
      await train(trainer, 3);
      return trainer.snapshot();
    });
    const together = await play({ play: "simultaneous" }, async (trainer) => {
      trainer.restore(start, { except: ["play"] });
      await train(trainer);
      return trainer.parameters();
    });
    await play({}, async (trainer) => {
      const alone = async (mover: "generator" | "discriminator", other: "generator" | "discriminator") => {
        trainer.restore(start);
        trainer.controls.set(`${mover}LearningRate`, 0.1);
        trainer.controls.set(`${other}LearningRate`, 0);
        await train(trainer);
        return (await trainer.parameters())[mover];
      };
      expectClose(together.generator, await alone("generator", "discriminator"));
      expectClose(together.discriminator, await alone("discriminator", "generator"));
      // In turn the generator meets another discriminator.
      trainer.restore(start);
      trainer.controls.set("generatorLearningRate", 0.1);
      trainer.controls.set("discriminatorLearningRate", 0.1);
      await train(trainer);
      expect(distance((await trainer.parameters()).generator, together.generator)).toBeGreaterThan(1e-4);
    });
  });

  test("extragradient, with two discriminator steps: the first is the discriminator's alone", async () => {
    const rule = { play: "extragradient" } as const;
    const expected = await play(rule, async (trainer) => {
      const atFirst = await trainer.snapshot();
      // One step of the discriminator alone, as the alternating game takes it.
      const ahead = await play({}, async (alternating) => {
        alternating.controls.set("generatorLearningRate", 0);
        await train(alternating);
        return alternating.snapshot();
      });
      const states = withStates(ahead, { "players/generator/steps": Uint32Array.of(0) });
      const { step, controls, telemetry } = atFirst;
      trainer.restore({ ...states, step, controls, telemetry }, { except: ["play"] });
      await train(trainer);
      return trainer.parameters();
    });
    await play({ ...rule, discriminatorSteps: 2 }, async (trainer) => {
      await train(trainer);
      const found = await trainer.parameters();
      expectClose(found.generator, expected.generator);
      expectClose(found.discriminator, expected.discriminator);
    });
  });

  test("lookahead, with two discriminator steps: both return in the same steps of the game", async () => {
    await play({ play: { type: "lookahead", every: 2, rate: 0 }, discriminatorSteps: 2 }, async (trainer) => {
      const path = [];
      for (let step = 0; step < 4; step++) {
        await train(trainer);
        path.push(await trainer.snapshot());
      }
      for (const player of ["generator", "discriminator"]) {
        const fast = path.map((snapshot) => stateOf(snapshot, `networks/${player}/parameters`));
        const slow = path.map((snapshot) => stateOf(snapshot, `play/${player}/slow`));
        // With a rate of 0 they go back to where they stood when the game began.
        expect(slow.every((values) => distance(values, slow[0]!) === 0)).toBe(true);
        expect(fast.map((values) => distance(values, slow[0]!) === 0)).toEqual([false, true, false, true]);
        expect(Math.hypot(...slow[0]!)).toBeGreaterThan(0.1);
      }
    });
  });
});

describe("joint plays measure both players, by the names and with the values of the alternating game:", () => {
  /** With a discriminator that stands still, all rules of play move the generator alike, and see the same backward passes. */
  const measured = (config: Partial<TrainerConfig>) =>
    play(config, async (trainer) => {
      trainer.controls.set("discriminatorLearningRate", 0);
      return (await train(trainer, 4)).telemetry;
    });
  const isAlways = (name: string) => /^(loss|lossGain|balance)\//.test(name);
  const rules: readonly (readonly [TrainerConfig["play"] & {}, number])[] = [
    ["simultaneous", 1],
    ["simultaneous", 3],
    ["lookahead", 3],
    [{ type: "unrolled", steps: 2 }, 1],
  ];
  test.each(someOf(rules))("%j, probed every %d", async (rule, every) => {
    const expected = await measured({ probes: { every: 1 } });
    const { columns, rows } = await measured({ play: rule, probes: { every } });
    const names = columns.map(({ name }) => name);
    // A direction needs the update of the turn before.
    const isThere = ({ name }: { readonly name: string }) => every === 1 || !name.startsWith("direction/");
    expect(names.toSorted()).toEqual(
      expected.columns
        .filter(isThere)
        .map(({ name }) => name)
        .toSorted(),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const { step, values } of rows) {
      for (const { name, offset, size } of columns) {
        const isMeasured = isAlways(name) || step % every === 0;
        const own = values.subarray(offset, offset + size);
        expect(
          own.every((value) => Number.isNaN(value) !== isMeasured),
          `${name} in step ${step}`,
        ).toBe(true);
        // A histogram's bins count what lies on their edges by its rounding.
        if (size > 1 || !isMeasured) continue;
        const wanted = series(expected, name)[step] as number;
        const error = Math.abs((own[0] as number) - wanted);
        expect(error, `${name} in step ${step}`).toBeLessThan(1e-3 * Math.max(1, Math.abs(wanted)));
      }
    }
  });
});

describe("the judgement of samples", () => {
  const samples = [0.5, -1, 2, 0.25, -0.75, 1.5];
  const rows = [0, 2, 4].map((at) => samples.slice(at, at + 2));

  test("of packs is one logit a sample, beside copies of itself", async () => {
    await play({ tricks: [{ type: "pac", samples: 2 }] }, async (trainer) => {
      const { discriminator } = trainer.config;
      expect(discriminator.inputShape).toEqual([4]);
      await train(trainer, 2);
      const { discriminator: flat } = await trainer.parameters();
      const expected = rows.map((x) => perceptron(discriminator, flat, [...x, ...x])[0]!);
      expectClose(await trainer.judge(Float32Array.from(samples)), expected);
    });
  });

  test("by an autoencoder is minus its error", async () => {
    await play(autoencoder, async (trainer) => {
      await train(trainer, 2);
      const { discriminator: flat } = await trainer.parameters();
      const error = (x: readonly number[]) => {
        const [a, b] = perceptron(trainer.config.discriminator, flat, x) as [number, number];
        return (Math.abs(a - x[0]!) + Math.abs(b - x[1]!)) / 2;
      };
      expectClose(
        await trainer.judge(Float32Array.from(samples)),
        rows.map((x) => -error(x)),
      );
    });
  });
});

test("spectral norm moves its vectors once a step of the discriminator, whatever looks into it besides", async () => {
  const penalties = [{ type: "featureMatching" }, { type: "consistency" }] as const;
  await play({ tricks: [{ type: "spectralNorm" }], penalties, loss: "relativistic" }, async (trainer) => {
    const before = await trainer.snapshot();
    await train(trainer);
    // The first weight is [2, 8]: a = W u, b = W^T a.
    const [weight, u] = [
      stateOf(before, "networks/discriminator/parameters"),
      stateOf(before, "networks/discriminator/buffers/0/u"),
    ];
    const a = [0, 1].map((i) => u.reduce((sum, value, j) => sum + value * (weight[8 * i + j] as number), 0));
    const b = Array.from(u, (_, j) => a.reduce((sum, value, i) => sum + value * (weight[8 * i + j] as number), 0));
    expectClose(
      stateOf(await trainer.snapshot(), "networks/discriminator/buffers/0/u"),
      b.map((value) => value / Math.hypot(...b)),
    );
  });
});

/**
 * A game of single points: the data is c, a linear D says w.c + e of it, and a generator with weights of zero makes its bias g,
 * of which D says w.g + e. The gap is what D holds c above g.
 */
describe("the generator's loss compares with real logits in", () => {
  const c = [1.5, -0.5];
  const pointsAtC = (size: number) =>
    Tensor.concat(
      c.map((value) => Tensor.full([size, 1], value)),
      1,
    );
  const config = {
    generator: mlp([2, 2]),
    discriminator: mlp([2, 1]),
    data: sampler({ name: "point", sampleShape: [2], sample: (_, size) => pointsAtC(size) }),
    optimizer: { generator: { type: "sgd", lr: 1 }, discriminator: { type: "sgd", lr: 0 } },
  } satisfies Partial<TrainerConfig>;
  const softplus = (x: number) => Math.log1p(Math.exp(x));
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  /** L_G by the gap, and how much of w the generator's bias moves by, at a rate of 1. */
  const games = {
    relativistic: { loss: softplus, pull: sigmoid },
    "relativistic-average": { loss: (gap: number) => 2 * softplus(gap), pull: (gap: number) => 2 * sigmoid(gap) },
    "dual-contrastive": {
      loss: (gap: number) => 2 * softplus(gap + Math.log(game.batchSize)),
      pull: (gap: number) => 2 * sigmoid(gap + Math.log(game.batchSize)),
    },
  } as const;
  test.each(Object.entries(games))("%s", async (loss, expected) => {
    await play({ ...config, loss: loss as keyof typeof games }, async (trainer) => {
      const bias = [-0.25, 0.75];
      const generator = Float32Array.of(0, 0, 0, 0, ...bias);
      trainer.restore(withStates(await trainer.snapshot(), { "networks/generator/parameters": generator }));
      const [w0, w1] = (await trainer.parameters()).discriminator as unknown as [number, number];
      const gap = w0 * (c[0]! - bias[0]!) + w1 * (c[1]! - bias[1]!);
      const { losses } = await train(trainer);
      expect(losses.generator).toBeCloseTo(expected.loss(gap), 5);
      const moved = (await trainer.parameters()).generator.subarray(4);
      const pull = expected.pull(gap);
      expectClose(moved, [bias[0]! + pull * w0, bias[1]! + pull * w1]);
    });
  });
});

test("IMLE's generator has no gain of its loss, and is never found starved of gradient", async () => {
  await play({ loss: "imle" }, async (trainer) => {
    const before = await trainer.parameters();
    const { telemetry, findings } = await train(trainer, 40);
    const names = telemetry.columns.map(({ name }) => name);
    expect(names).toContain("balance/logitFake");
    expect(names.filter((name) => name.startsWith("lossGain/"))).toEqual([]);
    expect(findings.map(({ ailment }) => ailment)).not.toContain("vanishing-generator-gradient");
    expect(distance((await trainer.parameters()).generator, before.generator)).toBeGreaterThan(0.1);
  });
});

describe("schedules", () => {
  const schedules = {
    generatorLearningRate: { to: 0.02, steps: 4 },
    discriminatorLearningRate: { to: 0, steps: 4 },
    r1Weight: { to: 0.5, steps: 2 },
  } as const;
  const penalties = [{ type: "r1", weight: 2 }] as const;

  test("move controls along half a cosine, and leave them at its end", async () => {
    const expected = await play({ penalties }, async (trainer) => {
      const from = { generatorLearningRate: 0.1, discriminatorLearningRate: 0.1, r1Weight: 2 } as const;
      for (let n = 0; n < 6; n++) {
        for (const [name, first] of Object.entries(from) as [keyof typeof from, number][]) {
          const { to, steps } = schedules[name];
          const share = (1 - Math.cos((Math.PI * Math.min(n, steps)) / steps)) / 2;
          trainer.controls.set(name, first + share * (to - first));
        }
        await train(trainer);
      }
      return trainer.parameters();
    });
    const [moved, still] = [
      await play({ penalties, schedules }, (trainer) => train(trainer, 6).then(() => trainer.parameters())),
      await play({ penalties }, (trainer) => train(trainer, 6).then(() => trainer.parameters())),
    ];
    expectClose(moved.generator, expected.generator);
    expectClose(moved.discriminator, expected.discriminator);
    expect(distance(moved.discriminator, still.discriminator)).toBeGreaterThan(1e-3);
  });

  test.each([
    {
      wrong: { r2Weight: { to: 1, steps: 5 } },
      says: /there is no control "r2Weight"\. Did you mean "r1Weight"\? These exist: generatorLearningRate/,
    },
    { wrong: { r1Weight: { to: -1, steps: 5 } }, says: /r1Weight: to is -1; give a number of at least 0/ },
    { wrong: { r1Weight: { to: 1, steps: 0.5 } }, says: /r1Weight: steps is 0\.5; give a whole number/ },
  ])("refuse $wrong", async ({ wrong, says }) => {
    await expect(play({ penalties, schedules: wrong }, () => Promise.resolve())).rejects.toThrow(says);
  });
});
