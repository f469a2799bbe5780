import { type ByName, defineRegistry, type NamedChoice, type OwnChoice } from "../../choices/registry.ts";
import type { Aliases } from "../../errors/checks.ts";
import * as all from "./all.ts";
import { type Play, playKind, type ResolvedPlay } from "./play.ts";

/** What papers call them. */
export const playAliases: Aliases = { consensus: "co", extragradient: "eg", symplectic: "sga" };

export const playRegistry = defineRegistry(playKind, all, {
  aliases: playAliases,
  first: ["alternating", "simultaneous"],
});

/** Rules of play by name. */
export const plays: ByName<typeof all> = playRegistry.entries;

export type PlayName = keyof typeof plays;

/** A rule by its name, with those of its options that are not to have their defaults. */
export type PlayConfig = NamedChoice<typeof plays>;

/** Or by its name alone, or as an object, of your own or `gan.lookahead`, with options beside it. */
export type PlayChoice = PlayName | PlayConfig | Play | OwnChoice<Play>;

/** @throws OptionError for an unknown rule, or an option that does not exist or is out of range. */
export const resolvePlay = (given: PlayChoice): ResolvedPlay => playRegistry.resolve("Trainer", given);
