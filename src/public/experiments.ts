/** `saddlepoint/experiments`: what tells more of a run than its probes do, and leaves it as it is. */
export type { RitzValue } from "../gan/experiments/arnoldi.ts";
export { type DualityGap, type DualityGapOptions, dualityGap, type GameValue } from "../gan/experiments/duality_gap.ts";
export { type EigenvalueOptions, eigenvalues, type GameSpectrum } from "../gan/experiments/eigenvalues.ts";
export {
  type FrozenGenerator,
  type FrozenGeneratorOptions,
  frozenGenerator,
  type GradientCurve,
} from "../gan/experiments/frozen_generator.ts";
export { type PathAngle, type PathAngleOptions, pathAngle } from "../gan/experiments/path_angle.ts";
export type { PathVerdict } from "../gan/experiments/path_verdict.ts";
export type { ExperimentOptions, ReadableGan, ReadableRun } from "../gan/experiments/run_copy.ts";
