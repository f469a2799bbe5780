import { optimizerRegistry } from "../../optim/registry.ts";
import { assertRules } from "../../probes/diagnosis/examine.ts";
import { Examiner } from "../../probes/diagnosis/examiner.ts";
import { defaultRules } from "../../probes/rules/defaults.ts";
import type { GanGame } from "../adversary/gan_game.ts";
import { lossRegistry } from "../losses/registry.ts";
import { penaltyRegistry } from "../penalties/registry.ts";
import { playRegistry } from "../play/registry.ts";
import type { GanChoosers } from "../steps/choosers.ts";
import { trickRegistry } from "../tricks/registry.ts";
import { ganGame } from "./config.ts";
import type { GanConfig } from "./trainer_config.ts";

/** Choices by the names of the registries, or by objects; and the library's rules of diagnosis. */
export const byName: GanChoosers = {
  loss: lossRegistry.resolve,
  penalty: penaltyRegistry.resolve,
  trick: trickRegistry.resolve,
  play: playRegistry.resolve,
  optimizer: optimizerRegistry.resolve,
  diagnosis: { rules: defaultRules, assertRules, examiner: (rules) => new Examiner(rules) },
};

/**
 * The table of a GAN: what `Trainer.create` plays for the same options.
 *
 * @throws OptionError for names that don't exist, and choices that don't go together.
 */
export const gameOf = (config: GanConfig): GanGame => ganGame(config, byName);
