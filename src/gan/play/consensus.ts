import { hamiltonianGradient } from "./field.ts";
import { ofPlayer } from "./game.ts";
import { definePlay } from "./play.ts";
import { type Field, gradientField } from "./pull.ts";
import { atOnce } from "./turns.ts";

/** The gradient of a player's loss, plus that of weight / 2 |xi|^2, which all players want small. */
export const consensusField =
  (weight: number): Field =>
  (game, at, player) => {
    const { loss, gradient } = gradientField(game, at, player);
    return { loss, gradient: gradient.add(ofPlayer(hamiltonianGradient(game, at), player).mul(weight)) };
  };

/**
 * Consensus optimisation (Mescheder et al. 2017, "The numerics of GANs"): xi + weight grad 1/2 |xi|^2. It turns
 * the eigenvalues of the game towards the stable side; it is drawn to every point where all gradients vanish, saddles of a
 * single player's loss among them.
 */
export const consensus = definePlay({
  name: "consensus",
  options: {
    /** Weight of half the squared length of all gradients. From 0 to 1000, default 0.1. */
    weight: { default: 0.1, low: 0, high: 1000 },
  },
  isJoint: true,
  differentiatesGradients: true,
  step: (game, players, { weight }) => atOnce(game, players, consensusField(weight)),
});
