import {
  assertKeys,
  assertKind,
  callback,
  count,
  messageOf,
  needed,
  notNegative,
  object,
  text,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { isWhole } from "../../io/safetensors/sealed.ts";
import { assertFileName, type FileStore } from "../../io/stores/store.ts";
import { checkpointFile, readCheckpoint } from "../run/checkpoint.ts";
import type { Snapshot } from "../run/snapshot.ts";
import { repeatEvery } from "./clock.ts";

export interface KeepOptions {
  readonly store: FileStore;
  /** What the names of its files begin with, so that several runs have one store. Default "run". */
  readonly run?: string;
  /** Seconds from one checkpoint to the next; 0 for those of `save()`, and of a page that is hidden, alone. Default 60. */
  readonly everySeconds?: number;
  /** How many stay, the newest ones. Default 2: one is whole, whatever happens to the other. */
  readonly keep?: number;
  /** Is told what went wrong with a checkpoint. The training goes on. Default: the console. */
  readonly onWarning?: (message: string) => void;
}

export interface KeptCheckpoints {
  /** The step of the last checkpoint that was written and read again; none yet if undefined. */
  readonly savedStep: number | undefined;
  /** Writes one now, if the run has gone on since the last. */
  save(): Promise<void>;
  /** Writes a last one, and lets others have the store. */
  stop(): Promise<void>;
}

/** Of a trainer, what checkpoints need. */
export interface SavedTrainer {
  readonly step: number;
  snapshot(): Promise<Snapshot>;
}

/**
 * Keeps checkpoints of a trainer in a store while it trains, and when the page is hidden: never more is lost than what was trained
 * since the last one. An old one is removed when a new one has been written, read again, and found whole.
 *
 * @throws OptionError where another tab or process keeps its checkpoints there, or the store has one of a later step of the run.
 */
export async function keepCheckpoints(trainer: SavedTrainer, options: KeepOptions): Promise<KeptCheckpoints> {
  assertKind("keepCheckpoints", "the trainer", trainer, object);
  assertKeys<KeepOptions>("keepCheckpoints", options, {
    ...{ store: needed(object), run: text, everySeconds: notNegative, keep: count, onWarning: callback },
  });
  const { store, run = "run", everySeconds = 60, keep = 2, onWarning = (message) => console.warn(message) } = options;
  assertFileName(run);
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
  let isStopped = false;

  const write = async (): Promise<void> => {
    if (trainer.step === savedStep) return;
    const snapshot = await trainer.snapshot();
    const name = nameOf(run, snapshot.step);
    await store.write(name, (await checkpointFile(snapshot)).pieces);
    await readCheckpoint(await store.read(name));
    savedStep = snapshot.step;
    // Those of later steps are not older ones: they were damaged, or there would be no run here.
    const names = (await namesOf(store, run)).filter((each) => each <= name);
    for (const old of names.slice(keep)) await store.remove(old);
  };
  /** One at a time, in the order in which they were asked for. */
  let last: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => {
    last = last.then(write).catch((error) => {
      onWarning(`saddlepoint: a checkpoint was not kept: ${messageOf(error)}`);
    });
    return last;
  };

  const stopClock = everySeconds > 0 ? repeatEvery(everySeconds, save) : undefined;
  const page = typeof document === "undefined" ? undefined : document;
  const onHidden = () => {
    if (page?.visibilityState === "hidden") save();
  };
  page?.addEventListener("visibilitychange", onHidden);
  return {
    get savedStep() {
      return savedStep;
    },
    save,
    async stop() {
      if (isStopped) return;
      isStopped = true;
      stopClock?.();
      page?.removeEventListener("visibilitychange", onHidden);
      await save();
      await unlock();
    },
  };
}

const digits = 10;
const ending = ".safetensors";

const nameOf = (run: string, step: number): string => `${run}-${String(step).padStart(digits, "0")}${ending}`;

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

/** Files of a run, the latest first. */
async function namesOf(store: FileStore, run: string): Promise<readonly string[]> {
  const isOfRun = (name: string) =>
    name.startsWith(`${run}-`) && name.endsWith(ending) && /^\d+$/.test(name.slice(run.length + 1, -ending.length));
  return (await store.list()).filter(isOfRun).sort().reverse();
}

/**
 * The latest checkpoint of a run that is whole: what a crash left broken is passed over. Nothing where there is none.
 *
 *   const file = await latestCheckpoint(store);
 *   const trainer = await (file ? gan.Trainer.load(engine, file, config) : gan.Trainer.create(engine, config));
 *
 * @throws DataError for a file that the store has and can't read: that is no reason to begin anew.
 */
export async function latestCheckpoint(store: FileStore, run = "run"): Promise<Uint8Array<ArrayBuffer> | undefined> {
  assertKind("latestCheckpoint", "the store", store, object);
  assertFileName(run);
  for (const name of await namesOf(store, run)) {
    const file = await store.read(name);
    if (await isWhole(file)) return file;
  }
  return undefined;
}
