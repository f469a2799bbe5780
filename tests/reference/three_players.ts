/** A game that no paper has: three players, five networks, labels, side inputs, terms with weights and intervals. */
import type { TensorSource } from "../../src/data/source.ts";
import type { Game, Step } from "../../src/gan/game/game.ts";
import { categoricalPrior, normalPrior, uniformPrior } from "../../src/gan/game/priors.ts";
import { activation } from "../../src/nn/layers/activations.ts";
import { batchNorm } from "../../src/nn/layers/batch_norm.ts";
import { concatInput } from "../../src/nn/layers/concat_input.ts";
import { linear } from "../../src/nn/layers/linear.ts";
import { projection } from "../../src/nn/layers/projection.ts";
import { mlp, network } from "../../src/nn/network/network.ts";
import type { Random } from "../../src/tensor/random.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { grad } from "../../src/tensor/transforms.ts";

const kindCount = 3;
const kind = "kind";

type Batch = { readonly points: Tensor; readonly notes: Tensor; readonly kinds: Tensor };

/** Points about a centre for each kind, with three numbers that have to do with them. */
export function drawBatch(random: Random, size: number): Batch {
  const kinds = random.integers([size], kindCount);
  const points = random.normal([size, 2]).add(kinds.cast("f32").reshape([-1, 1]));
  const notes = random.uniform([size, 3]).mul(points.sum(1, { keepDims: true }));
  return { points, notes, kinds };
}

const source: TensorSource<Batch> = {
  name: "points with notes",
  shapes: { points: [2], notes: [3], kinds: [] },
  prepare: () => ({ batch: drawBatch, dispose: () => undefined }),
};

const networks = {
  encoder: network([2], [concatInput({ input: kind, classes: kindCount }), linear(3), activation("tanh"), linear(2)]),
  decoder: network([3], [linear(3), batchNorm(), activation("tanh"), linear(2)]),
  translator: mlp([3, 3, 2], { activation: "tanh" }),
  critic: network([2], [linear(3), activation("tanh"), projection(kindCount, { input: kind })]),
  judge: mlp([2, 3, 1], { activation: "tanh" }),
};

const priors = {
  code: normalPrior([2]),
  style: uniformPrior([1], { low: -2, high: 1 }),
  kind: categoricalPrior(kindCount),
};

export type Networks = typeof networks;
export type NetworkName = keyof Networks;
export type PlayerName = "judges" | "makers" | "translator";
type Priors = typeof priors;
export type ThreePlayers = Game<Networks, Batch, Priors, PlayerName>;
export type ThreeStep = Step<Networks, Batch, Priors>;

const beside = (code: Tensor, style: Tensor) => Tensor.concat([code, style], 1);

/** Smooth throughout, so that differences and derivatives agree. */
export const threePlayers: ThreePlayers = {
  networks,
  data: source,
  priors,
  players: {
    judges: {
      moves: ["critic", "judge"],
      terms: ({ networks: { encoder, decoder, critic, judge }, batch, priors: { code, style, kind } }) => {
        const own = { kind: batch.kinds };
        const made = decoder.aside(beside(code, style));
        return {
          points: critic(batch.points, own)
            .neg()
            .softplus()
            .mean()
            .add(critic.unwatched(made, { kind }).softplus().mean()),
          codes: judge(code)
            .neg()
            .softplus()
            .mean()
            .add(judge(encoder(batch.points, own)).softplus().mean()),
          slope: () =>
            grad((x: Tensor) => critic.aside(x, own).sum())(batch.points)
              .square()
              .sum(1)
              .mean(),
        };
      },
      weights: { slope: 0.5, codes: 2 },
      intervals: { slope: 3 },
      optimizer: { type: "sgd", lr: 0.5 },
    },
    makers: {
      moves: ["encoder", "decoder"],
      terms: ({ networks: { encoder, decoder, critic, judge }, batch, priors: { code, style, kind } }) => {
        const own = { kind: batch.kinds };
        const found = encoder(batch.points, own);
        return {
          fool: critic(decoder(beside(code, style)), { kind })
            .neg()
            .softplus()
            .mean(),
          hide: judge(found).neg().softplus().mean(),
          rebuilt: () => decoder.unwatched(beside(found, style)).sub(batch.points).square().mean(),
        };
      },
      weights: { fool: 1.5, rebuilt: 0.25 },
      intervals: { rebuilt: 2 },
      optimizer: { type: "sgd", lr: 0.25 },
      stepsPerTurn: 2,
      average: { decay: 0.75, warmUp: 2 },
    },
    translator: {
      moves: ["translator"],
      terms: ({ networks: { translator, encoder, decoder, critic }, batch, priors: { style } }) => {
        const own = { kind: batch.kinds };
        const translated = translator(batch.notes);
        return {
          fool: critic(translated, own).neg().softplus().mean(),
          near: translated.sub(batch.points).square().mean(),
          cycle: () =>
            decoder(beside(encoder(translated, own), style))
              .sub(translated)
              .square()
              .mean(),
        };
      },
      // One control for both who fool.
      weights: { fool: 1.5 },
      intervals: { near: 2, cycle: 3 },
      optimizer: { type: "sgd", lr: 0.125 },
      stepsPerTurn: 3,
    },
  },
  sample: ({ networks: { decoder }, priors: { code, style } }) => decoder(beside(code, style)),
};

/** The same with other players. */
export const withPlayers = (
  change: (player: ThreePlayers["players"][PlayerName], name: PlayerName) => ThreePlayers["players"][PlayerName],
): ThreePlayers => {
  const { judges, makers, translator } = threePlayers.players;
  return {
    ...threePlayers,
    players: {
      judges: change(judges, "judges"),
      makers: change(makers, "makers"),
      translator: change(translator, "translator"),
    },
  };
};
