import type { Runner } from "./workload.ts";

export interface MeasureOptions {
  readonly rounds: number;
  /** How long one sample lasts at least. A sample is many runs and one wait for the GPU. */
  readonly leastMilliseconds: number;
  readonly progress?: (round: number) => void;
}

/** Milliseconds that one run takes in every round; or the error that ended it. */
export type Outcome = readonly number[] | { readonly error: unknown };

/**
 * Measures runners together. One that fails is out, and the others go on. The
 * runners take turns, A B A B: a machine that slows down slows all of them.
 */
export async function measureInTurn(
  runners: readonly Runner[],
  { rounds, leastMilliseconds, progress }: MeasureOptions,
): Promise<Outcome[]> {
  const times: number[][] = runners.map(() => []);
  const errors = new Map<Runner, unknown>();
  const inTurn = async (task: (runner: Runner, i: number) => Promise<void>) => {
    for (const [i, runner] of runners.entries()) {
      if (!errors.has(runner)) await task(runner, i).catch((error: unknown) => errors.set(runner, error));
    }
  };
  const counts: number[] = [];
  await inTurn(async (runner, i) => {
    counts[i] = await runsFor(runner, leastMilliseconds);
  });
  for (let round = 0; round < rounds; round++) {
    progress?.(round);
    await inTurn(async (runner, i) => {
      const count = counts[i] as number;
      times[i]?.push((await timed(() => runner.run(count))) / count);
    });
  }
  return runners.map((runner, i) => (errors.has(runner) ? { error: errors.get(runner) } : (times[i] as number[])));
}

/** Warms a runner up, and finds how many runs fill a sample. */
async function runsFor(runner: Runner, leastMilliseconds: number): Promise<number> {
  let count = 1;
  for (;;) {
    const elapsed = await timed(() => runner.run(count));
    if (elapsed >= leastMilliseconds) return count;
    // The first runs of a plan are slower than the later ones, so a guess may fall short: then it is made again.
    count = Math.max(
      count + 1,
      Math.min(10 * count, Math.ceil((1.2 * count * leastMilliseconds) / Math.max(elapsed, 0.01))),
    );
  }
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}
