/** Keeps the run of a live page in the browser while it trains. Whatever goes wrong with that is a sentence, and the training goes on. */
import type { gan } from "saddlepoint";
import { type FileStore, type KeptCheckpoints, keepCheckpoints } from "saddlepoint/checkpoints";
import { formatNumber } from "../../../charts/text.ts";
import { keptRuns, lockRuns, newName, removeOldest, storeOf } from "./kept_runs.ts";

/** A run, and under which settings it is kept. */
export interface Kept {
  readonly page: string;
  readonly key: string;
  readonly trainer: gan.Trainer;
  /** With what the page adds to it. */
  snapshot(): Promise<gan.Snapshot>;
  /** Of a run that is gone on with. */
  readonly name: string | undefined;
  /** Called once it is kept under a name. */
  named(name: string): void;
}

/** A checkpoint may take a hundredth of the time: on a software adapter it takes about 20 ms for each megabyte, and as much again. */
const secondsPerMegabyte = 2;
const leastSeconds = 5;

/** Of what is trained: parameters, two moments and perhaps a mean. */
const bytesPerParameter = 4 * 4;

function secondsOf({ config: { generator, discriminator } }: gan.Trainer): number {
  const megabytes = (bytesPerParameter * (generator.parameterCount + discriminator.parameterCount)) / 1e6;
  return Math.max(leastSeconds, Math.ceil(secondsPerMegabyte * megabytes));
}

export class Keeper {
  readonly #kept: Kept;
  readonly #seconds: number;
  #checkpoints: KeptCheckpoints | undefined;
  #starting: Promise<void> | undefined;
  /** What went wrong, and what was kept until then. */
  #problem: { readonly text: string; readonly savedStep: number | undefined } | undefined;
  #isOver = false;

  constructor(kept: Kept) {
    this.#kept = kept;
    this.#seconds = secondsOf(kept.trainer);
  }

  /** What to say of it; changes as checkpoints are written. */
  get text(): string {
    const step = this.#checkpoints?.savedStep;
    if (this.#problem && this.#problem.savedStep === step) return this.#problem.text;
    if (step !== undefined) return `Kept in this browser at step ${formatNumber(step)}.`;
    return this.#checkpoints ? `Kept in this browser every ${this.#seconds} seconds.` : "";
  }

  /** Whether there is a checkpoint of it. */
  get isKept(): boolean {
    return (this.#checkpoints?.savedStep ?? this.#kept.name) !== undefined;
  }

  /** Begins to keep it, unless it does; tries again where another tab had the runs. Never rejects. */
  start(): Promise<void> {
    this.#starting ??= this.#start().catch((error: unknown) => this.#tell(notKept(error)));
    return this.#starting;
  }

  /** Writes a checkpoint now, where it is kept at all. */
  async save(): Promise<void> {
    // After the end there is nothing to save.
    if (!this.#isOver && !this.#kept.trainer.isDisposed) await this.#checkpoints?.save();
  }

  /** Writes a last one, and lets other tabs keep runs of these settings. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#starting;
    await this.#checkpoints?.stop();
  }

  #tell(text: string): void {
    this.#problem = { text, savedStep: this.#checkpoints?.savedStep };
  }

  async #start(): Promise<void> {
    const { page, key, trainer, snapshot, named } = this.#kept;
    const store = storeOf(page);
    const unlock = await lockRuns(page, key);
    if (!unlock) {
      this.#starting = undefined;
      return this.#tell(
        "Another tab trains a run of these settings, and keeps it. This one trains too, and is not kept.",
      );
    }
    try {
      if (this.#isOver) return void (await unlock());
      const name = await this.#nameIn(store);
      const saved = {
        get step() {
          return trainer.step;
        },
        get isDisposed() {
          return trainer.isDisposed;
        },
        snapshot,
      };
      this.#problem = undefined;
      this.#checkpoints = await keepCheckpoints(saved, {
        store: { ...store, lock: async () => unlock },
        run: name,
        everySeconds: this.#seconds,
        onWarning: (message) => this.#tell(notKept(message.replace(/^saddlepoint: a checkpoint was not kept: /, ""))),
      });
      named(name);
      await removeOldest(page, store, name);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** The name that it has, or another one where a tab has gone further with a run of that name. */
  async #nameIn(store: FileStore): Promise<string> {
    const { name, key, trainer } = this.#kept;
    const latest = (await keptRuns(store)).find((run) => run.name === name);
    return name !== undefined && (latest?.step ?? 0) <= trainer.step ? name : newName(key);
  }
}

const notKept = (error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  return `The run is not kept in this browser: ${message} The training goes on; “Save run” puts it into a file.`;
};
