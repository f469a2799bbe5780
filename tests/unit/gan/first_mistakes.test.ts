/** What a new user of the trainer most likely gets wrong, and the sentence that says so. */
import "../../../src/public/extras/averages.ts";
import { describe, expect, test } from "vitest";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { images } from "../../../src/data/images/images.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { dcgan } from "../../../src/gan/models/dcgan.ts";
import { r1r2 } from "../../../src/gan/penalties/shorthands.ts";
import { resolveConfig } from "../../../src/gan/trainer/config.ts";
import { byName } from "../../../src/gan/trainer/names.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";

/** All that a configuration asks of an engine. */
const engine = {
  features: new Set(),
  adapterName: "none",
  limits: { maxStorageBufferBindingSize: 2 ** 27 },
} as unknown as Engine;

const game = {
  generator: mlp([2, 4, 2]),
  discriminator: mlp([2, 4, 1]),
  data: gaussianRing(),
  batchSize: 8,
} satisfies TrainerConfig;

/** With choices that TypeScript would not let pass. */
const resolve = (choices: object) => resolveConfig(engine, { ...game, ...choices }, byName);

const mistakes: readonly (readonly [object, string | RegExp])[] = [
  [
    { data: new Float32Array(64) },
    /^Trainer: data is a Float32Array of 64; give a source of samples, such as data.points/,
  ],
  [{ data: [[0, 1]] }, /^Trainer: data is \[\[0, 1\]\]; give a source of samples/],
  [{ data: Tensor.full([64, 2], 0) }, /^Trainer: data is a Tensor; give a source of samples/],
  [{ data: Promise.resolve() }, /^Trainer: data is a promise \(await it first\); give a source of samples/],
  [{ data: undefined }, /^Trainer: data is undefined; give a source of samples/],
  [
    { generator: Promise.resolve() },
    /^Trainer: generator is a promise \(await it first\); give a network, such as nn.mlp/,
  ],
  [{ generator: [2, 64, 2] }, /^Trainer: generator is \[2, 64, 2\]; give a network, such as nn.mlp/],
  [{ discriminator: undefined }, /^Trainer: discriminator is undefined; give a network/],
  [{ discriminator: dcgan({ imageSize: 28, width: 1 }) }, /^Trainer: discriminator is an object; give a network/],
  [{ optimizer: "Adam" }, /^Trainer: there is no optimiser "Adam"\. Did you mean "adam"\?/],
  [{ optimizer: { lr: 1e-3 } }, /^Trainer: the optimiser is an object without a type; give a name such as "sgd", or/],
  [{ optimizer: 1e-3 }, /^Trainer: the optimiser is 0\.001; give a name such as/],
  [{ optimizer: { type: "adam", beta1: 0.5 } }, /^adam: there is no option "beta1"\. Did you mean "betas"\?/],
  [{ optimizer: { type: "adam", learningRate: 1 } }, /^adam: there is no option "learningRate"\. Did you mean "lr"\?/],
  [{ optimizer: { type: "adam", betas: 0.5 } }, "adam: betas is 0.5; give two numbers, such as [0.5, 0.999]."],
  [{ optimizer: { type: "adam", betas: [0.5] } }, "adam: betas is [0.5]; give two numbers"],
  [{ optimizer: { type: "adam", lr: "1e-3" } }, 'adam: the learning rate "1e-3" must be at least 0.'],
  [{ optimizer: { type: "sgd", nesterov: 1 } }, "sgd: nesterov is 1; give true or false."],
  [{ optimizer: { generator: "adam" } }, /^Trainer, optimizer: discriminator is undefined; give an optimiser for each/],
  [
    { optimizer: { generator: "adam", disc: "adam" } },
    /^Trainer, optimizer: there is no option "disc"\. Did you mean "d/,
  ],
  [{ penalties: ["R3"] }, /^Trainer: there is no penalty "R3"\. Did you mean "r1"\?/],
  [{ penalties: [{ type: "R1" }] }, /^Trainer: there is no penalty "R1"\. Did you mean "r1"\?/],
  [{ penalties: [{ weight: 1 }] }, /^Trainer: the penalty is an object without a type; give a name such as "r1"/],
  [{ penalties: [10] }, 'Trainer: the penalty is 10; give a name such as "r1", or { type: "r1" } with options.'],
  [{ penalties: [{ type: "r1", gamma: 10 }] }, /^r1: there is no option "gamma"\. Did you mean "weight"\?/],
  [{ penalties: [{ type: "r1", weight: "10" }] }, 'r1: the weight "10" must be a number of at least 0.'],
  [{ penalties: ["r1", "r1"] }, /^Trainer: the penalty "r1" is given twice/],
  [{ tricks: [{ type: "pac", size: 2 }] }, /^pac: there is no option "size"\..* These exist: samples\.$/],
  [{ tricks: "topk" }, /^Trainer: there is no trick "topk"\. Did you mean "topK"\?/],
  [
    { loss: { type: "minimax", smooth: 0.1 } },
    /^The loss "minimax": there is no option "smooth"\. Did you mean "smoothing"/,
  ],
  [{ loss: ["hinge"] }, /^Trainer: the loss is \["hinge"\]; give a name such as "minimax", or/],
  [{ play: { type: "unrolled", step: 3 } }, /^unrolled: there is no option "step"\. Did you mean "steps"\?/],
  [{ epochs: 3 }, /^Trainer: there is no option "epochs"\. Did you mean the "steps" of train\(\)\?/],
  [{ learningRate: 1 }, /^Trainer: there is no option "learningRate"\. Did you mean the "lr" of the optimizer\?/],
  [{ batch_size: 8 }, /^Trainer: there is no option "batch_size"\. Did you mean "batchSize"\?/],
  [{ batchSize: "8" }, 'Trainer: batchSize is "8"; it must be a whole number from 1 to 16777216.'],
  [{ fuse: "no" }, 'Trainer: fuse is "no"; give true or false.'],
  [{ probes: true }, "Trainer: probes is true; give an object."],
  [
    { probes: { interval: 2 } },
    /^Trainer, probes: there is no option "interval"\. These exist: every, fromStart, exact, terms, sites, rules\.$/,
  ],
  [{ schedules: [] }, "Trainer: schedules is []; give an object."],
  [{ schedules: { lr: { to: 0, steps: 1 } } }, /^Trainer, schedules: there is no control "lr"\./],
  [
    { schedules: { generatorLearningRate: { to: 0 } } },
    "Trainer, schedules.generatorLearningRate: steps is undefined; give a whole number of at least 1.",
  ],
  [{ generatorAverage: true }, /^Trainer, generatorAverage: the options are true; give an object such as/],
  [{ generatorAverage: { beta: 0.9 } }, /^Trainer, generatorAverage: there is no option "beta"\./],
  [{ precision: "f16" }, /^Trainer: there is no precision "f16"\..* These exist: f32, mixed\.$/],
  [{ recompute: true }, /^Trainer: there is no choice of recompute true\. These exist: none, generator/],
  [{ signal: new AbortController() }, "Trainer: signal is an AbortController; give an AbortSignal."],
  [{ onWarning: "none" }, 'Trainer: onWarning is "none"; give a function.'],
];

