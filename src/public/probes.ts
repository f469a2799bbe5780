/** `probes`: what is measured in the backward pass, and what it means. */
export { balance } from "../probes/balance.ts";
export { type DiagnoseOptions, diagnose } from "../probes/diagnosis/diagnose.ts";
export { examineRules } from "../probes/diagnosis/examine.ts";
export { Examiner } from "../probes/diagnosis/examiner.ts";
export type { OwnProbes } from "../probes/diagnosis/own_probes.ts";
export type { RunFacts } from "../probes/diagnosis/watched_run.ts";
export type { Ailment, Episode, Evidence, Finding, KnownAilment, Severity } from "../probes/finding.ts";
export { exponentBins, gradientFlow } from "../probes/gradient_flow.ts";
export type { TelemetryBucket } from "../probes/history/buckets.ts";
export {
  type HistoryColumn,
  type SavedHistory,
  type SavedHistoryColumn,
  TelemetryHistory,
  type TelemetryHistoryOptions,
} from "../probes/history/history.ts";
export { type ColumnFilter, type ColumnSelection, select } from "../probes/history/select.ts";
export { gainThreshold, lossGain } from "../probes/loss_gain.ts";
export { nonFiniteGradients, nonFiniteValues } from "../probes/non_finite.ts";
export { type Columns, defineProbe, type Measured, type Probe, type ProbeColumns } from "../probes/probe.ts";
export { countNonFinite, type ProbeValues, quantiles, rootMeanSquare, share } from "../probes/probe_values.ts";
export {
  type Advice,
  type Change,
  type Remedy,
  remedy,
  type ScaledNumber,
} from "../probes/remedies.ts";
export * from "../probes/rules/all.ts";
export { defaultRules } from "../probes/rules/defaults.ts";
export { above, allShow, below, observed } from "../probes/rules/observed.ts";
export type {
  CriticOutput,
  EpisodeFacts,
  Numbers,
  Observation,
  Reader,
  Rule,
  RunConfiguration,
  SampleMetrics,
  SiteReader,
  Told,
  Watch,
  WatchedRun,
} from "../probes/rules/rule.ts";
export { sampleSpread } from "../probes/sample_spread.ts";
export { activationSaturation, saturationThreshold } from "../probes/saturation.ts";
export { defineSiteProbe, type Site, type SiteProbe } from "../probes/site_probe.ts";
export { series, type TelemetryColumn, type TelemetryRow, type TelemetryTable } from "../probes/telemetry.ts";
export { updateDirection } from "../probes/update_direction.ts";
export { type NamedRange, updateRatios } from "../probes/update_ratio.ts";
