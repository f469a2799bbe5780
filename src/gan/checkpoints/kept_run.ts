import { messageOf } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { isWhole } from "../../io/safetensors/sealed.ts";
import type { FileStore } from "../../io/stores/store.ts";
import type { SavedTrainer } from "../run/checkpoint_options.ts";
import type { Snapshot } from "../run/snapshot.ts";
import { repeatEvery } from "./clock.ts";
import { type Keeping, nameOf, namesOf, type RunFiles, runFiles } from "./run_files.ts";

export interface KeptRunOptions {
  /** What errors begin with. */
  readonly where: string;
  readonly store: FileStore;
  readonly run?: string;
  readonly everySeconds?: number;
  readonly keep?: number;
  readonly best: Keeping["best"];
  readonly warn: (message: string) => void;
}

/** A trainer whose checkpoints are kept. What goes wrong with one is told, and nothing here rejects. */
export interface KeptRun {
  readonly savedStep: number | undefined;
  readonly isEnded: boolean;
  /** Writes one now, if the run has gone on since the last, or has a score. */
  save(score?: number): Promise<void>;
  /** Writes a snapshot of an earlier step, if its score is among the best. */
  offer(snapshot: Promise<Snapshot>, score: number): Promise<void>;
  /** Lets others have the store, when what is being written is. */
  end(): Promise<void>;
}

/** See `keepCheckpoints`. */
export async function keepRun(trainer: SavedTrainer, options: KeptRunOptions): Promise<KeptRun> {
  const { where, store, run = "run", everySeconds = 60, keep = 2, best, warn } = options;
  const files = runFiles(store, run, { keep, best });
  const unlock = await lockOf(where, trainer, store, run);
  let savedStep: number | undefined;
  let isEnded = false;
  let stopListening = () => {};

  const end = async (): Promise<void> => {
    if (isEnded) return;
    isEnded = true;
    stopListening();
    await unlock();
  };
  /** One at a time, in the order in which they were asked for. */
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last
      .then(() => (isEnded ? undefined : work()))
      .catch((error) => {
        // What a trainer that is gone has against it is no news.
        if (!trainer.isDisposed) warn(`a checkpoint was not kept: ${messageOf(error)}`);
      })
      .then(() => (trainer.isDisposed ? end() : undefined));
    return last;
  };
  const write = async (snapshot: Snapshot, score: number | undefined, reached: number): Promise<void> => {
    await files.write(snapshot, score);
    savedStep = reached;
    await pruned(files, reached, warn);
  };
  const save = (score?: number): Promise<void> =>
    inTurn(async () => {
      if (trainer.isDisposed || (trainer.step === savedStep && score === undefined)) return;
      const snapshot = await trainer.snapshot();
      await write(snapshot, score, snapshot.step);
    });
  stopListening = listen(everySeconds, save);
  return {
    get savedStep() {
      return savedStep;
    },
    get isEnded() {
      return isEnded;
    },
    save,
    offer: (snapshot, score) =>
      inTurn(async () => {
        const taken = await snapshot;
        if (!(await files.isAmongBest(taken.step, score))) return;
        await write(taken, score, Math.max(savedStep ?? 0, taken.step));
      }),
    end: () => last.then(end),
  };
}

/** Saves by the clock, and when the page is hidden, until the function that it gives is called. */
function listen(everySeconds: number, save: () => Promise<void>): () => void {
  let isSaving = false;
  const tick = async (): Promise<void> => {
    // A store may be slower than the clock.
    if (isSaving) return;
    isSaving = true;
    await save();
    isSaving = false;
  };
  const stopClock = everySeconds > 0 ? repeatEvery(everySeconds, tick) : undefined;
  const page = typeof document === "undefined" ? undefined : document;
  const onHidden = () => {
    if (page?.visibilityState === "hidden") save();
  };
  page?.addEventListener("visibilitychange", onHidden);
  return () => {
    stopClock?.();
    page?.removeEventListener("visibilitychange", onHidden);
  };
}

const pruned = (files: RunFiles, reached: number, warn: (message: string) => void): Promise<void> =>
  files.prune(reached).catch((error) => warn(`old checkpoints were not removed: ${messageOf(error)}`));

/** @throws OptionError where somebody else has the store, or it has a run that this one would be lost in. */
async function lockOf(
  where: string,
  trainer: SavedTrainer,
  store: FileStore,
  run: string,
): Promise<() => Promise<void>> {
  const unlock = await store.lock();
  if (!unlock) {
    throw new OptionError(`${where}: another page or program keeps checkpoints in ${store.name}; give another store.`);
  }
  await assertLatest(where, trainer, store, run).catch(async (error) => {
    await unlock();
    throw error;
  });
  return unlock;
}

/** A run that begins anew must not stand among the checkpoints of another that got further: the wrong ones would go. */
async function assertLatest(where: string, { step }: SavedTrainer, store: FileStore, run: string): Promise<void> {
  for (const name of await namesOf(store, run)) {
    if (name <= nameOf(run, step)) return;
    if (!(await isWhole(await store.read(name)))) continue;
    throw new OptionError(
      `${where}: ${store.name} has ${name}, and the trainer is at step ${step}: go on from it with latestCheckpoint(), ` +
        "give the run another name, or remove it.",
    );
  }
}
