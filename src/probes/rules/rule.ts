import type { Evidence, Finding, Severity } from "../finding.ts";
import type { Columns, ProbeColumns } from "../probe.ts";
import type { Remedy } from "../remedies.ts";
import type { TelemetryTable } from "../telemetry.ts";

/**
 * A rule of diagnosis: from what was measured to a finding, or to none. A pure function: the same rows give the same
 * finding, live, from a file, or in a test. It takes columns by the probe that measures them, so that a renamed one does
 * not compile. One of your own, for `probes: { rules: [...] }` of a trainer:
 *
 *   import { probes } from "saddlepoint";
 *
 *   export const idleGenerator: probes.Rule = {
 *     name: "idle-generator",
 *     severity: "warning",
 *     examine(context) {
 *       const first = context.sites(probes.gradientFlow, "rms")[0];
 *       return probes.lasting(context, {
 *         rows: 50,
 *         // NaN where the step was not probed: that neither makes a stretch nor ends it.
 *         holds: (row) => (Number.isNaN(first?.values[row]) ? undefined : Number(first?.values[row]) < 1e-8),
 *         tell: () => ({
 *           site: first?.site ?? "generator",
 *           title: "Idle generator",
 *           text: "hardly any gradient arrives at its first layer.",
 *           evidence: { rms: first?.values.at(-1) ?? 0 },
 *         }),
 *       });
 *     },
 *   };
 */
export interface Rule {
  /** What it finds, in words joined by hyphens, such as `idle-generator`: the finding's ailment. */
  readonly name: string;
  /** Of its findings that say none themselves. Default `warning`. */
  readonly severity?: Severity;
  examine(context: RuleContext): Found | undefined;
}

/** What a rule found; the rest of a finding comes from the rule. */
export interface Found {
  /** Where it shows, such as `discriminator/logit`. */
  readonly site: string;
  /** The first step of the stretch in which it shows. */
  readonly sinceStep: number;
  /** One sentence with the numbers. */
  readonly message: string;
  readonly severity?: Severity;
  /** The numbers. One that is NaN is left out. */
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
}

/** One column's values at a site, row by row; NaN where the step was not probed. */
export interface SiteSeries {
  readonly site: string;
  readonly values: readonly number[];
}

/** What a rule looks at: a window of telemetry, and what is known of the run besides. */
export interface RuleContext {
  /** The step of each row. */
  readonly steps: readonly number[];
  /** A column of a probe, row by row; its element `index` where it has several. Empty where nothing measured it. */
  series<Of extends Columns>(probe: ProbeColumns<Of>, column: keyof Of & string, index?: number): readonly number[];
  /** A column of a site probe at every site of a player's backward pass; the player is the generator if left out. */
  sites<Of extends Columns>(probe: ProbeColumns<Of>, column: keyof Of & string, player?: string): readonly SiteSeries[];
  /** A player's loss, row by row. */
  losses(player: string): readonly number[];
  /** `updateRatios` of every parameter, by its name in the place of the site. */
  updates(): readonly SiteSeries[];
  /** What the rule found in an earlier window that ended in this one: it tells when a stretch without a beginning here began. */
  readonly before: Finding | undefined;
  /** In the order of their turns. */
  readonly players: readonly string[];
  /** Undefined where it is not known. */
  readonly output: CriticOutput | undefined;
  readonly metrics: SampleMetrics;
  /** Undefined where it is not known, as of a table from a file. */
  readonly configuration: RunConfiguration | undefined;
  /** All that was measured, by the columns' names. */
  readonly table: TelemetryTable;
}
