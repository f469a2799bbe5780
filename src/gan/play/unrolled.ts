import type { Tensor } from "../../tensor/tensor.ts";
import {
  type Ahead,
  ofPlayer,
  type PerPlayer,
  type PlayedGame,
  type PlayerState,
  perPlayer,
  pointOf,
  turnsOf,
} from "./game.ts";
import { definePlay } from "./play.ts";
import { type Field, fieldAhead, gradientField } from "./pull.ts";
import { atOnce } from "./turns.ts";
import { unroll } from "./unroll.ts";

/** The point where these players are `steps` steps later, each gone down its own loss, all at once; the others stay. */
const foreseen =
  (game: PlayedGame, players: PerPlayer<PlayerState>, steps: number): Ahead =>
  (at) => {
    let ahead = players;
    for (let step = 0; step < steps; step++) {
      const point = { ...at, ...pointOf(ahead) };
      const next = (player: string) =>
        unroll((own: Tensor) => game.loss(player, { ...point, [player]: own }), ofPlayer(ahead, player), 1);
      ahead = perPlayer(Object.keys(ahead), next);
    }
    return { ...at, ...pointOf(ahead) };
  };

/**
 * Unrolled GANs (Metz et al. 2017): G descends its loss against the D that would be there after `steps` steps of D's
 * optimiser, through all of which its gradient flows. D itself takes one ordinary step. The paper's G has the minimax loss.
 * In a game of more players the one whose turn is last looks ahead of all the others.
 */
export const unrolled = definePlay({
  name: "unrolled",
  options: {
    /** Steps of D that G looks ahead. A whole number from 0 to 100, default 5. */
    steps: { default: 5, low: 0, high: 100, whole: true },
  },
  isJoint: true,
  differentiatesGradients: true,
  step: (game, players, { steps }) => {
    const turns = turnsOf(game, players);
    const others = perPlayer(turns.slice(0, -1), (player) => ofPlayer(players, player));
    const lookAhead = fieldAhead(foreseen(game, others, steps));
    const field: Field = (_, at, player) => (player === turns.at(-1) ? lookAhead : gradientField)(game, at, player);
    return atOnce(game, players, field);
  },
});
