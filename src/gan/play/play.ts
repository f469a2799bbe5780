import type { Carry } from "../../carry.ts";
import type { OptionSpecs, OptionValues } from "../../options.ts";
import type { Move, PerPlayer, PlayedGame, PlayerState } from "./game.ts";

/** A rule of play: how the players move in one step of the game, as a pure function of where they are. */
export interface Play<Specs extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  readonly options: Specs;
  /** Whether the rule needs all players in one graph. If not, they may take their turns in plans of their own. */
  readonly isJoint: boolean;
  /** Whether it differentiates gradients once more, which f16 does not survive. */
  readonly differentiatesGradients?: boolean;
  /**
   * Moves the players that it is given, by name; others of the game stay where they are, and are left out of the points
   * that losses are asked for.
   *
   * @param carry what the rule keeps from step to step.
   */
  step(game: PlayedGame, players: PerPlayer<PlayerState>, options: OptionValues<Specs>, carry: Carry): Move;
}

/** Keeps the names of the options in the type. */
export const play = <const Specs extends OptionSpecs>(entry: Play<Specs>): Play<Specs> => entry;
