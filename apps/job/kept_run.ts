/** What a job leaves behind while it trains, so that another one can go on from it. */
import { gan } from "saddlepoint";
import { type FileStore, keepCheckpoints, latestCheckpoint } from "saddlepoint/checkpoints";
import type { Evaluation } from "./images/image_evaluator.ts";

/** Where a run is kept, and where it is gone on from. */
export interface KeptRun {
  /** Of checkpoints. */
  readonly checkpoints: FileStore;
  /** Of the generator alone, as of the last checkpoint. */
  readonly files: FileStore;
  /** Seconds of training from one checkpoint to the next; 0 keeps the last step alone. */
  readonly everySeconds: number;
  readonly resumed?: Resumed | undefined;
}

export interface Resumed {
  /** Of the checkpoint. */
  readonly step: number;
  /** Of training until then. */
  readonly seconds: number;
}

/** The generator's file among those of a run. */
export const generatorFile = "generator.safetensors";

/** A trainer that begins, or goes on from a checkpoint. */
export async function openTrainer(
  engine: Parameters<typeof gan.Trainer.create>[0],
  config: gan.TrainerConfig,
  kept: KeptRun | undefined,
): Promise<gan.Trainer> {
  const file = kept?.resumed && (await latestCheckpoint(kept.checkpoints));
  return file ? gan.Trainer.load(engine, file, config) : gan.Trainer.create(engine, config);
}

/** Keeps checkpoints of a trainer between its stretches. */
export interface Keeping {
  /** Seconds of training until the next one is due; below 0 where it is late. */
  secondsLeft(trainingSeconds: number): number;
  /** Writes one; what goes wrong is a warning. The three of the highest scores stay beside the last two. */
  save(trainingSeconds: number, score: number | undefined): Promise<void>;
  /** Writes a last one, and lets others have the store. */
  stop(): Promise<void>;
}

export async function keepRun(
  trainer: gan.Trainer,
  { checkpoints, files, everySeconds, resumed }: KeptRun,
  onWarning: (message: string) => void,
): Promise<Keeping> {
  // No clock: one is written where a stretch ends.
  const kept = await keepCheckpoints(trainer, { store: checkpoints, everySeconds: 0, onWarning });
  let savedAt = resumed?.seconds ?? 0;
  const saveGenerator = async () => {
    try {
      await files.write(generatorFile, [await trainer.saveGenerator()]);
    } catch (error) {
      onWarning(`The generator was not written: ${error instanceof Error ? error.message : error}`);
    }
  };
  return {
    secondsLeft: (seconds) => (everySeconds > 0 ? everySeconds - (seconds - savedAt) : Number.POSITIVE_INFINITY),
    async save(seconds, score) {
      await kept.save(score === undefined ? {} : { score });
      await saveGenerator();
      savedAt = seconds;
    },
    stop: () => kept.stop(),
  };
}

/** How good samples are, higher for better ones; undefined where nothing tells. Only to be compared within a run. */
export function scoreOf(report: gan.TrainReport | undefined, evaluation: Evaluation | undefined): number | undefined {
  if (report?.modes && report.modes.modeCount > 0) {
    return report.modes.capturedOnePercent / report.modes.modeCount + report.modes.highQualityShare;
  }
  const measured = (name: string) => evaluation?.measurements.find(({ metric }) => metric === name)?.value;
  const distance = measured("Fréchet distance") ?? measured("Sliced Wasserstein distance");
  return distance === undefined ? undefined : -distance;
}
