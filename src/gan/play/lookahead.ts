import { Tensor } from "../../tensor/tensor.ts";
import { ofPlayer, perPlayer, turnsOf } from "./game.ts";
import { definePlay } from "./play.ts";
import { inTurn } from "./turns.ts";

/**
 * Lookahead for games (Chavdarova et al. 2021, "Taming GANs with lookahead-minmax", algorithm 1): the players play in turn,
 * and every `every` steps go back a part of the way to where they stood at the last return:
 *
 *   slow <- slow + rate (theta - slow)        theta <- slow
 */
export const lookahead = definePlay({
  name: "lookahead",
  options: {
    /** Steps between two returns. A whole number from 1 to 100000, default 5. */
    every: { default: 5, low: 1, high: 100_000, whole: true },
    /** Share of the way that is kept at a return. From 0 to 1, default 0.5. */
    rate: { default: 0.5, low: 0, high: 1 },
  },
  isJoint: true,
  step: (game, players, { every, rate }, carry) => {
    const turns = turnsOf(game, players);
    const move = inTurn(game, players, turns);
    // The game's own count: a discriminator that steps several times for each of the generator's counts more.
    const last = turns.at(-1);
    if (last === undefined) return move;
    const { step } = ofPlayer(players, last);
    const isReturn = isMultiple(step, every);
    const settled = (player: string) => {
      const { parameters: before } = ofPlayer(players, player);
      const after = ofPlayer(move.players, player);
      const { parameters: fast } = after;
      const slow = Tensor.where(step.lessEqual(1), before, carry.read(`${player}/slow`, before.shape));
      const moved = slow.add(fast.sub(slow).mul(rate));
      carry.keep(`${player}/slow`, Tensor.where(isReturn, moved, slow));
      return { ...after, parameters: Tensor.where(isReturn, moved, fast) };
    };
    return { ...move, players: perPlayer(turns, settled) };
  },
});

/** Whether a whole number is a multiple. The half keeps a division that rounds down from losing one. */
function isMultiple(count: Tensor, of: number): Tensor {
  const last = count.add(0.5).div(of).floor().mul(of);
  return count.sub(last).less(0.5);
}
