/** A snapshot of a table is for that table alone: what its terms compute counts, not how they are written. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { game as table } from "../../../src/gan/game/game.ts";
import { normalPrior, uniformPrior } from "../../../src/gan/game/priors.ts";
import type { Snapshot } from "../../../src/gan/run/snapshot.ts";
import type { RunOptions } from "../../../src/gan/steps/run_options.ts";
import type { GameTrainer } from "../../../src/gan/trainer/game_trainer.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { recomputing } from "../../../src/nn/network/recomputing.ts";
import { someOf } from "../../browser/some_of.ts";
import { createEngine } from "../fixtures.ts";

/** Made anew at each call. */
const makeGame = () =>
  table({
    networks: {
      maker: mlp([2, 3, 5, 2], { activation: "tanh" }),
      critic: mlp([2, 3, 1], { activation: "tanh" }),
    },
    data: gaussianRing(),
    priors: { noise: normalPrior([2]) },
    players: {
      critic: {
        moves: ["critic"],
        terms: ({ networks: { maker, critic }, batch, priors: { noise } }) => ({
          told: critic(batch.samples)
            .neg()
            .softplus()
            .mean()
            .add(critic(maker.aside(noise)).softplus().mean()),
          small: critic.aside(batch.samples).square().mean(),
        }),
        weights: { small: 0.5 },
        intervals: { small: 2 },
        optimizer: { type: "adam", lr: 1e-3 },
      },
      maker: {
        moves: ["maker"],
        terms: ({ networks: { maker, critic }, priors: { noise } }) => ({
          fool: critic(maker(noise)).neg().softplus().mean(),
        }),
        optimizer: { type: "adam", lr: 1e-3 },
      },
    },
    sample: ({ networks: { maker }, priors: { noise } }) => maker(noise),
  });

const own = makeGame();
type Own = typeof own;
type Critic = Own["players"]["critic"];

const withCritic = (change: Partial<Critic>): Own => ({
  ...own,
  players: { ...own.players, critic: { ...own.players.critic, ...change } },
});
const withNetworks = (networks: Partial<Own["networks"]>): Own => ({
  ...own,
  networks: { ...own.networks, ...networks },
});

let engine: Engine;
let snapshot: Snapshot;
beforeAll(async () => {
  engine = await createEngine();
  snapshot = await using(own, {}, async (trainer) => {
    for await (const _ of trainer.train({ steps: 2 }));
    return trainer.snapshot();
  });
});
afterAll(() => engine.destroy());

async function using<Result>(
  game: Own,
  options: RunOptions,
  use: (trainer: GameTrainer) => Promise<Result> | Result,
): Promise<Result> {
  const trainer = await Trainer.create(engine, { ...game, batchSize: 4, probes: { every: 0 }, ...options });
  try {
    return await use(trainer);
  } finally {
    trainer.dispose();
  }
}

describe("another game is refused, and the parts that differ are named:", () => {
  const terms = own.players.critic.terms;
  const cases: Readonly<Record<string, [Own, ...parts: string[]]>> = {
    "another term of one name": [
      withCritic({
        terms: (step) => ({ ...terms(step), small: step.networks.critic.aside(step.batch.samples).abs().mean() }),
      }),
      "players/critic/terms",
    ],
    "another number in a term": [
      withCritic({
        terms: (step) => ({
          ...terms(step),
          small: step.networks.critic.aside(step.batch.samples).square().mean().mul(2),
        }),
      }),
      "players/critic/terms",
    ],
    "one more term": [
      withCritic({ terms: (step) => ({ ...terms(step), more: step.networks.critic(step.batch.samples).mean() }) }),
      "players/critic/terms",
    ],
    "another name of a term": [
      withCritic({
        terms: (step) => {
          const { told, ...others } = terms(step);
          return { ...others, ...(told && { said: told }) };
        },
      }),
      "players/critic/terms",
    ],
    "another prior": [{ ...own, priors: { noise: uniformPrior([2]) } }, "priors/noise"],
    "another interval": [withCritic({ intervals: { small: 3 } }), "players/critic"],
    "another optimiser's option": [
      withCritic({ optimizer: { type: "adam", lr: 1e-3, betas: [0, 0.9] } }),
      "players/critic",
    ],
    "more steps in a turn": [withCritic({ stepsPerTurn: 2 }), "players/critic"],
    "another activation of one size": [
      withNetworks({ critic: mlp([2, 3, 1], { activation: "relu" }) }),
      "networks/critic",
    ],
    "layers of one size in another order": [
      withNetworks({ maker: mlp([2, 5, 3, 2], { activation: "tanh" }) }),
      "networks/maker",
    ],
    "another rule of play": [{ ...own, play: "simultaneous" }, "play"],
  };
  test.each(Object.entries(cases))("%s", (_, [game, first]) =>
    using(game, {}, (trainer) => {
      expect(() => trainer.restore(snapshot)).toThrow(OptionError);
      expect(() => trainer.restore(snapshot)).toThrow(`got a snapshot of another run, which differs in ${first}`);
      expect(trainer.step).toBe(0);
    }),
  );

  test("other weights than the table had", () =>
    using(withCritic({ weights: {} }), {}, (trainer) => {
      expect(() => trainer.restore(snapshot)).toThrow("differs in players/critic");
    }));
});

describe("the same game goes on:", () => {
  const { maker, critic } = own.networks;
  const cases: Readonly<Record<string, [Own, RunOptions, ...except: string[]]>> = {
    "written once more": [makeGame(), {}],
    "with weights that recompute": [withNetworks({ maker: recomputing(maker), critic: recomputing(critic) }), {}],
    "with other first weights": [withCritic({ weights: { small: 7 } }), {}],
    "with other probes, unfused": [own, { fuse: false, probes: { every: 3 } }],
    "with another seed, where that is allowed": [own, { seed: 9 }, "seed"],
  };
  test.each(someOf(Object.entries(cases)))("%s", (_, [game, options, ...except]) =>
    using(game, options, (trainer) => {
      trainer.restore(snapshot, { except });
      expect(trainer.step).toBe(2);
      expect(trainer.controls.get("smallWeight")).toBe(0.5);
    }),
  );
});
