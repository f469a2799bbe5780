import type { Recording } from "../record/recording.ts";
import { type Part, parts, table } from "../table/table.ts";
import { sightsOf } from "../truth/sights.ts";
import { isAsMeant, stepsOf, truths } from "../truth/verdict.ts";
import type { Doctor } from "./doctors.ts";
import type { Case } from "./score.ts";

/** What truth says of a recorded run, without what a doctor names. */
export type JudgedRun = Omit<Case, "named"> & { readonly recording: Recording; readonly part: Part };

/** Undefined for a run of a row that the table does not have any more, or that has other steps there. */
export function judged(recording: Recording): JudgedRun | undefined {
  const row = table.find(({ name }) => name === recording.name);
  const part = (Object.keys(parts) as Part[]).find((name) => parts[name].some((seed) => seed === recording.seed));
  if (!row || !part || row.steps !== recording.steps) return undefined;
  const sights = sightsOf(recording, row);
  return {
    name: recording.name,
    seed: recording.seed,
    steps: recording.steps,
    part,
    expected: row.ailments,
    isAsMeant: isAsMeant(sights, row, recording),
    truth: Object.fromEntries(Object.keys(truths).map((name) => [name, stepsOf(name, sights, row, recording)])),
    unknown: Object.keys(truths).filter((name) => truths[name]?.isKnown?.(row) === false),
    every: recording.steps / recording.snapshots.length,
    recording,
  };
}

/** With what a doctor names. */
export const seenBy = ({ look }: Doctor, run: JudgedRun): Case => ({ ...run, named: look(run.recording) });
