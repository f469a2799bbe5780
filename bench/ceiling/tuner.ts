/** Picks the fastest of a few ways to compute the same, by time, before anything is measured. */
import type { Dispatch, Wires } from "./wires.ts";

/** A list that is ready to run, and a buffer that it writes. */
export interface Wired {
  readonly list: readonly Dispatch[];
  readonly output: GPUBuffer;
}

const rounds = 5;
/** How long a sample lasts at least, in milliseconds: shorter ones measure the clock and the wait. */
const sample = 4;

/**
 * The candidates take turns, and the best time of each counts: whatever else a machine does only adds to a time.
 *
 * @param candidates at least one
 */
export async function fastest<Candidate>(
  wires: Wires,
  candidates: readonly Candidate[],
  make: (candidate: Candidate) => Promise<Wired>,
): Promise<Candidate> {
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const tried: { readonly candidate: Candidate; readonly wired: Wired; times: number; best: number }[] = [];
  for (const candidate of candidates) {
    const wired = await make(candidate);
    // The first run compiles, on some adapters.
    await timed(wires, wired, 1);
    const once = await timed(wires, wired, 1);
    const times = Math.max(1, Math.ceil(sample / Math.max(once, 0.01)));
    tried.push({ candidate, wired, times, best: Number.POSITIVE_INFINITY });
  }
  for (let round = 0; round < rounds; round++) {
    for (const one of tried) one.best = Math.min(one.best, await timed(wires, one.wired, one.times));
  }
  return tried.reduce((least, one) => (one.best < least.best ? one : least)).candidate;
}

/** Milliseconds of one run. */
async function timed(wires: Wires, { list, output }: Wired, times: number): Promise<number> {
  const start = performance.now();
  wires.run(list, times);
  await wires.read(output);
  return (performance.now() - start) / times;
}
