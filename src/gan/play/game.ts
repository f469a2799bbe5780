import { unknownName } from "../../errors/checks.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** One thing for each player, by name: vectors, losses, states. */
export type PerPlayer<Value = Tensor> = Readonly<Record<string, Value>>;

/** What pulls at a player at one point of the game. */
export interface Pull {
  /** The player's own loss there, a scalar. */
  readonly loss: Tensor;
  /** What its optimiser is given, of its vector's shape. */
  readonly gradient: Tensor;
}

/** Another point of the game, as a function of one: gradients flow through it. */
export type Ahead = (at: PerPlayer) => PerPlayer;

/**
 * A game of any number of players as pure functions of their parameter vectors, one a player: each minimises its own loss. A
 * batch is drawn where the game is made, so that all calls within a step see the same one. Rules that look at how one player
 * moves another's loss differentiate each loss by all vectors: generated samples must not be detached.
 */
export interface PlayedGame {
  /** In the order of their turns. */
  readonly players: readonly string[];
  /** The player's loss, a scalar. A point may lack players that a step doesn't move: those are where they stand. */
  loss(player: string, at: PerPlayer): Tensor;
  /**
   * The player's loss at a point and its gradient by the player's own vector, where the game has a way of its own to take it
   * (losses that are scaled, backward passes that are probed). Left out, it is the gradient of `loss`.
   *
   * @param isWatched whether the player moves along this gradient, so that probes are to see its backward pass.
   * @param ahead where the loss is taken instead of at the point itself; the gradient flows through it.
   */
  pull?(player: string, at: PerPlayer, isWatched: boolean, ahead?: Ahead): Pull;
}

/** A player with all that its moves change. */
export interface PlayerState {
  readonly parameters: Tensor;
  readonly optimizer: Optimizer;
  /** The optimiser's memory, in the order of its `slots`. All zeros before the first step. */
  readonly slots: readonly Tensor[];
  /** f32 scalar: the number of the step to come, 1 before the first. */
  readonly step: Tensor;
  /** f32 scalar. */
  readonly learningRate: Tensor;
}

/** What one step of the game did, for the players that it moved. */
export interface Move {
  readonly players: PerPlayer<PlayerState>;
  /** What the optimisers were given. */
  readonly gradients: PerPlayer;
  /** The players' own losses where those gradients were taken. */
  readonly losses: PerPlayer;
}

export const perPlayer = <Value>(players: readonly string[], of: (player: string) => Value): PerPlayer<Value> =>
  Object.fromEntries(players.map((player) => [player, of(player)]));

/** @throws OptionError for a player who has none. */
export function ofPlayer<Value>(values: PerPlayer<Value>, player: string): Value {
  const value = values[player];
  if (value === undefined) throw unknownName("Game", "player", player, values);
  return value;
}

/**
 * Those of the game's players who are given, in the order of their turns.
 *
 * @throws OptionError if others are given.
 */
export function turnsOf({ players }: Pick<PlayedGame, "players">, given: PerPlayer<unknown>): readonly string[] {
  const stranger = Object.keys(given).find((player) => !players.includes(player));
  if (stranger !== undefined) {
    throw unknownName(
      "Game",
      "player",
      stranger,
      perPlayer(players, () => true),
    );
  }
  return players.filter((player) => Object.hasOwn(given, player));
}

/** The player after its optimiser's step along `gradient`. The state that it was given stays as it is. */
export function advance(player: PlayerState, gradient: Tensor): PlayerState {
  const { parameters, slots } = player.optimizer.step({ ...player, gradient });
  return { ...player, parameters, slots, step: player.step.add(1) };
}

/** The point of the game where the players are. */
export const pointOf = (players: PerPlayer<PlayerState>): PerPlayer =>
  perPlayer(Object.keys(players), (player) => ofPlayer(players, player).parameters);
