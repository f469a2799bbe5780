import type { Loop } from "../../compile/plan/loop.ts";
import { abortSignal, assertKeys, type Kinds } from "../../errors/checks.ts";
import type { StagedRead } from "../../gpu/readback.ts";
import type { Shape } from "../../graph/shape.ts";
import { ringRows, type TelemetryRow } from "../../probes/telemetry.ts";
import type { Pause } from "../run/pause.ts";
import type { TrainOptions, TrainReport } from "../run/report.ts";
import { createSampler, outputRanges, type ReportSampler } from "../run/report_sampler.ts";
import type { Run } from "../run/run.ts";
import { wholeNumber } from "../steps/run_options.ts";
import type { Measurements } from "./measurements.ts";
import type { Usage } from "./usage.ts";

const trainKinds: Kinds<TrainOptions> = {
  steps: true,
  reportEvery: true,
  samples: true,
  grid: true,
  signal: abortSignal,
};

/** What a training moves, reads and waits for. */
export interface Training extends Run {
  readonly loop: Loop;
  readonly measurements: Measurements;
  /** Of what the game makes. */
  readonly sampleShape: () => Shape;
  /** Of the last call of `train`, for the next one that asks for the same. */
  sampler: ReportSampler | undefined;
  readonly pause: Pause;
  readonly usage: Usage;
}

/** See `GameTrainer.train`. */
export async function* train<PlayerName extends string>(
  training: Training,
  options: TrainOptions,
): AsyncGenerator<TrainReport<PlayerName>, void, undefined> {
  assertKeys<TrainOptions>("train", options, trainKinds, { steps: "epochs iterations" });
  const steps = wholeNumber("steps", options.steps, 1, 2 ** 31);
  const reportEvery = wholeNumber("reportEvery", options.reportEvery ?? 100, 1, 2 ** 31);
  const count = wholeNumber("samples", options.samples ?? 0, 0, 2 ** 20);
  const gridCount = wholeNumber("grid", options.grid ?? 0, 0, 2 ** 20);
  const { loop, measurements, usage } = training;
  usage.begin("train");
  try {
    const sampler = count + gridCount > 0 ? await samplerFor(training, count, gridCount) : undefined;
    reserveReads(training, Math.min(steps, reportEvery), sampler);
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
      const { bytes } = await advance(training, stop, isReport ? sampler : undefined, options.signal);
      const reached = loop.index;
      if (reached === from) break;
      const arrived = bytes.then((parts) => measurements.take(from, reached, parts));
      arrived.catch(() => undefined);
      if (!isReport && reached === stop) {
        rows.push(...(await arrived).rows);
        continue;
      }
      const before = rows;
      rows = [];
      const next = arrived.then((part) => measurements.report<PlayerName>(reached, before, part, clock, sampler));
      next.catch(() => undefined);
      if (pending) yield await pending;
      pending = next;
      usage.assertUsable();
    }
    const last = await pending;
    usage.assertUsable();
    if (last) yield last;
  } catch (error) {
    usage.assertUsable();
    throw error;
  } finally {
    usage.end();
  }
}

async function samplerFor(training: Training, count: number, gridCount: number): Promise<ReportSampler> {
  const { context, usage, sampler: known } = training;
  if (known?.count === count && known.gridCount === gridCount) return known;
  training.sampler = undefined;
  known?.plan.dispose();
  const sampler = await createSampler(context, count, gridCount);
  if (usage.isDisposed) sampler.plan.dispose();
  usage.assertUsable();
  training.sampler = sampler;
  return sampler;
}

/** Submits steps up to `stop`, fewer if the signal says so, with the reads of what they measured. */
async function advance(
  training: Training,
  stop: number,
  sampler: ReportSampler | undefined,
  signal?: AbortSignal,
): Promise<{ readonly bytes: Promise<ArrayBuffer[]> }> {
  const { context, ring, loop, pause, usage } = training;
  const from = loop.index;
  let read: StagedRead | undefined;
  const shouldStop = () => pause.isPaused || usage.isDisposed || signal?.aborted === true;
  while (loop.index < stop && signal?.aborted !== true) {
    usage.assertUsable();
    const reads = [...ring.ranges(from, stop), ...(sampler ? outputRanges(sampler) : [])];
    const end = { reads, plans: sampler ? [sampler.plan] : [] };
    const target = Math.min(stop, loop.index + streamedSteps(training));
    ({ read } = await loop.run(target - loop.index, target === stop ? end : {}, shouldStop));
    await loop.device.guard(pause.passed(signal));
  }
  usage.assertUsable();
  if (loop.index === from) return { bytes: Promise.resolve([]) };
  return { bytes: read?.read() ?? context.engine.readRanges(ring.ranges(from, loop.index)) };
}

/**
 * Puts the samples on the GPU that the next steps draw from, where it does not hold all of them, and tells for how many
 * steps they last. It depends on the step alone, so a repeated or restored run draws the same.
 */
function streamedSteps({ context, loop }: Training): number {
  const { data, run, game } = context;
  // Each player draws for itself; who takes the most steps goes through the data fastest.
  const steps = Object.values(game.players).map(({ stepsPerTurn }) => stepsPerTurn);
  const perStep = run.batchSize * Math.max(...steps);
  return Math.ceil((data.advance?.(loop.index * perStep) ?? Number.POSITIVE_INFINITY) / perStep);
}

/** Each stretch's read overlaps the next one's: whether a second buffer is needed would depend on how fast they are. */
function reserveReads({ ring, loop }: Training, steps: number, sampler: ReportSampler | undefined): void {
  const ranges = [...ring.ranges(0, Math.min(steps, ringRows / 2)), ...(sampler ? outputRanges(sampler) : [])];
  const bytes = ranges.reduce((sum, { size }) => sum + size, 0);
  loop.readback.reserve(bytes, 2);
}
