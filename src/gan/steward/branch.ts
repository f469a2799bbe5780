import { abortSignal, assertKeys, count, describe, needed, object } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Measurement } from "../../metrics/statistics/measurement.ts";
import type { Episode, Finding } from "../../probes/finding.ts";
import type { Change } from "../../probes/remedies.ts";
import type { TelemetryTable } from "../../probes/telemetry.ts";
import type { Snapshot } from "../run/snapshot.ts";
import { type Changes, changesOf } from "../trainer/steward.ts";
import { Trainer } from "../trainer/trainer.ts";
import { distanceIn, secondHalf, trained } from "./outcome.ts";

export interface BranchOptions {
  /** Generator steps to take. */
  readonly steps: number;
  /** Where it begins: where the run is if left out. */
  readonly from?: Snapshot;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** A run as it would have gone on. */
export interface Branch {
  readonly changes: readonly Change[];
  /** Generator steps done at its beginning, and at its end. */
  readonly from: number;
  readonly step: number;
  /** What was measured in each of its steps. */
  readonly telemetry: TelemetryTable;
  readonly findings: readonly Finding[];
  readonly episodes: readonly Episode[];
  /** How far samples were from the data over its second half, in deviations of the data. */
  readonly distance: Measurement;
  /** Its end, for another branch to go on from, or, without changes of the game, for the run itself. */
  readonly snapshot: Snapshot;
}

/**
 * What would have happened: trains a copy of a run for some steps, with changes or without, and leaves the run as it is. Copies draw the same
 * random numbers, so two branches from one snapshot differ by their changes alone; one without changes is what the run itself becomes, bit for bit.
 *
 *   const from = await trainer.snapshot();
 *   const asIs = await gan.branch(trainer, [], { steps: 500, from });
 *   const slower = await gan.branch(trainer, [{ kind: "scale", name: "discriminatorLearningRate", factor: 0.5 }], { steps: 500, from });
 *   console.log(describe(asIs.distance), describe(slower.distance));
 *
 * @param changes of the configuration or of controls: those of a remedy, or your own.
 * @throws OptionError for changes that don't fit the game, and for fewer than 40 steps, which tell nothing.
 */
export async function branch(trainer: Trainer, changes: Changes, options: BranchOptions): Promise<Branch> {
  assertKeys<BranchOptions>("branch", options, { steps: needed(count), from: object, signal: abortSignal });
  const { steps, from, signal } = options;
  if (!(trainer instanceof Trainer)) {
    throw new OptionError(`branch: got ${describe(trainer)} as the trainer; give one that gan.Trainer.create() made.`);
  }
  const fork = await trainer.fork(changes, from);
  try {
    const { step: begin } = fork;
    const run = await trained(fork, { steps, reportEvery: steps, ...(signal && { signal }) });
    const distance = distanceIn(secondHalf(run.telemetry));
    const { step } = fork;
    return {
      ...run,
      changes: changesOf("branch", changes),
      from: begin,
      step,
      distance,
      snapshot: await fork.snapshot(),
    };
  } finally {
    fork.dispose();
  }
}
