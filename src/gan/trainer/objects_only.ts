import { resolveEntry } from "../../choices/registry.ts";
import { optimizerKind } from "../../optim/optimizer_kind.ts";
import { lossKind } from "../losses/loss.ts";
import { penaltyKind } from "../penalties/penalty.ts";
import { playKind } from "../play/play.ts";
import type { GanChoosers } from "../steps/choosers.ts";
import { trickKind } from "../tricks/trick.ts";

/** Choices where nobody gives names: no registry comes along, and no rule of diagnosis that was not asked for. */
export const objectsOnly: GanChoosers = {
  loss: (where, choice) => resolveEntry(where, lossKind, choice),
  penalty: (where, choice) => resolveEntry(where, penaltyKind, choice),
  trick: (where, choice) => resolveEntry(where, trickKind, choice),
  play: (where, choice) => resolveEntry(where, playKind, choice),
  optimizer: (where, choice) => resolveEntry(where, optimizerKind, choice),
};
