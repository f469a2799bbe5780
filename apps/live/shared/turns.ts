/** Work on a live page's training, one piece after the other, and making it anew when its setup changes. */

/** Milliseconds without a further change after which a new training is made: longer than from key to key in a list. */
const usualPause = 400;

export interface TurnsOptions {
  /** Called at once when a new training is asked for: what is shown is of the settings before from now on. */
  readonly outdated: () => void;
  /** Disposes the training that there is, and makes one of the settings of now. May reject once the signal aborts. */
  readonly build: (signal: AbortSignal) => Promise<void>;
  /** What a piece of work threw. */
  readonly failed: (error: unknown) => void;
  readonly pause?: number;
}

export interface Turns {
  /** Runs a piece of work after those before: two never touch the training at once. */
  inTurn(task: () => Promise<void>): Promise<void>;
  /** As `inTurn`; a later call takes the place of an earlier one whose turn has not come. */
  next(task: () => Promise<void>): void;
  /** A new training, whatever is being made is cut short for it. Of changes in quick succession the last one alone counts. */
  afterChange(): void;
  /** The same without waiting for another change. */
  rebuild(): void;
  /** Cuts short what is being made, for good. */
  abort(): void;
}

export function createTurns({ outdated, build, failed, pause = usualPause }: TurnsOptions): Turns {
  let queue: Promise<void> = Promise.resolve();
  let making = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let links = 0;

  const inTurn = (task: () => Promise<void>): Promise<void> => {
    queue = queue.then(task).catch(failed);
    return queue;
  };
  const abort = () => {
    clearTimeout(timer);
    making.abort();
  };
  const start = () => {
    const { signal } = making;
    void inTurn(async () => {
      if (signal.aborted) return;
      try {
        await build(signal);
      } catch (error) {
        // Whatever went wrong with a training that nobody wants any more is none of the reader's business.
        if (!signal.aborted) throw error;
      }
    });
  };
  const renew = () => {
    abort();
    making = new AbortController();
    outdated();
  };
  return {
    inTurn,
    next(task) {
      const link = ++links;
      void inTurn(async () => {
        if (link === links) await task();
      });
    },
    afterChange() {
      renew();
      timer = setTimeout(start, pause);
    },
    rebuild() {
      renew();
      start();
    },
    abort,
  };
}