test.each(mistakes)("%o", (choices, message) => {
  expect(() => resolve(choices)).toThrow(OptionError);
  expect(() => resolve(choices)).toThrow(message);
});

test.each([undefined, null, "config", 3, [game]])("a configuration that is %o", (config) => {
  expect(() => resolveConfig(engine, config as never, byName)).toThrow(
    /^Trainer: the options are .*; give an object such as/,
  );
});

test("an engine that was not awaited", async () => {
  const wanted = "Trainer: the engine is a promise (await it first); give what Engine.create() resolves to.";
  await expect(Trainer.create(Promise.resolve() as never, game)).rejects.toThrow(wanted);
});

describe("images that don't fit the networks are told what to change:", () => {
  const { generator, discriminator } = dcgan({ imageSize: 28, width: 1 });
  const cases: readonly (readonly [readonly [number, number, number], RegExp])[] = [
    [[28, 28, 3], /\(a model with channels: 3\), or the data for them \(data\.imageFiles with channels: 1\)\.$/],
    [[32, 32, 1], /\(a model with imageSize: 32\), or the data for them \(data\.imageFiles with size: 28\)\.$/],
    [[64, 64, 3], /\(a model with channels: 3, imageSize: 64\), or .* with channels: 1, size: 28\)\.$/],
    [[20, 30, 1], /\(a model with imageSize: \[20, 30\]\), or .* with size: 28\)\.$/],
  ];
  test.each(cases)("%o for a model of [28, 28, 1]", ([height, width, channels], message) => {
    const shape = [1, height, width, channels] as const;
    const data = images({ values: Uint8Array.from({ length: height * width * channels }, (_, i) => i), shape });
    expect(() => resolve({ generator, discriminator, data })).toThrow(message);
    // The discriminator alone.
    const fitting = mlp([2, height * width * channels]);
    expect(() => resolve({ generator: fitting, discriminator, data })).toThrow(message);
  });
});

describe("a name, one with its options, and a list of either say the same:", () => {
  const configsOf = ({ generator, discriminator }: ReturnType<typeof resolve>["optimizers"]) => ({
    generator: generator.config,
    discriminator: discriminator.config,
  });
  const usual = resolve({ penalties: [{ type: "r1" }], tricks: [{ type: "pac" }], optimizer: { type: "adam" } });
  test.each([(name: string) => name, (name: string) => [name], (type: string) => ({ type })])("%s", (written) => {
    const { penalties, tricks, optimizers } = resolve({
      penalties: written("r1"),
      tricks: written("pac"),
      optimizer: "adam",
    });
    expect({ penalties, tricks, optimizers: configsOf(optimizers) }).toEqual({
      penalties: usual.penalties,
      tricks: usual.tricks,
      optimizers: configsOf(usual.optimizers),
    });
  });

  test("several at once, and one optimiser each", () => {
    const { penalties, optimizers } = resolve({
      penalties: ["leCam", r1r2()],
      optimizer: { generator: "sgd", discriminator: "adam" },
    });
    expect(penalties.map(({ name }) => name)).toEqual(["leCam", "r1", "r2"]);
    expect(configsOf(optimizers)).toEqual({ generator: { type: "sgd" }, discriminator: { type: "adam" } });
  });
});
