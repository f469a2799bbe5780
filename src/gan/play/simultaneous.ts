import { definePlay } from "./play.ts";
import { atOnce } from "./turns.ts";

/** All move along their gradients at the same point. On a bilinear game this spirals outwards, where turns only circle. */
export const simultaneous = definePlay({
  name: "simultaneous",
  options: {},
  isJoint: true,
  step: (game, players) => atOnce(game, players),
});
