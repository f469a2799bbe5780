import {
  advance,
  type Move,
  ofPlayer,
  type PerPlayer,
  type PlayedGame,
  type PlayerState,
  type Pull,
  perPlayer,
  pointOf,
  turnsOf,
} from "./game.ts";
import { type Field, gradientField } from "./pull.ts";

/** The given players move at once, along the pull at one point: where they stand, unless another is given. */
export function atOnce(
  game: PlayedGame,
  players: PerPlayer<PlayerState>,
  field: Field = gradientField,
  at: PerPlayer = pointOf(players),
): Move {
  const pulls = perPlayer(turnsOf(game, players), (player) => field(game, at, player));
  return moveTo(
    perPlayer(Object.keys(pulls), (player) => advance(ofPlayer(players, player), ofPlayer(pulls, player).gradient)),
    pulls,
  );
}

/**
 * The given players move one after the other, each against the others as they then stand. `turns` may name a player more than
 * once; losses and gradients are those of its last turn.
 */
export function inTurn(
  game: PlayedGame,
  players: PerPlayer<PlayerState>,
  turns: readonly string[] = turnsOf(game, players),
  field: Field = gradientField,
): Move {
  let standing = players;
  let pulls: PerPlayer<Pull> = {};
  for (const player of turns) {
    const pull = field(game, pointOf(standing), player);
    standing = { ...standing, [player]: advance(ofPlayer(standing, player), pull.gradient) };
    pulls = { ...pulls, [player]: pull };
  }
  return moveTo(standing, pulls);
}

const moveTo = (players: PerPlayer<PlayerState>, pulls: PerPlayer<Pull>): Move => ({
  players,
  gradients: perPlayer(Object.keys(pulls), (player) => ofPlayer(pulls, player).gradient),
  losses: perPlayer(Object.keys(pulls), (player) => ofPlayer(pulls, player).loss),
});
