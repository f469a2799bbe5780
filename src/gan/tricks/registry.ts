import { type ByName, defineRegistry, type NamedChoice, type OwnChoice } from "../../choices/registry.ts";
import type { Aliases } from "../../errors/checks.ts";
import * as all from "./all.ts";
import { type ResolvedTrick, type Trick, trickKind } from "./trick.ts";

/** What papers and other libraries call them. */
export const trickAliases: Aliases = {
  adaptiveAugment: "ada",
  minibatchStandardDeviation: "mbstd",
  spectralNorm: "sn",
};

export const trickRegistry = defineRegistry(trickKind, all, {
  aliases: trickAliases,
  first: ["labelFlipping", "instanceNoise"],
});

/** Tricks by name. */
export const tricks: ByName<typeof all> = trickRegistry.entries;

export type TrickName = keyof typeof tricks;

/** A trick by its name, with what differs from its defaults: `{ type: "pac", samples: 4 }`. */
export type TrickConfig = NamedChoice<typeof tricks>;

/** Or by its name alone, or as an object, of your own or `gan.pacTrick`, with options beside it. */
export type TrickChoice = TrickName | TrickConfig | Trick | OwnChoice<Trick>;

/** @throws OptionError for an unknown name, or an option that does not exist or is out of range. */
export const resolveTrick = (config: TrickChoice): ResolvedTrick => trickRegistry.resolve("Trainer", config);
