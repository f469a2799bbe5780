import { gradientField } from "./field.ts";
import { pointOf, untapped } from "./game.ts";
import { play } from "./play.ts";
import { atOnce } from "./turns.ts";

/**
 * Extragradient (Korpelevich 1976; for GANs Gidel et al. 2019, "A variational inequality perspective"): both
 * players look a step ahead, and step from where they were along the gradients found there.
 *
 *   ahead = theta - lr xi(theta)        theta <- theta - lr xi(ahead)
 *
 * The step ahead is the optimiser's own, of which nothing is kept: Adam's means see one gradient a step, the second.
 */
export const extragradient = play({
  options: {},
  isJoint: true,
  step: (game, players) => {
    const ahead = pointOf(atOnce(untapped(game), players).players);
    return atOnce(game, players, gradientField, ahead);
  },
});
