import {
  assertKeys,
  assertKind,
  callback,
  count,
  flag,
  type Kind,
  needed,
  notNegative,
  object,
  text,
  whole,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { type FileStore, storeKind } from "../../io/stores/store.ts";
import type { SavedTrainer } from "../run/checkpoint_options.ts";
import { keepRun } from "./kept_run.ts";

export interface KeepOptions {
  readonly store: FileStore;
  /** What the names of its files begin with, so that several runs have one store. Default "run". */
  readonly run?: string;
  /** Seconds from one checkpoint to the next; 0 for those of `save()`, and of a page that is hidden, alone. Default 60. */
  readonly everySeconds?: number;
  /** How many stay, the newest ones. Default 2: one is whole, whatever happens to the other. */
  readonly keep?: number;
  /** Which stay besides those, of the ones that were saved with a score. Default: the three of the highest scores. */
  readonly best?: BestOptions;
  /** Is told what went wrong with a checkpoint. The training goes on. Default: the console. */
  readonly onWarning?: (message: string) => void;
}

export interface BestOptions {
  /** How many. Default 3. */
  readonly keep?: number;
  /** False where a low score is a good one, as of a distance. Default true. */
  readonly higherIsBetter?: boolean;
}

export interface SaveOptions {
  /** How good the run is now, by whatever measure: `bestCheckpoint` finds the best by it. NaN is never the best. */
  readonly score?: number;
}

export interface KeptCheckpoints {
  /** The step of the last checkpoint that was written and read again; none yet if undefined. */
  readonly savedStep: number | undefined;
  /**
   * Writes one now, if the run has gone on since the last, or has a score now. What the store has against it goes to
   * `onWarning`.
   *
   * @throws OptionError after `stop()`, and for a score that is no number.
   */
  save(options?: SaveOptions): Promise<void>;
  /** Writes a last one, and lets others have the store. */
  stop(): Promise<void>;
}

/**
 * Keeps checkpoints of a trainer in a store while it trains, and when the page is hidden: never more is lost than what was trained
 * since the last one. An old one is removed when a new one has been written, read again, and found whole. It ends with the trainer.
 *
 * @throws OptionError where another tab or process keeps its checkpoints there, or the store has one of a later step of the run.
 */
export async function keepCheckpoints(trainer: SavedTrainer, options: KeepOptions): Promise<KeptCheckpoints> {
  const where = "keepCheckpoints";
  assertKind(where, "the trainer", trainer, trainerKind);
  assertKeys<KeepOptions>(where, options, { ...keepKinds, onWarning: callback });
  if (trainer.isDisposed) throw new OptionError(`${where}: the trainer is disposed; create another one.`);
  const { best = {}, onWarning = console.warn } = options;
  assertKeys<BestOptions>(`${where}, best`, best, { keep: count, higherIsBetter: flag });
  const { keep = 3, higherIsBetter = true } = best;
  const warn = (message: string) => onWarning(`saddlepoint: ${message}`);
  const kept = await keepRun(trainer, { ...options, where, best: { keep, higherIsBetter }, warn });
  return {
    get savedStep() {
      return kept.savedStep;
    },
    async save(given = {}) {
      assertKeys<SaveOptions>("checkpoints.save", given, { score: anyNumber });
      if (kept.isEnded || trainer.isDisposed) {
        const why = trainer.isDisposed ? "the trainer is disposed" : "stop() was called";
        throw new OptionError(`checkpoints.save: ${why}, and they are kept no longer; call keepCheckpoints() again.`);
      }
      await kept.save(given.score);
    },
    async stop() {
      await kept.save();
      await kept.end();
    },
  };
}

/** Of options that a trainer takes, too. */
export const keepKinds = { store: needed(storeKind), run: text, everySeconds: notNegative, keep: count, best: object };

const trainerKind: Kind = {
  says: "a trainer",
  is: (value) => object.is(value) && whole.is(value["step"]) && callback.is(value["snapshot"]),
};

const anyNumber: Kind = { is: (value) => typeof value === "number", says: "a number" };
