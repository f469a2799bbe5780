import type { State } from "../../compile/state.ts";
import type { NetworkTrees } from "../../optim/learner.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { ofPlayer, type PerPlayer, type PlayedGame, perPlayer } from "../play/game.ts";
import type { GameContext } from "../steps/context.ts";
import { evaluate, type StepKind } from "../steps/evaluate.ts";
import type { ResolvedPlayer } from "../steps/resolve.ts";

/** Counts of batches begin here, where no training comes to: what is measured is drawn by nobody who learns. */
export const firstBatch = 0xf000_0000;

/** All terms, each as it counts in the mean over turns. */
const wholeStep: StepKind = { probed: false, isExact: false, due: [] };

/**
 * The game of a context as it is measured: in f32, every term at its own weight in every batch, the draws of all players by one
 * count.
 */
export function measuredContext(context: GameContext, count: State): GameContext {
  const { game, run } = context;
  const players = perPlayer(game.order, (player) => ({ ...ofPlayer(game.players, player), intervals: {} }));
  return {
    ...context,
    game: { ...game, players },
    run: { ...run, precision: "f32" },
    replayed: perPlayer(game.order, () => count),
  };
}

/** The same, where a player has another loss: the sum of these terms. */
export function withTerms(context: GameContext, player: string, terms: ResolvedPlayer["terms"]): GameContext {
  const { game } = context;
  const changed = { ...ofPlayer(game.players, player), terms, weights: {}, intervals: {} };
  return { ...context, game: { ...game, players: { ...game.players, [player]: changed } } };
}

/** The networks' parameters as they stand. */
export const standingTrees = ({ networks }: GameContext): NetworkTrees =>
  Object.fromEntries(Object.entries(networks).map(([name, held]) => [name, held.parameters]));

/** A player's loss where the networks have these parameters. */
export const lossOf = (context: GameContext, player: string, trees: NetworkTrees): Tensor =>
  evaluate(context, player, trees, wholeStep).loss;

/** The losses of all players as functions of their vectors; who has none in a point stands still. */
export function playedGame(context: GameContext): PlayedGame {
  const standing = standingTrees(context);
  const treesAt = (point: PerPlayer): NetworkTrees =>
    Object.assign(
      {},
      standing,
      ...Object.entries(point).map(([player, vector]) => ofPlayer(context.learners, player).unpack(vector)),
    );
  return { players: context.game.order, loss: (player, point) => lossOf(context, player, treesAt(point)) };
}
