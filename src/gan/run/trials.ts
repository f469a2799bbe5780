import type { Measurement } from "../../metrics/statistics/measurement.ts";
import type { Ailment, Finding } from "../../probes/finding.ts";
import type { Change } from "../../probes/remedies.ts";

/** What came of a stretch of training on a copy of a run. */
export interface BranchOutcome {
  /** In a phrase: `no change`, or what a remedy changes. */
  readonly what: string;
  readonly changes: readonly Change[];
  /** Generator steps that it took: those that were doing best were followed for longer. */
  readonly steps: number;
  /**
   * How far samples are from the data over the second half of its last steps, in deviations of the data, beyond what real samples are from
   * each other; infinite where the run broke. Undefined where the branch could not be tried.
   */
  readonly distance?: Measurement;
  /** What was wrong at its end. */
  readonly findings: readonly Finding[];
  /** Why it could not be tried. */
  readonly refused?: string;
}

/** A finding, and what was tried against it. */
export interface Trial {
  /** Generator steps done when it was found. */
  readonly step: number;
  readonly finding: Finding;
  /** The step of the snapshot that all branches began at. */
  readonly from: number;
  /** The first one changes nothing. */
  readonly branches: readonly BranchOutcome[];
  /** Which of them the run went on as; 0: as it was. */
  readonly chosen: number;
}

/** What a steward has done so far. */
export interface StewardReport {
  readonly trials: readonly Trial[];
  /** Steps that branches have taken, but for those that the run need not take any more, and how many they may take. */
  readonly spent: number;
  readonly budget: number;
  /** Ailments that show now, and against which nothing that was tried has helped. */
  readonly unhealed: readonly Ailment[];
}
