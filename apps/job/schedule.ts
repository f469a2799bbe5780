/** When a job changes its learning rates, reports, and measures images. */
import { io } from "saddlepoint";
import { linearDecay } from "../shared/linear_decay.ts";
import type { ResolvedJob } from "./job_config.ts";

/** A part of the training in which the learning rates stand still. */
export interface Stretch {
  readonly steps: number;
  /** The learning rates, as a share of those at the start. */
  readonly rate: number;
}

/**
 * The training in stretches of constant learning rate, which end at the `stops` too. A control takes effect with the next
 * submission; between two calls of `train` nothing is in flight, so that the change falls on the same step in every run of
 * a seed.
 */
export function stretches(
  { steps, learningRateDecay: { from, to } }: ResolvedJob,
  reportEvery: number,
  stops: readonly number[] = [],
): Stretch[] {
  const constant = Math.min(steps, Math.ceil((steps * from) / reportEvery) * reportEvery);
  const ends = [...new Set([...stops.filter((stop) => stop < constant), constant])].sort((a, b) => a - b);
  const parts: Stretch[] = ends.map((end, i) => ({ steps: end - (ends[i - 1] ?? 0), rate: 1 }));
  const falling = steps - constant;
  for (let done = 0; done < falling; ) {
    const part = Math.min(reportEvery, falling - done);
    done += part;
    parts.push({ steps: part, rate: linearDecay(done / falling, to) });
  }
  return parts;
}

/** What is left of the stretches after the first `done` steps. */
export function remaining(all: readonly Stretch[], done: number): Stretch[] {
  let from = 0;
  return all.flatMap(({ steps, rate }) => {
    const to = from + steps;
    const left = Math.min(steps, to - done);
    from = to;
    return left > 0 ? [{ steps: left, rate }] : [];
  });
}

/** At most this many measurements of images a run: each takes about as long as some hundred steps. */
const mostEvaluations = 10;

/** The steps after which images are measured: those of some reports, evenly spread, and the last. */
export function evaluationSteps({ steps }: ResolvedJob, reportEvery: number): number[] {
  const reports = Array.from({ length: Math.ceil(steps / reportEvery) }, (_, i) =>
    Math.min(steps, (i + 1) * reportEvery),
  );
  return io.evenlyChosen(reports, mostEvaluations);
}

/** About 50 reports a run: enough for curves of the metrics, too few to cost time. */
export function reportInterval({ steps }: ResolvedJob): number {
  return Math.min(200, Math.max(1, Math.round(steps / 50)));
}
