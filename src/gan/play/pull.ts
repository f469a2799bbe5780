import type { Tensor } from "../../tensor/tensor.ts";
import { type GradOptions, valueAndGrad } from "../../tensor/transforms.ts";
import { type Ahead, ofPlayer, type PerPlayer, type PlayedGame, type Pull } from "./game.ts";

/** The gradient of the game's `loss` by the player's vector; `ahead` as in `PlayedGame.pull`. */
export function pullOfLoss(
  game: Pick<PlayedGame, "loss">,
  player: string,
  at: PerPlayer,
  { ahead, ...options }: GradOptions & { readonly ahead?: Ahead | undefined } = {},
): Pull {
  const lossOf = (own: Tensor) => {
    const point = { ...at, [player]: own };
    return game.loss(player, ahead ? ahead(point) : point);
  };
  const [loss, gradient] = valueAndGrad(lossOf, options)(ofPlayer(at, player));
  return { loss, gradient };
}

const pullOf = (game: PlayedGame, player: string, at: PerPlayer, isWatched: boolean, ahead?: Ahead): Pull =>
  game.pull?.(player, at, isWatched, ahead) ?? pullOfLoss(game, player, at, { ahead });

/** A vector field over the game: the pull at each player. Only what is used of it is computed. */
export type Field = (game: PlayedGame, at: PerPlayer, player: string) => Pull;

/** Each player's gradient of its own loss: xi = (grad_1 L_1, ..., grad_n L_n). */
export const gradientField: Field = (game, at, player) => pullOf(game, player, at, true);

/** As `gradientField`, of a loss that is taken where `ahead` leads. */
export const fieldAhead =
  (ahead: Ahead): Field =>
  (game, at, player) =>
    pullOf(game, player, at, true, ahead);

/** The same game, of which probes see nothing: for gradients that no player moves along. */
export const quiet = (game: PlayedGame): PlayedGame => ({
  ...plain(game),
  pull: (player, at, _, ahead) => pullOf(game, player, at, false, ahead),
});

/** The losses of the same game alone: for gradients that are differentiated again. */
export const plain = (game: PlayedGame): PlayedGame => ({
  players: game.players,
  loss: (player, at) => game.loss(player, at),
});
