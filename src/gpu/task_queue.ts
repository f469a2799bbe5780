interface Waiting {
  readonly start: () => void;
  readonly standsBack: () => boolean;
}

/**
 * Runs asynchronous tasks, at most `limit` at a time; the others wait, in the order in which they came. Those that stand back
 * let all others pass, and take a quarter of the places at most, so that one is soon free for whoever comes.
 */
export class TaskQueue {
  #running = 0;
  readonly #waiting: Waiting[] = [];

  constructor(readonly limit: number) {}

  /** @param standsBack asked whenever a place is free */
  async run<Result>(task: () => Promise<Result>, standsBack = () => false): Promise<Result> {
    if (this.#running < this.#places(standsBack())) this.#running++;
    else await new Promise<void>((start) => this.#waiting.push({ start, standsBack }));
    try {
      return await task();
    } finally {
      this.#running--;
      this.#startNext();
    }
  }

  #startNext(): void {
    const first = this.#waiting.findIndex(({ standsBack }) => !standsBack());
    const [next] = this.#running < this.#places(first < 0) ? this.#waiting.splice(Math.max(first, 0), 1) : [];
    if (!next) return;
    this.#running++;
    next.start();
    this.#startNext();
  }

  #places(standBack: boolean): number {
    return standBack ? Math.max(1, Math.floor(this.limit / 4)) : this.limit;
  }
}
