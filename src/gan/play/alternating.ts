import { definePlay } from "./play.ts";
import { inTurn } from "./turns.ts";

/** The usual game (Goodfellow et al. 2014, algorithm 1): D moves, then G against the D that moved. */
export const alternating = definePlay({
  name: "alternating",
  options: {},
  isJoint: false,
  step: (game, players) => inTurn(game, players),
});
