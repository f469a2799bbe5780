import { OptionError } from "../../errors/errors.ts";
import type { Extra } from "../../errors/extra.ts";
import type { Finding } from "../../probes/finding.ts";
import type { TelemetryTable } from "../../probes/telemetry.ts";
import type { Snapshot } from "../run/snapshot.ts";

/** Which snapshots of a run are kept on the host, to go back to any of its steps. */
export interface HistoryOptions {
  /** How many, at least 2: each is as large as all that training changes. Default 16. */
  readonly snapshots?: number;
  /**
   * One is taken after so many steps. Once there are too many, those are left out that stand closest to each other for their age, so that the
   * distance between two of them grows with it. Default 100.
   */
  readonly every?: number;
}

/** A step of the past, looked at again. */
export interface StepExplanation {
  /** From 0. */
  readonly step: number;
  /** One row: every probe, on every element of every site. */
  readonly telemetry: TelemetryTable;
  /** What is wrong in this one step: of values that are not finite, the first site in the order of computation. */
  readonly findings: readonly Finding[];
}

/** Snapshots of a run, and how its controls were moved between them. */
export interface History {
  /** The step after which the next snapshot is due. */
  readonly nextDue: number;
  /** To be called before each submission: how controls stand then. */
  tick(): void;
  /** To be called wherever a stretch of steps has been submitted: takes a snapshot if one is due. */
  takeIfDue(): void;
  /** The run begins anew from there. */
  begin(snapshot: Snapshot): void;
  /** The last snapshot of before a step, or the first one. */
  before(step: number): Promise<Snapshot>;
  rewind(step: number): Promise<void>;
  explainStep(step: number): Promise<StepExplanation>;
}

/** What keeps histories. */
interface KeepsHistory {
  /** @throws OptionError for options that are none, before there is a trainer. */
  checked(options: HistoryOptions): Required<HistoryOptions>;
}

export const extraHistory: Extra<KeepsHistory> = { entry: "steward", isApart: true };

interface Kept {
  readonly history?: History | undefined;
  readonly isDisposed: boolean;
}

/** @throws OptionError for a trainer that keeps none, or was disposed. */
export function historyOf(run: Kept, method: string): History {
  const { history, isDisposed } = run;
  if (isDisposed) throw new OptionError("Trainer: it was disposed; create a new one with Trainer.create().");
  if (history) return history;
  throw new OptionError(
    `Trainer: ${method}() needs snapshots of the run's past; create the trainer with history: {}, and write ` +
      'import "saddlepoint/steward".',
  );
}
