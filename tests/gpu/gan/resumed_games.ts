/** Small games with every choice, for tests of runs that go on: in a page, and in other runtimes. */
import { images } from "../../../src/data/images/images.ts";
import { createLoss, type LossName, losses } from "../../../src/gan/losses/registry.ts";
import { type PenaltyName, penalties } from "../../../src/gan/penalties/registry.ts";
import { plays } from "../../../src/gan/play/registry.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { type TrickConfig, tricks } from "../../../src/gan/tricks/registry.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { concatInput } from "../../../src/nn/layers/concat_input.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { projection } from "../../../src/nn/layers/projection.ts";
import { flatten } from "../../../src/nn/layers/reshape.ts";
import { mlp, network } from "../../../src/nn/network/network.ts";
import { optimizers } from "../../../src/optim/registry.ts";
import { smallGame } from "../fixtures.ts";

const small: TrainerConfig = {
  ...smallGame,
  generator: mlp([2, 4, 2], { activation: "tanh" }),
  discriminator: mlp([2, 4, 1], { activation: "leakyRelu" }),
  batchSize: 8,
  probes: { every: 2, fromStart: true },
};

const names = <Name extends string>(registry: Readonly<Record<Name, unknown>>) => Object.keys(registry) as Name[];

const pixels = [4, 4, 1];
const bytes = Uint8Array.from({ length: 48 * 16 }, (_, i) => (i * 37 + (i >> 4) * 11) % 256);
const pictures: TrainerConfig = {
  ...small,
  generator: network([2], [linear(16), activation("tanh")]),
  discriminator: network(pixels, [flatten(), linear(4), activation("leakyRelu"), linear(1)]),
  data: images({ values: bytes, shape: [48, ...pixels] }),
};

const withLoss = (loss: LossName): TrainerConfig =>
  createLoss(loss).reconstructionError
    ? { ...small, loss, discriminator: mlp([2, 4, 1, 4, 2], { activation: "leakyRelu" }) }
    : { ...small, loss };

const withPenalty = (type: PenaltyName): TrainerConfig => ({
  ...(penalties[type].needsImages ? pictures : small),
  penalties: [{ type, interval: 2 }],
});

const kinds = 8;

/** Every entry of every registry, so that a new one is here without being written down. */
export const everyChoice: Readonly<Record<string, TrainerConfig>> = {
  ...Object.fromEntries(names(losses).map((name) => [`the loss ${name}`, withLoss(name)])),
  ...Object.fromEntries(names(penalties).map((name) => [`the penalty ${name}`, withPenalty(name)])),
  ...Object.fromEntries(
    names(tricks).map((type) => [
      `the trick ${type}`,
      { ...(tricks[type].needsImages ? pictures : small), tricks: [{ type }] as TrickConfig[] },
    ]),
  ),
  ...Object.fromEntries(names(plays).map((play) => [`the rule of play ${play}`, { ...small, play }])),
  ...Object.fromEntries(
    names(optimizers).map((optimizer) => [`the optimiser ${optimizer}`, { ...small, optimizer }] as const),
  ),
};

/** What lasts beside that. */
export const otherGames: Readonly<Record<string, TrainerConfig>> = {
  "a mean of the generator, schedules, steps of the discriminator": {
    ...small,
    generatorAverage: { decay: 0.9 },
    discriminatorSteps: 2,
    penalties: [{ type: "r1", weight: 0.5 }],
    schedules: { r1Weight: { to: 0, steps: 4 }, generatorLearningRate: { to: 1e-5, steps: 9 } },
  },
  "labels in both networks": {
    ...small,
    generator: network([2], [concatInput({ classes: kinds }), linear(4), activation("tanh"), linear(2)]),
    discriminator: network([2], [linear(4), activation("leakyRelu"), projection(kinds)]),
    labelSampling: "uniform",
  },
  "images in a window that moves on": {
    ...pictures,
    data: images({ values: bytes, shape: [48, ...pixels], budgetBytes: 16 * 16 }),
  },
};
