import type { ResolvedOptimizer } from "../../optim/optimizer_kind.ts";
import type { Diagnosis } from "../../probes/diagnosis/diagnosis.ts";
import type { Game, Player } from "../game/game.ts";
import type { ResolvedLoss } from "../losses/loss.ts";
import type { ResolvedPenalty } from "../penalties/penalty.ts";
import type { ResolvedPlay } from "../play/play.ts";
import type { ResolvedTrick } from "../tricks/trick.ts";

/** How choices become objects, by registries of names, and what comes without being chosen; or neither, of objects alone. */
export interface Choosers {
  play(where: string, choice: NonNullable<Game["play"]>): ResolvedPlay;
  optimizer(where: string, choice: NonNullable<Player["optimizer"]>): ResolvedOptimizer;
  /** Rules of diagnosis that are examined before the user's own. */
  readonly diagnosis?: Diagnosis;
}

/** How the choices of a GAN become objects. */
export interface GanChoosers extends Choosers {
  loss(where: string, choice: unknown): ResolvedLoss;
  penalty(where: string, choice: unknown): ResolvedPenalty;
  trick(where: string, choice: unknown): ResolvedTrick;
}
