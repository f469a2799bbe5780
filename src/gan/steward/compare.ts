import { type Engine, engineKind } from "../../engine/engine.ts";
import { abortSignal, assertKeys, assertKind, count, list, needed, whole } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Measurement } from "../../metrics/statistics/measurement.ts";
import type { Episode, Finding } from "../../probes/finding.ts";
import { series, type TelemetryTable } from "../../probes/telemetry.ts";
import { Trainer } from "../trainer/trainer.ts";
import type { TrainerConfig } from "../trainer/trainer_config.ts";
import { distanceIn, secondHalf, trained } from "./outcome.ts";

export interface CompareOptions {
  /** Generator steps of each run, at least 40. */
  readonly steps: number;
  /** Of all of them. Default: that of the first configuration, or 1. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** One of several runs that are compared. */
export interface ComparedRun {
  readonly config: TrainerConfig;
  readonly telemetry: TelemetryTable;
  readonly findings: readonly Finding[];
  readonly episodes: readonly Episode[];
  /** How far samples were from the data over the second half, in deviations of the data. */
  readonly distance: Measurement;
}

export interface Comparison {
  /** In the order of the configurations. */
  readonly runs: readonly ComparedRun[];
  /** One quantity by step, a list for each run, all of one length: NaN where a run has not measured it. */
  series(name: string, index?: number): readonly (readonly number[])[];
}

/**
 * Trains several configurations from one seed, one after the other, and lays what they measured side by side.
 *
 *   const { runs, series } = await gan.compare(engine, [config, { ...config, loss: "hinge" }], { steps: 1_000 });
 *   for (const { config, distance } of runs) console.log(config.loss, describe(distance));
 *   const [first, second] = series("gradientFlow/generator/sample/rms");
 *
 * @throws OptionError for configurations that don't fit together, and for none.
 */
export async function compare(
  engine: Engine,
  configs: readonly TrainerConfig[],
  options: CompareOptions,
): Promise<Comparison> {
  assertKind("compare", "the engine", engine, engineKind);
  assertKeys<CompareOptions>("compare", options, { steps: needed(count), seed: whole, signal: abortSignal });
  if (!list.is(configs) || configs.length === 0) {
    throw new OptionError("compare: it needs a list of at least one configuration.");
  }
  const { steps, seed = configs[0]?.seed ?? 1, signal } = options;
  const runs: ComparedRun[] = [];
  for (const config of configs) {
    const probes = { ...config.probes, fromStart: true };
    const trainer = await Trainer.create(engine, { ...config, seed, probes, ...(signal && { signal }) });
    try {
      const run = await trained(trainer, { steps, reportEvery: steps, ...(signal && { signal }) });
      signal?.throwIfAborted();
      runs.push({ ...run, config, distance: distanceIn(secondHalf(run.telemetry)) });
    } finally {
      trainer.dispose();
    }
  }
  const aligned = (values: readonly number[]) => Array.from({ length: steps }, (_, i) => values[i] ?? Number.NaN);
  return { runs, series: (name, index) => runs.map(({ telemetry }) => aligned(series(telemetry, name, index))) };
}
