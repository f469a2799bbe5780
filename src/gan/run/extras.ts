import type { Extra } from "../../errors/extra.ts";
import type { Shape } from "../../graph/shape.ts";
import type { modeCoverage, summariseModes } from "../../metrics/modes/mode_coverage.ts";
import type { GameContext } from "../steps/context.ts";
import type { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { fingerprintOf } from "./fingerprint.ts";
import type { profilePlans } from "./profile.ts";
import type { checkSnapshot, takeSnapshot } from "./snapshot.ts";
import type { trainerMemory } from "./trainer_memory.ts";

/** What takes snapshots of runs, and checks them. */
export interface Snapshots {
  readonly fingerprintOf: typeof fingerprintOf;
  readonly takeSnapshot: typeof takeSnapshot;
  readonly checkSnapshot: typeof checkSnapshot;
}

export const extraSnapshots: Extra<Snapshots> = { entry: "snapshots" };

/** What writes runs and generators as files. */
export interface Files {
  readonly writeCheckpoint: typeof writeCheckpoint;
  readonly readCheckpoint: typeof readCheckpoint;
  /** Not typed by its function, which stands above this room. */
  saveGenerator(context: GameContext, step: number, sampleShape: Shape): Promise<Uint8Array<ArrayBuffer>>;
}

export const extraFiles: Extra<Files> = { entry: "checkpoints" };

/** What looks into trainers. */
export interface TrainerInsight {
  readonly trainerMemory: typeof trainerMemory;
  readonly profilePlans: typeof profilePlans;
}

export const extraTrainerInsight: Extra<TrainerInsight> = { entry: "explain" };

/** What counts the modes that samples cover. */
export interface ModeCounting {
  readonly modeCoverage: typeof modeCoverage;
  readonly summariseModes: typeof summariseModes;
}

/** Nobody asks for it by a name: without it, reports go without `modes`. */
export const extraModes: Extra<ModeCounting> = { entry: "modes" };
