import type { OptionSpecs, OptionValues } from "../../choices/options.ts";
import { assertEntry, type Chosen, chosen, type EntryKind } from "../../choices/registry.ts";
import type { Carry } from "../../engine/carry.ts";
import { assertKind, flag } from "../../errors/checks.ts";
import type { Move, PerPlayer, PlayedGame, PlayerState } from "./game.ts";

/** A rule of play: how the players move in one step of the game, as a pure function of where they are. */
export interface Play<Specs extends OptionSpecs = OptionSpecs, Name extends string = string> {
  readonly name: Name;
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

/** A rule of play, with its name and the names of its options in the type. @throws OptionError for what lacks a part. */
export function definePlay<const Specs extends OptionSpecs, const Name extends string>(
  entry: Play<Specs, Name>,
): Play<Specs, Name> {
  assertEntry("definePlay", playKind, entry);
  return entry;
}

/** A rule with its options decided. */
export interface ResolvedPlay extends Chosen<Play> {
  readonly isJoint: boolean;
  readonly differentiatesGradients: boolean;
  step(game: PlayedGame, players: PerPlayer<PlayerState>, carry: Carry): Move;
}

export const playKind: EntryKind<Play, ResolvedPlay> = {
  noun: "rule of play",
  functions: ["step"],
  resolve: (picked) => {
    const { name, entry, options } = chosen(picked);
    assertKind(name, "isJoint", entry.isJoint, flag);
    return {
      name,
      entry,
      options,
      isJoint: entry.isJoint,
      differentiatesGradients: entry.differentiatesGradients ?? false,
      step: (game, players, carry) => entry.step(game, players, options, carry),
    };
  },
};
