import { pointOf } from "./game.ts";
import { definePlay } from "./play.ts";
import { gradientField, quiet } from "./pull.ts";
import { atOnce } from "./turns.ts";

/**
 * Extragradient (Korpelevich 1976; for GANs Gidel et al. 2019, "A variational inequality perspective"): all
 * players look a step ahead, and step from where they were along the gradients found there.
 *
 *   ahead = theta - lr xi(theta)        theta <- theta - lr xi(ahead)
 *
 * The step ahead is the optimiser's own, of which nothing is kept: Adam's means see one gradient a step, the second.
 */
export const extragradient = definePlay({
  name: "extragradient",
  options: {},
  isJoint: true,
  step: (game, players) => {
    const ahead = pointOf(atOnce(quiet(game), players).players);
    return atOnce(game, players, gradientField, ahead);
  },
});
