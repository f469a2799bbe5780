import type { Device } from "../../gpu/device.ts";
import type { Readback, ReadRange, StagedRead } from "../../gpu/readback.ts";

/** Something that appends its dispatches to a compute pass. */
export interface Encodable {
  encode(pass: GPUComputePassEncoder): void;
}

/** One iteration runs its entries in order, each as many times as it says. */
export interface LoopEntry {
  readonly plan: Encodable;
  readonly times: number;
}

export interface LoopOptions {
  /** How long one submission should keep the GPU busy. 8 suits a page that must stay smooth. */
  readonly targetMilliseconds: number;
  readonly maxIterationsPerSubmit?: number;
}

/** What rides at the end of the last submission of a stretch. */
export interface LoopEnd {
  /** Encoded once, after the last iteration. */
  readonly plans?: readonly Encodable[];
  readonly reads?: readonly ReadRange[];
}

/** Longest submission that is ever made: some drivers reset a GPU that is busy for two seconds. */
const longestMilliseconds = 500;

/**
 * Repeats a fixed list of plans: each submission is one pass of as many iterations as fill the target time, measured as
 * it runs, with a bounded number in flight. How the iterations are cut into submissions does not change a bit of the
 * result.
 */
export class Loop {
  #iterationMilliseconds: number | undefined;
  #lastDone = 0;
  #index = 0;
  #last: Promise<void> = Promise.resolve();
  /** Why a submission did not run. Everything behind it is wrong. */
  #failure: { readonly reason: unknown } | undefined;

  constructor(
    readonly device: Device,
    readonly readback: Readback,
    /** What iteration number `index` runs, counted from the loop's beginning. */
    readonly entries: (index: number) => readonly LoopEntry[],
    readonly options: LoopOptions,
  ) {}

  /** Number of the next iteration. */
  get index(): number {
    return this.#index;
  }

  /** Begins anew at a number, whatever became of the iterations so far. */
  set index(value: number) {
    this.#index = value;
    this.#failure = undefined;
  }

  /** Milliseconds that one iteration takes on the GPU, as measured so far. */
  get iterationMilliseconds(): number | undefined {
    return this.#iterationMilliseconds;
  }

  /**
   * Encodes and submits `iterations`, waiting only while too much is in flight. `shouldStop` is asked before each
   * submission. Returns how many iterations were submitted, and the read that `end` asked for. Rejects, as that read does,
   * if an earlier submission of the loop failed.
   */
  async run(
    iterations: number,
    end: LoopEnd = {},
    shouldStop: () => boolean | undefined = () => false,
  ): Promise<{ submitted: number; read: StagedRead | undefined }> {
    let submitted = 0;
    let read: StagedRead | undefined;
    while (submitted < iterations) {
      await this.device.ready();
      this.#assertWhole();
      if (shouldStop()) break;
      const count = Math.min(this.#chunk(), iterations - submitted);
      const isLast = submitted + count === iterations;
      read = this.#submit(count, isLast ? end : {});
      submitted += count;
    }
    return { submitted, read };
  }

  /** Resolves when all that was submitted has run; rejects if something has not. */
  async finished(): Promise<void> {
    await this.#last;
    this.#assertWhole();
  }

  #assertWhole(): void {
    if (this.#failure) throw this.#failure.reason;
  }

  #submit(count: number, end: LoopEnd): StagedRead | undefined {
    let read: StagedRead | undefined;
    this.readback.noteSubmission();
    const started = performance.now();
    const done = this.device.submit(`${count} iterations`, (encoder) => {
      const pass = encoder.beginComputePass();
      for (let i = 0; i < count; i++) {
        for (const { plan, times } of this.entries(this.#index++)) {
          for (let k = 0; k < times; k++) plan.encode(pass);
        }
      }
      for (const plan of end.plans ?? []) plan.encode(pass);
      pass.end();
      if (end.reads) read = this.readback.stage(encoder, end.reads);
    });
    this.#last = done.then(
      () => this.#measure(started, count),
      (reason: unknown) => {
        this.#failure ??= { reason };
      },
    );
    const staged = read as StagedRead | undefined;
    return (
      staged && {
        read: async () => {
          const [bytes] = await Promise.all([staged.read(), this.finished()]);
          return bytes;
        },
      }
    );
  }

  #measure(started: number, count: number): void {
    const now = performance.now();
    const each = (now - Math.max(started, this.#lastDone)) / count;
    this.#lastDone = now;
    const before = this.#iterationMilliseconds;
    this.#iterationMilliseconds = before === undefined ? each : 0.7 * before + 0.3 * each;
  }

  #chunk(): number {
    const { targetMilliseconds, maxIterationsPerSubmit = 1024 } = this.options;
    const each = this.#iterationMilliseconds;
    if (each === undefined) return 1;
    const target = Math.min(targetMilliseconds, longestMilliseconds);
    return Math.max(1, Math.min(maxIterationsPerSubmit, Math.floor(target / Math.max(each, 1e-3))));
  }
}
