/**
 * Every loss with every penalty, and every trick, rule of play and optimiser by itself, for 200 steps on the ring: what is
 * allowed ends finite, creates nothing while it trains, and learns; what is refused says why.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { createLoss, type LossName, losses } from "../../../src/gan/losses/registry.ts";
import { type PenaltyName, penalties } from "../../../src/gan/penalties/registry.ts";
import { type PlayName, plays } from "../../../src/gan/play/registry.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { type TrickConfig, type TrickName, tricks } from "../../../src/gan/tricks/registry.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import type { OptimizerConfig } from "../../../src/optim/optimizer_config.ts";
import { optimizers } from "../../../src/optim/registry.ts";
import { smallGame } from "../../gpu/fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  const { Engine: Made } = await import("../../../src/engine/engine.ts");
  engine = await Made.create({ onWarning: () => undefined });
});
afterAll(() => engine.destroy());

const names = <Name extends string>(registry: Readonly<Record<Name, unknown>>) => Object.keys(registry) as Name[];

const steps = 200;

const gameOf = (loss: LossName): TrainerConfig => ({
  ...smallGame,
  loss,
  discriminator: createLoss(loss).reconstructionError
    ? mlp([2, 16, 1, 16, 2], { activation: "leakyRelu" })
    : mlp([2, 16, 1], { activation: "leakyRelu" }),
  // What has no bound of its own must not run away within 200 steps.
  optimizer: { type: "adam", lr: 2e-4, betas: [0.5, 0.999] },
  probes: { every: 0 },
  submitMilliseconds: 100,
});

/** Trains, and expects finite players that have moved, and a core that creates nothing after the first report. */
async function expectSoundRun(config: TrainerConfig): Promise<void> {
  const trainer = await Trainer.create(engine, config);
  try {
    const before = await trainer.parameters();
    let first: ReturnType<Engine["stats"]> | undefined;
    for await (const { losses: values } of trainer.train({ steps, reportEvery: steps / 2 })) {
      expect(values.generator).toSatisfy(Number.isFinite);
      expect(values.discriminator).toSatisfy(Number.isFinite);
      const { buffersCreated, pipelinesCreated, bindGroupsCreated, liveBytes } = engine.stats();
      first ??= engine.stats();
      expect({ buffersCreated, pipelinesCreated, bindGroupsCreated, liveBytes }).toEqual({
        buffersCreated: first.buffersCreated,
        pipelinesCreated: first.pipelinesCreated,
        bindGroupsCreated: first.bindGroupsCreated,
        liveBytes: first.liveBytes,
      });
    }
    const after = await trainer.parameters();
    for (const player of ["generator", "discriminator"] as const) {
      expect(after[player].every(Number.isFinite), `${player} is finite`).toBe(true);
      expect(after[player], `${player} has moved`).not.toEqual(before[player]);
    }
  } finally {
    trainer.dispose();
  }
}

/** What `src/gan/trainer/combinations.ts` refuses, written down once more. */
const ofSlopes: readonly PenaltyName[] = ["r1", "r2", "wganGp", "wganLp", "wganDiv", "dragan", "maxGradient"];
const isRefused = (loss: LossName, penalty: PenaltyName) =>
  createLoss(loss).reconstructionError !== undefined && (ofSlopes.includes(penalty) || penalty === "leCam");

describe.each(names(losses))("%s", (loss) => {
  test("alone", () => expectSoundRun(gameOf(loss)));

  test.each(names(penalties))("with %s", async (penalty) => {
    const config = { ...gameOf(loss), penalties: [{ type: penalty, ...(penalty === "wganDiv" && { power: 2 }) }] };
    if (isRefused(loss, penalty)) await expect(Trainer.create(engine, config)).rejects.toThrow(OptionError);
    else await expectSoundRun(config);
  });
});

describe("every trick", () => {
  test.each(names(tricks))("%s", async (type: TrickName) => {
    const config = { ...gameOf("non-saturating"), tricks: [{ type }] as TrickConfig[] };
    if (tricks[type].needsImages) await expect(Trainer.create(engine, config)).rejects.toThrow(OptionError);
    else await expectSoundRun(config);
  });
});

describe("every rule of play", () => {
  test.each(names(plays))("%s", async (play: PlayName) => {
    await expectSoundRun({ ...gameOf("non-saturating"), play });
  });
});

describe("every optimiser", () => {
  test.each(names(optimizers))("%s", async (type) => {
    await expectSoundRun({
      ...gameOf("non-saturating"),
      optimizer: { type, lr: 1e-3, clipNorm: 5 } as OptimizerConfig,
    });
  });
});

test("a mean of the generator, penalties in every fourth step, two discriminator steps", async () => {
  await expectSoundRun({
    ...gameOf("non-saturating"),
    penalties: [{ type: "r1", interval: 4 }, { type: "featureMatching" }],
    generatorAverage: { decay: 0.99 },
    discriminatorSteps: 2,
    probes: { every: 3, fromStart: true },
  });
});
