import type { Engine } from "../../engine/engine.ts";
import {
  abortSignal,
  assertKeys,
  callback,
  describe,
  flag,
  type Kinds,
  object,
  positive,
  unknownName,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { lossScaling } from "../../optim/learner.ts";
import { diagnosisOf, type RunExaminer } from "../../probes/diagnosis/diagnosis.ts";
import type { OwnProbes } from "../../probes/diagnosis/own_probes.ts";
import type { Advice } from "../../probes/remedies.ts";
import { assertSiteProbes, type SiteProbe } from "../../probes/site_probe.ts";
import type { Choosers } from "./choosers.ts";
import { checkedSchedules, type Schedules } from "./control_schedule.ts";

/** How a game is run, whatever the game. */
export interface RunOptions {
  /** Samples of the data, and of each prior, in each step of a player. Default 128. */
  readonly batchSize?: number;
  /** Whole number from 0 to 2^32 - 1. The same seed on the same adapter gives the same bits. Default 1. */
  readonly seed?: number;
  /**
   * "mixed" keeps activations and their gradients as f16 between kernels, which halves their memory and traffic, and computes
   * in f32; parameters, penalties and sums stay f32, and a dynamic loss scale keeps small gradients alive. It needs an
   * adapter with shader-f16. Default "f32".
   */
  readonly precision?: Precision;
  /**
   * Moves learning rates and weights along half a cosine while it trains, as R3GAN does:
   * `{ r1Weight: { to: 0.01, steps: 20_000 } }`. Names are those of the controls.
   */
  readonly schedules?: Schedules;
  /** False gives every operation a kernel of its own, to check fusion against. Default true. */
  readonly fuse?: boolean;
  /** What is measured in the backward pass, and what is said of it. */
  readonly probes?: ProbeOptions;
  /** Milliseconds of GPU work a submission. Default 8, for a page that stays smooth; 100 suits a background job. */
  readonly submitMilliseconds?: number;
  /**
   * How many of the pipelines are compiled: while `Trainer.create` waits for them, and behind it, where `total` grows by those
   * of the plans with the costlier probes.
   */
  readonly progress?: (done: number, total: number) => void;
  /**
   * Ends `Trainer.create` while it compiles: it rejects with the signal's reason, and gives back what it took. What is compiled
   * behind it ends, too, and `train` rejects then.
   */
  readonly signal?: AbortSignal;
  /**
   * Whether a trainer whose GPU device is lost asks for another one, and goes on from its last snapshot as if nothing had
   * happened. It keeps one on the host, taken so rarely that it costs less than 1 % of the time. Default: true with
   * `saddlepoint/checkpoints`.
   */
  readonly recovery?: boolean;
  /** Where advice about the configuration, and what went wrong beside the training, goes: a sentence, and data; the console by default. */
  readonly onWarning?: (message: string, advice: Advice) => void;
}

export type Precision = "f32" | "mixed";

export interface ProbeOptions extends OwnProbes {
  /**
   * The costlier probes (gradient flow, saturation, update ratios, non-finite values) run in every step whose number is a
   * multiple of this; rows between carry the losses, the loss gain and the balance, and NaN elsewhere. 0 turns the
   * costlier ones off. Default 1.
   */
  readonly every?: number;
  /**
   * True makes `Trainer.create` wait for the plans with the costlier probes, so that every row from the first step on has all
   * columns that are due: for what compares telemetry. By default the training begins as soon as it can without them; rows
   * lack their columns, which are NaN, until the probed plans are compiled. Parameters are the same bits either way.
   */
  readonly fromStart?: boolean;
  /**
   * True looks at every element of every site, and tells the largest magnitudes and how many values are not finite, too: that
   * costs a third of the speed and more. By default samples stand for a site (at most 512 elements of its gradient, of at least 16
   * samples of the batch; 256 elements of a parameter), which costs a fraction of that; where a loss or a gradient is not finite, the
   * step is computed again with every element, to find the site. Default false.
   */
  readonly exact?: boolean;
  /**
   * True measures, where the costlier probes run, how hard each term of a player pulls by itself: the root mean square of its
   * gradient by the player's parameters, in columns `termGradient/player/term`. It takes a backward pass a term. Default
   * false.
   */
  readonly terms?: boolean;
}

/** Options of a run with every choice made and checked. */
export interface ResolvedRun {
  readonly batchSize: number;
  readonly seed: number;
  readonly precision: Precision;
  readonly schedules: Schedules;
  readonly fuse: boolean;
  readonly probeEvery: number;
  readonly probesFromStart: boolean;
  readonly probesExactly: boolean;
  readonly probesTerms: boolean;
  readonly siteProbes: readonly SiteProbe[];
  /** Makes what examines a run. */
  readonly examiner: () => RunExaminer;
  readonly submitMilliseconds: number;
}

export const runKinds: Kinds<RunOptions> = {
  batchSize: true,
  seed: true,
  precision: true,
  schedules: object,
  fuse: flag,
  probes: object,
  submitMilliseconds: positive,
  progress: callback,
  signal: abortSignal,
  recovery: flag,
  onWarning: callback,
};

/**
 * @param controls names of what can have a schedule
 * @param choosers whose rules of diagnosis are examined before those of the options
 * @throws OptionError for whatever is out of range.
 */
export function resolveRun(
  engine: Engine,
  options: RunOptions,
  controls: readonly string[],
  { diagnosis }: Pick<Choosers, "diagnosis">,
): ResolvedRun {
  const { probes = {} } = options;
  assertKeys<ProbeOptions>("Trainer, probes", probes, {
    every: true,
    fromStart: flag,
    exact: flag,
    terms: flag,
    sites: true,
    rules: true,
  });
  const { sites = [], rules = [] } = probes;
  assertSiteProbes("Trainer, probes", sites);
  return {
    batchSize: wholeNumber("batchSize", options.batchSize ?? 128, 1, 2 ** 24),
    seed: wholeNumber("seed", options.seed ?? 1, 0, 2 ** 32 - 1),
    precision: resolvePrecision(engine, options.precision ?? "f32"),
    schedules: checkedSchedules(options.schedules ?? {}, controls),
    fuse: options.fuse ?? true,
    probeEvery: wholeNumber("probes.every", probes.every ?? 1, 0, 2 ** 20),
    probesFromStart: probes.fromStart ?? false,
    probesExactly: probes.exact ?? false,
    probesTerms: probes.terms ?? false,
    siteProbes: sites,
    examiner: diagnosisOf("Trainer, probes", rules, diagnosis),
    submitMilliseconds: options.submitMilliseconds ?? 8,
  };
}

function resolvePrecision(engine: Engine, precision: Precision): Precision {
  if (precision !== "f32" && precision !== "mixed") {
    throw unknownName("Trainer", "precision", precision, { f32: 0, mixed: 0 });
  }
  if (precision === "mixed") lossScaling();
  if (precision === "mixed" && !engine.features.has("shader-f16")) {
    throw new OptionError(
      `Trainer: precision "mixed" keeps values as f16, which this adapter (${engine.adapterName}) doesn't offer: it has ` +
        'no feature shader-f16. Use "f32".',
    );
  }
  return precision;
}

export function wholeNumber(name: string, value: number, low: number, high: number): number {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new OptionError(`Trainer: ${name} is ${describe(value)}; it must be a whole number from ${low} to ${high}.`);
  }
  return value;
}
