import type { OptionSpecs, OptionValues } from "../options.ts";
import type { Game, Move, Pair, PlayerState } from "./game.ts";

/** A rule of play: how both players move in one step of the game, as a pure function of where they are. */
export interface Play<Specs extends OptionSpecs = OptionSpecs> {
  readonly options: Specs;
  /** Whether the rule needs both players in one graph. If not, the players may take their turns in plans of their own. */
  readonly isJoint: boolean;
  /** Names of the vectors that it keeps for each player from step to step, each of the parameters' length. */
  readonly slots?: readonly string[];
  step(game: Game, players: Pair<PlayerState>, options: OptionValues<Specs>): Move;
}

/** Keeps the names of the options in the type. */
export const play = <const Specs extends OptionSpecs>(entry: Play<Specs>): Play<Specs> => entry;
