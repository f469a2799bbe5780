/** `metrics`: how good samples are. */
export {
  type ModeCoverage,
  type ModeSummary,
  modeCoverage,
  modeCoverageOf,
  summariseModes,
} from "../metrics/mode_coverage.ts";
export { modeReverseKl, modeTotalVariation } from "../metrics/mode_divergence.ts";
