/** `metrics`: how good samples are. */

export { type ByteCache, memoryCache } from "../cache/byte_cache.ts";
export { indexedDbCache } from "../cache/indexed_db_cache.ts";
export {
  type BirthdayMeasurement,
  type BirthdayOptions,
  birthdayTest,
  type SamplePair,
} from "../metrics/birthday.ts";
export {
  type Classified,
  type ClassifierOptions,
  ImageClassifier,
  samplesOf,
} from "../metrics/classifier/classifier.ts";
export { type DensityCoverageOptions, densityCoverage } from "../metrics/density_coverage.ts";
export { type FrechetOptions, frechetDistance, frechetOfMoments } from "../metrics/frechet.ts";
export { type GaussianDivergences, gaussianDivergences } from "../metrics/gaussian_divergences.ts";
export { type KernelDistance, type KernelDistanceOptions, kernelDistance } from "../metrics/kernel_distance.ts";
export { type LaplacianPatchOptions, laplacianPatches } from "../metrics/laplacian_patches.ts";
export { type ClassAccuracy, classAccuracy } from "../metrics/modes/class_accuracy.ts";
export { type ClassModeOptions, type ClassModes, modesOfClasses } from "../metrics/modes/class_modes.ts";
export {
  type ClassSpread,
  type ClassSpreadOptions,
  classSpread,
  type LabelledSamples,
} from "../metrics/modes/class_spread.ts";
export {
  type ModeCoverage,
  type ModeSummary,
  modeCoverage,
  modeCoverageOf,
  summariseModes,
} from "../metrics/modes/mode_coverage.ts";
export { modeForwardKl, modeReverseKl, modeTotalVariation } from "../metrics/modes/mode_divergence.ts";
export { type MsSsimOptions, msSsim, msSsimDiversity } from "../metrics/ms_ssim.ts";
export { type NdbMeasurement, type NdbOptions, ndb } from "../metrics/ndb.ts";
export { type Neighbours, nearestNeighbours } from "../metrics/neighbours/nearest_neighbours.ts";
export { type PrecisionRecallOptions, precisionRecall } from "../metrics/precision_recall.ts";
export { type SlicedWassersteinOptions, slicedWasserstein } from "../metrics/sliced_wasserstein.ts";
export { type BootstrapOptions, bootstrap } from "../metrics/statistics/bootstrap.ts";
export { classHistogram } from "../metrics/statistics/class_histogram.ts";
export { describe, type Interval, type Measurement } from "../metrics/statistics/measurement.ts";
export type { Moments } from "../metrics/statistics/moments.ts";
export { proportionInterval } from "../metrics/statistics/proportion_interval.ts";
export type { Samples } from "../metrics/statistics/samples.ts";
