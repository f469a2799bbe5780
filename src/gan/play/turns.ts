import { type Field, gradientField } from "./field.ts";
import { advance, both, type Game, type Move, type Pair, type Player, type PlayerState, pointOf } from "./game.ts";

/** Both players move at once, along the pull at one point: where they stand, unless another is given. */
export function atOnce(
  game: Game,
  players: Pair<PlayerState>,
  field: Field = gradientField,
  at: Pair = pointOf(players),
): Move {
  const pulls = both((player) => field(game, at, player));
  return {
    players: both((player) => advance(players[player], pulls[player].gradient)),
    gradients: both((player) => pulls[player].gradient),
    losses: both((player) => pulls[player].loss),
  };
}

/**
 * The players move one after the other, each against the other as it then stands. `turns` may name a player more than once,
 * and must name each; losses and gradients are those of its last turn.
 */
export function inTurn(
  game: Game,
  players: Pair<PlayerState>,
  turns: readonly Player[],
  field: Field = gradientField,
): Move {
  let standing = players;
  const pulls = new Map(
    turns.map((player) => {
      const pull = field(game, pointOf(standing), player);
      standing = { ...standing, [player]: advance(standing[player], pull.gradient) };
      return [player, pull] as const;
    }),
  );
  const pullOf = (player: Player) => pulls.get(player) as NonNullable<ReturnType<typeof pulls.get>>;
  return {
    players: standing,
    gradients: both((player) => pullOf(player).gradient),
    losses: both((player) => pullOf(player).loss),
  };
}
