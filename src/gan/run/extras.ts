import type { Extra } from "../../errors/extra.ts";
import type { Shape } from "../../graph/shape.ts";
import type { modeCoverage, summariseModes } from "../../metrics/modes/mode_coverage.ts";
import type { TelemetryRing } from "../../probes/telemetry.ts";
import type { RunOptions } from "../steps/run_options.ts";
import type { CheckpointOptions, RunKeeper, SavedTrainer } from "./checkpoint_options.ts";
import type { fingerprintOf } from "./fingerprint.ts";
import type { profilePlans } from "./profile.ts";
import type { Run } from "./run.ts";
import type { checkSnapshot, RestoreOptions, Snapshot, takeSnapshot } from "./snapshot.ts";
import type { trainerMemory } from "./trainer_memory.ts";

/** What takes snapshots of runs, and checks them. */
export interface Snapshots {
  readonly fingerprintOf: typeof fingerprintOf;
  readonly takeSnapshot: typeof takeSnapshot;
  readonly checkSnapshot: typeof checkSnapshot;
}

export const extraSnapshots: Extra<Snapshots> = { entry: "snapshots" };

/** What writes runs and generators as files, and goes on from them. */
export interface Files {
  save(trainer: Resumable): Promise<Uint8Array<ArrayBuffer>>;
  load<T extends Resumable>(
    file: ArrayBuffer | Uint8Array,
    create: () => Promise<T>,
    options?: RestoreOptions,
  ): Promise<T>;
  saveGenerator(state: SampledRun): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws OptionError for options that are none, before there is a trainer. */
  keeping(options: CheckpointOptions, warn: NonNullable<RunOptions["onWarning"]>): Keeping;
}

/** What keeps checkpoints of a trainer that measures itself in that ring. */
export type Keeping = (trainer: SavedTrainer, ring: TelemetryRing) => RunKeeper;

/** Of a trainer, what files need. */
export interface Resumable {
  snapshot(): Promise<Snapshot>;
  restore(snapshot: Snapshot, options?: RestoreOptions): void;
  dispose(): void;
}

/** A run whose generator is asked for. */
export interface SampledRun extends Run {
  readonly loop: { readonly index: number };
  readonly sampleShape: () => Shape;
  readonly isDisposed: boolean;
  /** Does work again if the GPU device is lost under it. */
  readonly recovery?: { keep<Result>(work: () => Promise<Result>): Promise<Result> } | undefined;
}

export const extraFiles: Extra<Files> = { entry: "checkpoints", isApart: true };

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
