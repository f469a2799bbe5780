import type { Carry } from "../../carry.ts";
import { type Aliases, choiceOf } from "../../gpu/checks.ts";
import { type GivenOptions, type OptionSpecs, type OptionValues, resolveOptions } from "../../options.ts";
import { alternating } from "./alternating.ts";
import { consensus } from "./consensus.ts";
import { extragradient } from "./extragradient.ts";
import type { Move, PerPlayer, PlayedGame, PlayerState } from "./game.ts";
import { lookahead } from "./lookahead.ts";
import type { Play } from "./play.ts";
import { simultaneous } from "./simultaneous.ts";
import { symplectic } from "./symplectic.ts";
import { unrolled } from "./unrolled.ts";

/** Written out, since a type that is inferred would lose the comments of its options in the declarations. */
type Plays = {
  readonly alternating: typeof alternating;
  readonly simultaneous: typeof simultaneous;
  readonly extragradient: typeof extragradient;
  readonly consensus: typeof consensus;
  readonly symplectic: typeof symplectic;
  readonly lookahead: typeof lookahead;
  readonly unrolled: typeof unrolled;
};

/** Rules of play by name. */
export const plays: Plays = { alternating, simultaneous, extragradient, consensus, symplectic, lookahead, unrolled };

export type PlayName = keyof typeof plays;

type OptionsOf<Name extends PlayName> = (typeof plays)[Name]["options"];

/** A rule by its name, with those of its options that are not to have their defaults. */
export type PlayConfig = {
  [Name in PlayName]: { readonly type: Name } & GivenOptions<OptionsOf<Name>>;
}[PlayName];

/** A rule with its options decided. */
export interface ResolvedPlay {
  readonly name: PlayName;
  readonly options: OptionValues<OptionSpecs>;
  readonly isJoint: boolean;
  readonly differentiatesGradients: boolean;
  step(game: PlayedGame, players: PerPlayer<PlayerState>, carry: Carry): Move;
}

/** What papers call them. */
export const playAliases: Aliases = { consensus: "co", extragradient: "eg", symplectic: "sga" };

/** @throws OptionError for an unknown rule, or an option that does not exist or is out of range. */
export function resolvePlay(given: PlayName | PlayConfig): ResolvedPlay {
  const { type, ...options } = choiceOf<PlayConfig>("Trainer", "rule of play", given, plays, playAliases);
  // The entry is one of many types; its own options fit it.
  const entry = plays[type] as unknown as Play;
  const values: OptionValues<typeof entry.options> = resolveOptions(type, entry.options, options);
  return {
    name: type,
    options: values,
    isJoint: entry.isJoint,
    differentiatesGradients: entry.differentiatesGradients ?? false,
    step: (game, players, carry) => entry.step(game, players, values, carry),
  };
}
