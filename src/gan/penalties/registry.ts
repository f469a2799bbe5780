import { type ByName, defineRegistry, type NamedChoice, type OwnChoice } from "../../choices/registry.ts";
import type { Aliases } from "../../errors/checks.ts";
import * as all from "./all.ts";
import { type Penalty, type PenaltyOptions, penaltyKind, type ResolvedPenalty } from "./penalty.ts";

/** What papers and other libraries call them. */
export const penaltyAliases: Aliases = {
  wganGp: "gp gradient gradientpenalty",
  balancedConsistency: "bcr",
  latentConsistency: "zcr",
  pathLength: "ppl",
};

export const penaltyRegistry = defineRegistry(penaltyKind, all, {
  aliases: penaltyAliases,
  first: ["r1", "r2", "wganGp", "wganLp", "wganDiv", "dragan", "maxGradient"],
});

/** Penalties by name. */
export const penalties: ByName<typeof all> = penaltyRegistry.entries;

export type PenaltyName = keyof typeof penalties;

/** A penalty by its name, with what differs from its defaults: `{ type: "dragan", weight: 5 }`. */
export type PenaltyConfig = NamedChoice<typeof penalties> & PenaltyOptions;

/** Or by its name alone, or as an object, of your own or `gan.r1Penalty`, with options beside it. */
export type PenaltyChoice = PenaltyName | PenaltyConfig | Penalty | (OwnChoice<Penalty> & PenaltyOptions);

/** @throws OptionError for an unknown name, a negative weight, or an option that does not exist or is out of range. */
export const resolvePenalty = (config: PenaltyChoice): ResolvedPenalty => penaltyRegistry.resolve("Trainer", config);
