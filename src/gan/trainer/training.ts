import { abortSignal, assertKeys, type Kinds } from "../../errors/checks.ts";
import type { StagedRead } from "../../gpu/readback.ts";
import { ringRows, type TelemetryRow } from "../../probes/telemetry.ts";
import type { TrainOptions, TrainReport } from "../run/report.ts";
import { createSampler, outputRanges, type ReportSampler } from "../run/report_sampler.ts";
import { wholeNumber } from "../steps/run_options.ts";
import { report, take } from "./measured.ts";
import { assertIdle, assertUsable, type TrainerState } from "./state.ts";

const trainKinds: Kinds<TrainOptions> = {
  steps: true,
  reportEvery: true,
  samples: true,
  grid: true,
  signal: abortSignal,
};

/** See `GameTrainer.train`. */
export async function* train<PlayerName extends string>(
  state: TrainerState,
  options: TrainOptions,
  atReport?: () => void,
): AsyncGenerator<TrainReport<PlayerName>, void, undefined> {
  assertKeys<TrainOptions>("train", options, trainKinds, { steps: "epochs iterations" });
  const steps = wholeNumber("steps", options.steps, 1, 2 ** 31);
  const reportEvery = wholeNumber("reportEvery", options.reportEvery ?? 100, 1, 2 ** 31);
  const count = wholeNumber("samples", options.samples ?? 0, 0, 2 ** 20);
  const gridCount = wholeNumber("grid", options.grid ?? 0, 0, 2 ** 20);
  const { loop } = state;
  assertIdle(state, "train");
  state.busy = "train";
  try {
    const sampler = count + gridCount > 0 ? await samplerFor(state, count, gridCount) : undefined;
    reserveReads(state, Math.min(steps, reportEvery), sampler);
    const target = loop.index + steps;
    const clock = { from: loop.index, at: performance.now(), target };
    let pending: Promise<TrainReport<PlayerName>> | undefined;
    let rows: TelemetryRow[] = [];
    while (loop.index < target) {
      const from = loop.index;
      const nextReport = Math.min(target, (Math.floor(from / reportEvery) + 1) * reportEvery);
      // The ring must be read before it comes round, reports or not.
      const stop = Math.min(nextReport, from + ringRows / 2);
      const isReport = stop === nextReport;
      const { bytes } = await advance(state, stop, isReport ? sampler : undefined, options.signal);
      const reached = loop.index;
      if (reached === from) break;
      const arrived = bytes.then((parts) => take(state, from, reached, parts));
      arrived.catch(() => undefined);
      if (!isReport && reached === stop) {
        rows.push(...(await arrived).rows);
        continue;
      }
      atReport?.();
      const before = rows;
      rows = [];
      const next = arrived.then((part) => report<PlayerName>(state, reached, before, part, clock, sampler));
      next.catch(() => undefined);
      if (pending) yield await pending;
      pending = next;
      assertUsable(state);
    }
    const last = await pending;
    assertUsable(state);
    if (last) yield last;
  } catch (error) {
    assertUsable(state);
    throw error;
  } finally {
    state.busy = undefined;
  }
}

async function samplerFor(state: TrainerState, count: number, gridCount: number): Promise<ReportSampler> {
  const { context, sampler: known } = state;
  if (known?.count === count && known.gridCount === gridCount) return known;
  state.sampler = undefined;
  known?.plan.dispose();
  const sampler = await createSampler(context, count, gridCount);
  if (state.isDisposed) sampler.plan.dispose();
  assertUsable(state);
  state.sampler = sampler;
  return sampler;
}

/** Submits steps up to `stop`, fewer if the signal says so, with the reads of what they measured. */
async function advance(
  state: TrainerState,
  stop: number,
  sampler: ReportSampler | undefined,
  signal?: AbortSignal,
): Promise<{ readonly bytes: Promise<ArrayBuffer[]> }> {
  const { context, ring, loop, pause } = state;
  const from = loop.index;
  let read: StagedRead | undefined;
  const shouldStop = () => pause.isPaused || state.isDisposed || signal?.aborted === true;
  while (loop.index < stop && signal?.aborted !== true) {
    assertUsable(state);
    const reads = [...ring.ranges(from, stop), ...(sampler ? outputRanges(sampler) : [])];
    const end = { reads, plans: sampler ? [sampler.plan] : [] };
    const target = Math.min(stop, loop.index + streamedSteps(state));
    ({ read } = await loop.run(target - loop.index, target === stop ? end : {}, shouldStop));
    await loop.device.guard(pause.passed(signal));
  }
  assertUsable(state);
  if (loop.index === from) return { bytes: Promise.resolve([]) };
  return { bytes: read?.read() ?? context.engine.readRanges(ring.ranges(from, loop.index)) };
}

/**
 * Puts the samples on the GPU that the next steps draw from, where it does not hold all of them, and tells for how many
 * steps they last. It depends on the step alone, so a repeated or restored run draws the same.
 */
function streamedSteps({ context, loop }: TrainerState): number {
  const { data, run, game } = context;
  // Each player draws for itself; who takes the most steps goes through the data fastest.
  const steps = Object.values(game.players).map(({ stepsPerTurn }) => stepsPerTurn);
  const perStep = run.batchSize * Math.max(...steps);
  return Math.ceil((data.advance?.(loop.index * perStep) ?? Number.POSITIVE_INFINITY) / perStep);
}

/** Each stretch's read overlaps the next one's: whether a second buffer is needed would depend on how fast they are. */
function reserveReads({ ring, loop }: TrainerState, steps: number, sampler: ReportSampler | undefined): void {
  const ranges = [...ring.ranges(0, Math.min(steps, ringRows / 2)), ...(sampler ? outputRanges(sampler) : [])];
  const bytes = ranges.reduce((sum, { size }) => sum + size, 0);
  loop.readback.reserve(bytes, 2);
}
