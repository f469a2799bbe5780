import { assertKeys, callback, count, flag, type Kind, messageOf, needed } from "../../errors/checks.ts";
import { DataError } from "../../errors/errors.ts";
import type { BestCheckpointOptions, CheckpointOptions, RunKeeper, SavedTrainer } from "../run/checkpoint_options.ts";
import type { Files } from "../run/extras.ts";
import type { TrainReport } from "../run/report.ts";
import type { Snapshot } from "../run/snapshot.ts";
import { keepKinds } from "./keep_checkpoints.ts";
import { type KeptRun, type KeptRunOptions, keepRun } from "./kept_run.ts";
import { type Metric, metricOf } from "./metric.ts";

const where = "Trainer, checkpoints";

/** The option `checkpoints` of trainers. @throws OptionError for options that are none. */
export const keeping: Files["keeping"] = (options, onWarning) => {
  assertKeys<CheckpointOptions>(where, options, keepKinds);
  const { best } = options;
  const warn = (problem: string) => onWarning(problem, { problem, remedies: [] });
  if (best) assertKeys<BestCheckpointOptions>(`${where}, best`, best, { metric, keep: count, higherIsBetter: flag });
  return (trainer, ring) => {
    const measure = best && metricOf(`${where}, best`, best, ring);
    const { keep = 3, higherIsBetter = measure?.higherIsBetter ?? true } = best ?? {};
    return keeperOf(trainer, { ...options, where, best: { keep, higherIsBetter }, warn }, measure);
  };
};

const metric: Kind = needed({
  says: "a function of a report, or the name of what a report has",
  is: (value) => callback.is(value) || typeof value === "string",
});

function keeperOf(trainer: SavedTrainer, options: KeptRunOptions, measure: Metric | undefined): RunKeeper {
  let beginning: Promise<KeptRun | undefined> | undefined;
  let kept: KeptRun | undefined;
  /** Of steps whose reports are on their way: the trainer is ahead of a report when it arrives. */
  const taken = new Map<number, Promise<Snapshot>>();
  let isTold = false;

  const begin = async (): Promise<KeptRun | undefined> => {
    try {
      return await keepRun(trainer, options);
    } catch (error) {
      beginning = undefined;
      if (!(error instanceof DataError)) throw error;
      options.warn(`no checkpoints are kept: ${messageOf(error)}`);
      return undefined;
    }
  };
  const offer = (report: TrainReport<string>): Promise<void> | undefined => {
    const snapshot = taken.get(report.step);
    taken.delete(report.step);
    const score = measure?.of(report);
    if (measure && score === undefined && !isTold) {
      isTold = true;
      options.warn(`no checkpoint is the best: ${measure.lacks}`);
    }
    return snapshot && Number.isFinite(score) ? kept?.offer(snapshot, Number(score)) : undefined;
  };
  return {
    async *during(reports) {
      measure?.assertKnown();
      beginning ??= begin();
      kept = await beginning;
      const { step } = trainer;
      let offered: Promise<void> | undefined;
      try {
        for await (const report of reports) {
          // One is written while the next stretch runs, and no more wait for it in memory.
          await offered;
          offered = offer(report);
          yield report;
        }
      } finally {
        await offered;
        taken.clear();
        if (trainer.step !== step) await kept?.save();
      }
    },
    atReport() {
      if (!measure || !kept) return;
      const snapshot = trainer.snapshot();
      snapshot.catch(() => undefined);
      taken.set(trainer.step, snapshot);
    },
    end() {
      kept?.end();
    },
  };
}
