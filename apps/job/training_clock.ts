import type { Engine, EngineStats } from "saddlepoint";

/** What the training alone takes, where other things are done in between. */
export class TrainingClock {
  readonly #engine: Engine;
  readonly #startedAt = performance.now();
  #milliseconds = 0;
  #dispatches = 0;
  #buffersCreated = 0;

  /** @param before seconds of training before this program began */
  constructor(engine: Engine, before = 0) {
    this.#engine = engine;
    this.#milliseconds = -1000 * before;
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt - this.#milliseconds) / 1000;
  }

  /** Of what was no training. */
  get aside(): Pick<EngineStats, "dispatches" | "buffersCreated"> {
    return { dispatches: this.#dispatches, buffersCreated: this.#buffersCreated };
  }

  /** Does something that is no training. */
  async without(task: () => Promise<unknown>): Promise<void> {
    const [from, before] = [performance.now(), this.#engine.stats()];
    try {
      await task();
    } finally {
      const after = this.#engine.stats();
      this.#milliseconds += performance.now() - from;
      this.#dispatches += after.dispatches - before.dispatches;
      this.#buffersCreated += after.buffersCreated - before.buffersCreated;
    }
  }
}
