import { assertKind, list, object } from "../../errors/checks.ts";
import { aChange, type Change, type Remedy } from "../../probes/remedies.ts";
import type { TrainOptions, TrainReport } from "../run/report.ts";

/** What may be done against findings while a trainer trains. */
export interface StewardOptions {
  /** Generator steps that each branch is tried for; what is ahead by too little to be sure is followed for longer. Default 300. */
  readonly steps?: number;
  /** Remedies that are tried at a finding, each on a branch of its own, beside doing nothing. Default 3. */
  readonly remedies?: number;
  /** Steps that all branches may take together, as a multiple of those that `train` is called for. Default 2. */
  readonly budget?: number;
}

/** Stands beside a trainer, and tries remedies on copies of it. */
export interface Steward {
  /** The reports of a call of `train`. */
  during<Report extends TrainReport>(
    options: TrainOptions,
    train: (options: TrainOptions) => AsyncGenerator<Report, void, undefined>,
  ): AsyncGenerator<Report, void, undefined>;
}

/** What is to be done to a run: all changes of a remedy, or some. */
export type Changes = Remedy | readonly Change[];

/** @throws OptionError for what is neither. */
export function changesOf(where: string, given: Changes): readonly Change[] {
  const changes: unknown = object.is(given) && "changes" in given ? given.changes : given;
  assertKind(where, "the changes", changes, list);
  for (const change of changes as readonly unknown[]) assertKind(where, "a change", change, aChange);
  return changes as readonly Change[];
}
