/** What the command needs of the library and of jobs in its own process, outside any browser; loaded by `tools/run/host.mjs`. */
import { type FileStore, latestCheckpoint, readCheckpoint } from "saddlepoint/checkpoints";
import type { JobEntry } from "./job_entry.ts";

export { folderStore } from "saddlepoint/checkpoints";
export { reportScripts } from "../report/report.ts";
export { diagnoseTable, diagnoseTold, factsOf } from "./diagnosis/diagnosed.ts";
export { telemetryOfCsv } from "./diagnosis/telemetry_of_csv.ts";
export { telemetryLines } from "./files/telemetry_lines.ts";
export { tensorBoardLog } from "./files/tensorboard_log.ts";
export { type EvaluationFile, evaluationOf } from "./generator/evaluation_file.ts";
export { asOnnx, asSafetensors, cardOf } from "./generator/exported.ts";
export { joined } from "./generator/joined.ts";
export { besideOf, sampleFiles } from "./generator/sample_files.ts";
export { JobLog } from "./job_log.ts";
export * from "./options/choices.ts";
export * from "./options/train_options.ts";
export { fromText, toText } from "./wire.ts";

/** The step of the latest checkpoint that is whole; undefined where there is none. */
export async function checkpointStep(store: FileStore): Promise<number | undefined> {
  const file = await latestCheckpoint(store);
  return file && (await readCheckpoint(file)).step;
}

/** Of what a job told, what a run that goes on after so many steps builds on; all else is told again. */
export function entriesUntil(entries: readonly JobEntry[], step: number): JobEntry[] {
  return entries.filter((entry) => {
    if (entry.kind === "report") return entry.report.step <= step;
    if (entry.kind === "evaluation") return entry.evaluation.step <= step;
    return entry.kind === "start" || entry.kind === "ready" || entry.kind === "resumed";
  });
}

/** Whether all was told of a run that did all its steps: there is nothing to go on with. */
export function isDone(entries: readonly JobEntry[]): boolean {
  const start = entries.find((entry) => entry.kind === "start");
  const last = entries.findLast((entry) => entry.kind === "report");
  return entries.at(-1)?.kind === "end" && (last?.report.step ?? 0) >= (start?.job.steps ?? Number.POSITIVE_INFINITY);
}

/** Seconds of training until the last report. */
export function secondsOf(entries: readonly JobEntry[]): number {
  const last = entries.findLast((entry) => entry.kind === "report");
  return last ? last.taken.seconds : 0;
}
