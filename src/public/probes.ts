/** `probes`: what is measured in the backward pass, and what it means. */
export { balance } from "../probes/balance.ts";
export { type Ailment, diagnose, type Finding, type Severity } from "../probes/diagnose.ts";
export { exponentBins, gradientFlow } from "../probes/gradient_flow.ts";
export { gainThreshold, lossGain } from "../probes/loss_gain.ts";
export { countNonFinite, type ProbeValues, quantiles, rootMeanSquare, share } from "../probes/probe_values.ts";
export type {
  Advice,
  Change,
  Remedy,
  ScaledNumber,
} from "../probes/remedies.ts";
export { activationSaturation, saturationThreshold } from "../probes/saturation.ts";
export { series, type TelemetryColumn, type TelemetryRow, type TelemetryTable } from "../probes/telemetry.ts";
export { type NamedRange, updateRatios } from "../probes/update_ratio.ts";
