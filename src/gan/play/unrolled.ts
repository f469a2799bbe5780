import { type Field, gradientField } from "./field.ts";
import type { Game, Pair, PlayerState } from "./game.ts";
import { play } from "./play.ts";
import { atOnce } from "./turns.ts";
import { unroll } from "./unroll.ts";

/** The game in which G plays against the D of `steps` steps later. */
function foreseen(game: Game, player: PlayerState, steps: number): Game {
  const lookAhead = (at: Pair): Pair => {
    const loss = (discriminator: Pair["discriminator"]) => game.discriminator({ ...at, discriminator });
    return { ...at, discriminator: unroll(loss, player, steps).parameters };
  };
  return {
    ...game,
    generator: (at) => game.generator(lookAhead(at)),
    discriminator: (at) => game.discriminator(at),
  };
}

/**
 * Unrolled GANs (Metz et al. 2017): G descends its loss against the D that would be there after `steps` steps of D's
 * optimiser, through all of which its gradient flows. D itself takes one ordinary step. The paper's G has the minimax loss.
 */
export const unrolled = play({
  options: {
    /** Steps of D that G looks ahead. A whole number from 0 to 100, default 5. */
    steps: { default: 5, low: 0, high: 100, whole: true },
  },
  isJoint: true,
  step: (game, players, { steps }) => {
    const field: Field = (_, at, player) => gradientField(foreseen(game, players.discriminator, steps), at, player);
    return atOnce(game, players, field);
  },
});
