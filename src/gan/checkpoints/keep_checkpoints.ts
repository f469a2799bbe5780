import {
  assertKeys,
  assertKind,
  callback,
  count,
  flag,
  type Kind,
  messageOf,
  needed,
  notNegative,
  object,
  text,
  whole,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { isWhole } from "../../io/safetensors/sealed.ts";
import { type FileStore, storeKind } from "../../io/stores/store.ts";
import type { Snapshot } from "../run/snapshot.ts";
import { repeatEvery } from "./clock.ts";
import { nameOf, namesOf, runFiles } from "./run_files.ts";

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

/** Of a trainer, what checkpoints need. */
export interface SavedTrainer {
  readonly step: number;
  readonly isDisposed?: boolean;
  snapshot(): Promise<Snapshot>;
}

/** What else the library does with checkpoints that it keeps. */
export interface KeptRun extends KeptCheckpoints {
  /** Writes a snapshot of an earlier step, if its score is among the best. */
  offer(snapshot: Promise<Snapshot>, score: number): Promise<void>;
  /** Ends it without a last one. */
  end(): Promise<void>;
}

/**
 * Keeps checkpoints of a trainer in a store while it trains, and when the page is hidden: never more is lost than what was trained
 * since the last one. An old one is removed when a new one has been written, read again, and found whole. It ends with the trainer.
 *
 * @throws OptionError where another tab or process keeps its checkpoints there, or the store has one of a later step of the run.
 */
export const keepCheckpoints = (trainer: SavedTrainer, options: KeepOptions): Promise<KeptCheckpoints> =>
  keepRun(trainer, options);

/** See `keepCheckpoints`. */
export async function keepRun(trainer: SavedTrainer, options: KeepOptions): Promise<KeptRun> {
  assertKind("keepCheckpoints", "the trainer", trainer, trainerKind);
  assertKeys<KeepOptions>("keepCheckpoints", options, {
    ...{
      store: needed(storeKind),
      run: text,
      everySeconds: notNegative,
      keep: count,
      best: object,
      onWarning: callback,
    },
  });
  const { store, run = "run", everySeconds = 60, keep = 2, best = {}, onWarning = console.warn } = options;
  assertKeys<BestOptions>("keepCheckpoints, best", best, { keep: count, higherIsBetter: flag });
  const files = runFiles(store, run, {
    keep,
    best: { keep: best.keep ?? 3, higherIsBetter: best.higherIsBetter ?? true },
  });
  const unlock = await store.lock();
  if (!unlock) {
    throw new OptionError(
      `keepCheckpoints: another page or program keeps checkpoints in ${store.name}; give another store.`,
    );
  }
  await assertLatest(trainer, store, run).catch(async (error) => {
    await unlock();
    throw error;
  });
  let savedStep: number | undefined;
  let isEnded = false;

  const write = async (snapshot: Snapshot, score: number | undefined, reached: number): Promise<void> => {
    await files.write(snapshot, score);
    savedStep = reached;
    await files.prune(reached).catch((error) => {
      onWarning(`saddlepoint: old checkpoints were not removed: ${messageOf(error)}`);
    });
  };
  /** One at a time, in the order in which they were asked for. */
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last
      .then(() => (isEnded ? undefined : work()))
      .catch((error) => {
        // What a trainer that is gone has to say against it is no news.
        if (!trainer.isDisposed) onWarning(`saddlepoint: a checkpoint was not kept: ${messageOf(error)}`);
      })
      .then(() => (trainer.isDisposed ? end() : undefined));
    return last;
  };
  const save = (score?: number): Promise<void> =>
    inTurn(async () => {
      if (trainer.isDisposed || (trainer.step === savedStep && score === undefined)) return;
      const snapshot = await trainer.snapshot();
      await write(snapshot, score, snapshot.step);
    });

  let isTicking = false;
  const tick = async (): Promise<void> => {
    // A store may be slower than the clock.
    if (isTicking) return;
    isTicking = true;
    await save();
    isTicking = false;
  };
  const stopClock = everySeconds > 0 ? repeatEvery(everySeconds, tick) : undefined;
  const page = typeof document === "undefined" ? undefined : document;
  const onHidden = () => {
    if (page?.visibilityState === "hidden") save();
  };
  page?.addEventListener("visibilitychange", onHidden);
  const end = async (): Promise<void> => {
    if (isEnded) return;
    isEnded = true;
    stopClock?.();
    page?.removeEventListener("visibilitychange", onHidden);
    await unlock();
  };
  return {
    get savedStep() {
      return savedStep;
    },
    async save(options = {}) {
      assertKeys<SaveOptions>("checkpoints.save", options, { score: anyNumber });
      if (isEnded && !trainer.isDisposed) {
        throw new OptionError("checkpoints.save: they are kept no longer; call keepCheckpoints() again.");
      }
      await save(options.score);
    },
    offer: (snapshot, score) =>
      inTurn(async () => {
        const taken = await snapshot;
        if (await files.isAmongBest(taken.step, score)) await write(taken, score, Math.max(savedStep ?? 0, taken.step));
      }),
    async stop() {
      await save();
      await end();
    },
    end: () => last.then(end),
  };
}

const trainerKind: Kind = {
  says: "a trainer",
  is: (value) => object.is(value) && whole.is(value["step"]) && callback.is(value["snapshot"]),
};

const anyNumber: Kind = { is: (value) => typeof value === "number", says: "a number" };

/** A run that begins anew must not stand among the checkpoints of another that got further: the wrong ones would go. */
async function assertLatest({ step }: SavedTrainer, store: FileStore, run: string): Promise<void> {
  for (const name of await namesOf(store, run)) {
    if (name <= nameOf(run, step)) return;
    if (!(await isWhole(await store.read(name)))) continue;
    throw new OptionError(
      `keepCheckpoints: ${store.name} has ${name}, and the trainer is at step ${step}: go on from it with latestCheckpoint(), ` +
        "give the run another name, or remove it.",
    );
  }
}
