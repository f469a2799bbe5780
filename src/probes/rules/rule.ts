import type { Evidence, Severity } from "../finding.ts";
import type { Columns, ProbeColumns } from "../probe.ts";
import type { Remedy } from "../remedies.ts";
import type { TelemetryColumn, TelemetryRow } from "../telemetry.ts";

/**
 * A rule of diagnosis: what it watches in a run, row by row. It sees every row once, in order, and keeps nothing of it but
 * what it asks `keep` for: so the same rows give the same findings, live, from a file, or in a test, whether they come one by
 * one or all at once. It takes columns by the probe that measures them, so that a renamed one does not compile. One of your
 * own, for `probes: { rules: [...] }` of a trainer:
 *
 *   import { probes } from "saddlepoint";
 *
 *   export const idleGenerator: probes.Rule = {
 *     name: "idle-generator",
 *     severity: "warning",
 *     watch: (run) =>
 *       run.sites(probes.gradientFlow, "rms").map(({ site, read }) => ({
 *         site,
 *         lasts: 50,
 *         observe: (row) => probes.observed({ rms: read(row) }, ({ rms }) => probes.below(rms, 1e-8, 1e-7)),
 *         tell: ({ rms }) => ({ title: "Idle generator", text: `a gradient of ${rms} arrives at ${site}.` }),
 *       })),
 *   };
 */
export interface Rule {
  /** What it finds, in words joined by hyphens, such as `idle-generator`: the finding's ailment. */
  readonly name: string;
  /** Of its findings that say none themselves. Default `warning`. */
  readonly severity?: Severity;
  /** One for each place where it may show; none where what it looks at was not measured. */
  watch(run: WatchedRun): readonly Watch[];
}

/** Something at one place that may show for a while. */
export interface Watch {
  /** Such as `discriminator/logit`. */
  readonly site: string;
  /**
   * In how many observations it must show to be a finding. One in which it is gone takes two of them back, so that noise
   * around a threshold does not add up to a finding.
   */
  readonly lasts: number;
  /** In how many it must be gone, more than it shows again, to be over. Default: as many as it must last. */
  readonly ends?: number;
  /** What a row says; undefined where it measured nothing of it, which neither makes a stretch nor ends it. */
  observe(row: TelemetryRow): Observation | undefined;
  /** How bad it is, by the numbers; an episode is as severe as it ever was. Default: the rule's. */
  severity?(numbers: Numbers): Severity;
  /** What a finding says. */
  tell(numbers: Numbers, episode: EpisodeFacts): Told;
}

export type Numbers = Readonly<Record<string, number>>;

export interface Observation {
  /** Whether it shows; undefined between where it is entered and where it is left, which changes nothing. */
  readonly shows: boolean | undefined;
  /** What was measured: a finding has the mean over the last `lasts` observations in which it showed. */
  readonly numbers: Numbers;
  /** What is told of the first observation in which it showed, such as the site of the first NaN. */
  readonly first?: Evidence;
  /** Whether the next one tells it better. */
  readonly isRough?: boolean;
}

/** What is known of a stretch. */
export interface EpisodeFacts {
  readonly sinceStep: number;
  readonly first: Evidence;
}

/** What a rule tells of a stretch; the step in which it began is put to the message and the evidence in one place. */
export interface Told {
  /** The beginning of the message, before the step, and its end. */
  readonly title: string;
  readonly text: string;
  /** The whole message, where it has another form. */
  readonly message?: string;
  /** Where it shows, if that is not the watch's site. */
  readonly site?: string;
  /** The numbers. Default: those of the observations. One that is NaN is left out. */
  readonly evidence?: Evidence;
  readonly remedies?: readonly Remedy[];
}

/** What the critic's output says: above 0 is real, more is more real, or how badly it reconstructs a sample. */
export type CriticOutput = "logit" | "score" | "error";

/** What is known of the samples drawn last. */
export interface SampleMetrics {
  /** Where the data has known modes: a `ModeSummary`. */
  readonly modes?: {
    readonly modeCount: number;
    readonly capturedAtLeastOne: number;
    readonly capturedOnePercent: number;
    readonly highQualityShare: number;
  };
}

/** How the run is set up. */
export interface RunConfiguration {
  /** Samples in a step of a player. */
  readonly batchSize: number;
  /** The rule of play, by its name. */
  readonly play: string;
  readonly precision: "f32" | "mixed";
  /** By player. */
  readonly stepsPerTurn: Readonly<Record<string, number>>;
  /** Learning rates, weights and the game's own controls as they stand, by name. */
  readonly controls: Readonly<Record<string, number>>;
  /** The first beta of a player's optimiser, or its momentum, where it has one. */
  readonly momentum?: Readonly<Record<string, number>>;
  /** Every how many turns a term counts, with so many times its weight; those that always count are not there. */
  readonly intervals?: Readonly<Record<string, number>>;
  /** By their names, where the run has such choices. */
  readonly loss?: string;
  readonly penalties?: readonly string[];
  readonly tricks?: readonly string[];
}

/** What a column says in a row: NaN where the step did not measure it, and where there is no such column. */
export type Reader = (row: TelemetryRow) => number;

export interface SiteReader {
  readonly site: string;
  readonly read: Reader;
}

/** What a rule looks at: columns to read rows by, and what is known of the run besides. */
export interface WatchedRun {
  /** A column of a probe; its element `index` where it has several. */
  column<Of extends Columns>(probe: ProbeColumns<Of>, column: keyof Of & string, index?: number): Reader;
  /** A column of a site probe at every site of a player's backward pass, in its order; the player is the generator if left out. */
  sites<Of extends Columns>(probe: ProbeColumns<Of>, column: keyof Of & string, player?: string): readonly SiteReader[];
  /** A player's loss. */
  loss(player: string): Reader;
  /** The terms of a player's loss, by their names in the place of sites: where it has several. */
  terms(player: string): readonly SiteReader[];
  /** How hard each term pulls by itself, as `probes: { terms: true }` measures it, by the terms' names. */
  pulls(player: string): readonly SiteReader[];
  /** `updateRatios` of every parameter, by its name in the place of the site. */
  updates(): readonly SiteReader[];
  /**
   * Numbers that last from row to row, to be read and written in `observe`: as they were left, and in the first row `first`.
   * The names are the rule's own.
   */
  keep(name: string, first: readonly number[]): number[];
  /** In the order of their turns. */
  readonly players: readonly string[];
  /** Undefined where it is not known. */
  readonly output: CriticOutput | undefined;
  /** The critic's output that says neither real nor generated; undefined where no such number is, as of a Wasserstein critic. */
  readonly boundary: number | undefined;
  readonly metrics: SampleMetrics;
  /** Undefined where it is not known, as of a table from a file. */
  readonly configuration: RunConfiguration | undefined;
  /** All that was measured. */
  readonly columns: readonly TelemetryColumn[];
}
