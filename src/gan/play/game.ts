import type { TappedSite } from "../../autodiff/gradients.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import type { Tensor } from "../../tensor.ts";

export type Player = "generator" | "discriminator";

/** One thing for each player: vectors, losses, states. */
export type Pair<Value = Tensor> = Readonly<Record<Player, Value>>;

/**
 * A game of two players as pure functions of both parameter vectors [n] and [m]: each minimises its own loss, a scalar. A
 * batch is drawn where the game is made, so that all calls within a step see the same one. Rules that look at how one player
 * moves the other's loss differentiate each loss by both vectors: generated samples must not be detached.
 */
export interface Game {
  generator(parameters: Pair): Tensor;
  discriminator(parameters: Pair): Tensor;
  /** Called at every named site of the backward pass in which `player` gets the gradient that it moves along. */
  readonly tap?: (site: TappedSite, player: Player) => void;
}

/** A player with all that its moves change. */
export interface PlayerState {
  readonly parameters: Tensor;
  readonly optimizer: Optimizer;
  /** The optimiser's memory, in the order of its `slots`. All zeros before the first step. */
  readonly slots: readonly Tensor[];
  /** The memory of the rule of play, in the order of its `slots`. All zeros before the first step. */
  readonly kept: readonly Tensor[];
  /** f32 scalar: the number of the step to come, 1 before the first. */
  readonly step: Tensor;
  /** f32 scalar. */
  readonly learningRate: Tensor;
}

/** What one step of the game did. */
export interface Move {
  readonly players: Pair<PlayerState>;
  /** What the optimisers were given. */
  readonly gradients: Pair;
  /** The players' own losses where those gradients were taken. */
  readonly losses: Pair;
}

export const both = <Value>(of: (player: Player) => Value): Pair<Value> => ({
  discriminator: of("discriminator"),
  generator: of("generator"),
});

/** The player after its optimiser's step along `gradient`. The state that it was given stays as it is. */
export function advance(player: PlayerState, gradient: Tensor): PlayerState {
  const { parameters, slots } = player.optimizer.step({ ...player, gradient });
  return { ...player, parameters, slots, step: player.step.add(1) };
}

/** The point of the game where the players are. */
export const pointOf = (players: Pair<PlayerState>): Pair => both((player) => players[player].parameters);

/** The same game, in which nothing is tapped. */
export const untapped = (game: Game): Game => ({
  generator: (parameters) => game.generator(parameters),
  discriminator: (parameters) => game.discriminator(parameters),
});
