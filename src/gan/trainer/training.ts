import { abortSignal, assertKeys, type Kinds } from "../../errors/checks.ts";
import type { StagedRead } from "../../gpu/readback.ts";
import { ringRows, type TelemetryRow } from "../../probes/telemetry.ts";
import type { TrainOptions, TrainReport } from "../run/report.ts";
import { createSampler, outputRanges, type ReportSampler } from "../run/report_sampler.ts";
import { wholeNumber } from "../steps/run_options.ts";
import { lookCloser } from "./look_closer.ts";
import { examine, report, take } from "./measured.ts";
import type { Stretch } from "./recovery.ts";
import { assertIdle, assertUsable, stepOf, type TrainerState, whileUsable } from "./state.ts";

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
  assertIdle(state, "train");
  state.busy = "train";
  try {
    const sampler = await whileUsable(state, async () => {
      const made = count + gridCount > 0 ? await samplerFor(state, count, gridCount) : undefined;
      reserveReads(state, Math.min(steps, reportEvery), made);
      return made;
    });
    const target = stepOf(state) + steps;
    const clock = { from: stepOf(state), at: performance.now(), target };
    let pending: Promise<TrainReport<PlayerName>> | undefined;
    let rows: TelemetryRow[] = [];
    let examined: Promise<unknown> = Promise.resolve();
    while (stepOf(state) < target) {
      const from = stepOf(state);
      const nextReport = Math.min(target, (Math.floor(from / reportEvery) + 1) * reportEvery);
      state.history?.takeIfDue();
      // The ring must be read before it comes round, reports or not.
      const stop = Math.min(nextReport, from + ringRows / 2, state.history?.nextDue ?? target);
      const isReport = stop === nextReport;
      const advanced = await advance(state, stop, isReport && sampler !== undefined, options.signal);
      if (!advanced) break;
      const reached = stepOf(state);
      const earlier = examined;
      const arrived = advanced.bytes.then(async (parts) => {
        const { rows: taken, rest } = take(state, from, reached, parts);
        // Rows are examined in their order, also where a look at some of them takes longer than the next ones' arrival.
        await earlier;
        const looked = await lookCloser(state, taken);
        examine(state, looked);
        return { rows: looked, rest };
      });
      examined = arrived.catch(() => undefined);
      if (!isReport && reached === stop) {
        rows.push(...(await arrived).rows);
        continue;
      }
      atReport?.();
      const before = rows;
      rows = [];
      state.history?.takeIfDue();
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

/** Submits steps up to `stop`, fewer or none if the signal says so, with the reads of what they measured. */
export async function advance(
  state: TrainerState,
  stop: number,
  isSampled: boolean,
  signal?: AbortSignal,
): Promise<{ readonly bytes: Promise<ArrayBuffer[]> } | undefined> {
  const { pause, recovery } = state;
  const from = stepOf(state);
  let read: StagedRead | undefined;
  const shouldStop = () => {
    state.plans.assertSound();
    state.history?.tick();
    return pause.isPaused || state.isDisposed || signal?.aborted || recovery?.tick();
  };
  while (stepOf(state) < stop && !signal?.aborted) {
    await whileUsable(state, async () => {
      const { loop } = state;
      // It may have been brought back to there.
      if (loop.index < stop) {
        const target = Math.min(stop, loop.index + streamedSteps(state));
        const end = target === stop ? endOf(state, { from, to: stop, isSampled }) : {};
        ({ read } = await loop.run(target - loop.index, end, shouldStop));
      }
      await loop.device.guard(pause.passed(signal));
    });
  }
  assertUsable(state);
  const reached = stepOf(state);
  if (reached === from) return undefined;
  const bytes = read?.read() ?? state.context.engine.readRanges(state.ring.ranges(from, reached));
  const stretch = { from, to: reached, isSampled: isSampled && reached === stop };
  return { bytes: recovery?.read(stretch, bytes) ?? bytes };
}

/** What rides behind a stretch. */
export function endOf({ ring, sampler }: TrainerState, { from, to, isSampled }: Stretch) {
  const sampled = isSampled && sampler ? [sampler] : [];
  return {
    reads: [...ring.ranges(from, to), ...sampled.flatMap(outputRanges)],
    plans: sampled.map(({ plan }) => plan),
  };
}

/**
 * Puts the samples on the GPU that the next steps draw from, where it does not hold all of them, and tells for how many
 * steps they last. It depends on the step alone, so a repeated or restored run draws the same.
 */
export function streamedSteps({ context, loop }: TrainerState): number {
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
