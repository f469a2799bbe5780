/** What a job leaves behind while it trains, so that another one can go on from it. */
import { gan } from "saddlepoint";
import { type FileStore, keepCheckpoints, latestCheckpoint } from "saddlepoint/checkpoints";

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
  /** Writes one; what goes wrong is a warning. */
  save(trainingSeconds: number): Promise<void>;
  /** Writes a last one, and lets others have the store. */
  stop(): Promise<void>;
}

/** The longest interval that a clock of the browser takes: `save` is called here, and not by the clock. */
const never = 2e6;

export async function keepRun(
  trainer: gan.Trainer,
  { checkpoints, files, everySeconds, resumed }: KeptRun,
  onWarning: (message: string) => void,
): Promise<Keeping> {
  const kept = await keepCheckpoints(trainer, { store: checkpoints, everySeconds: never, keep: 2, onWarning });
  let savedAt = resumed?.seconds ?? 0;
  const save = async () => {
    const before = kept.savedStep;
    await kept.save();
    if (kept.savedStep === before) return;
    try {
      await files.write(generatorFile, [await trainer.saveGenerator()]);
    } catch (error) {
      onWarning(`The generator was not written: ${error instanceof Error ? error.message : error}`);
    }
  };
  return {
    secondsLeft: (seconds) => (everySeconds > 0 ? everySeconds - (seconds - savedAt) : Number.POSITIVE_INFINITY),
    async save(seconds) {
      await save();
      savedAt = seconds;
    },
    async stop() {
      await save();
      await kept.stop();
    },
  };
}
