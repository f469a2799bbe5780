import type { ModeSet } from "../../data/source.ts";
import { at } from "../../errors/at.ts";
import { array, assertKeys, assertKind, list, needed, numbers, positive } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import { data } from "../../graph/primitives/leaf.ts";
import { formatShape } from "../../graph/shape.ts";
import { assertTensors, Tensor } from "../../tensor/tensor.ts";

/**
 * Which modes of a known mixture a set of samples covers, as VEEGAN measures it (Srivastava et al. 2017): a sample is of
 * high quality if it lies within 3 standard deviations of the nearest centre, and only such samples count for a mode.
 * Of a round Gaussian in the plane, 1 - exp(-9/2) = 98.9 % of the samples are of high quality.
 */

/** In standard deviations. */
const highQualityRadius = 3;

/** What `histogram` can count. */
const maxModes = 1024;

export interface ModeCoverage {
  /** High-quality samples of each mode, u32 [modes]. */
  readonly counts: Tensor;
  /** Share of the samples that are of high quality, f32 scalar from 0 to 1. */
  readonly highQuality: Tensor;
}

/**
 * Coverage of samples f32 [n, dimensions], as a graph: it runs on the GPU, in a plan or eagerly. A sample with NaN or an
 * infinity is of no mode. No gradient flows through it.
 *
 * @throws ShapeError for samples of another shape; OptionError for more than 1024 modes.
 */
export function modeCoverage(samples: Tensor, modes: ModeSet): ModeCoverage {
  assertTensors("modeCoverage", { samples });
  const dimensions = dimensionsOf("modeCoverage", modes);
  const { centers, standardDeviation } = modes;
  const count = centers.length;
  if (samples.dtype !== "f32" || samples.shape.length !== 2 || samples.shape[1] !== dimensions) {
    throw new ShapeError(
      `modeCoverage: samples ${samples.dtype}${formatShape(samples.shape)} for centers of ${dimensions} coordinates; ` +
        `give f32[n, ${dimensions}].`,
    );
  }
  if (count > maxModes) {
    throw new OptionError(`modeCoverage: ${count} modes; at most ${maxModes} are counted on the GPU.`);
  }
  const n = at(samples.shape, 0);
  const table = new Tensor(data(Float32Array.from(centers.flat()), [1, count, dimensions], "f32"), samples.evaluator);
  const offsets = samples.reshape([n, 1, dimensions]).sub(table);
  const squaredDistances = offsets.square().sum(2);
  const isNear = squaredDistances.min(1).lessEqual((highQualityRadius * standardDeviation) ** 2);
  // Told by the bits, because shader compilers may assume that a comparison never sees NaN.
  const isNumber = samples.exponentBits().max(1).less(255);
  // One past the last mode is a bin that the histogram doesn't count.
  const nearest = Tensor.where(isNear, squaredDistances.neg().argmax(1), count);
  const mode = Tensor.where(isNumber, nearest, count);
  return { counts: mode.histogram(count), highQuality: mode.less(Tensor.scalar(count, "u32")).cast("f32").mean() };
}

/** Coordinates of a centre. @throws OptionError for modes that are none, or centres of several lengths. */
function dimensionsOf(where: string, modes: ModeSet): number {
  assertKeys<ModeSet>(where, modes, { centers: needed(list), standardDeviation: needed(positive), weights: numbers });
  const dimensions = Object(modes.centers[0]).length;
  for (const center of modes.centers) {
    assertKind(where, "a center", center, {
      says: `as many finite numbers for each, in an array`,
      is: (value) => numbers.is(value) && center.length === dimensions,
    });
  }
  if (dimensions > 0) return dimensions;
  throw new OptionError(`${where}: there are no centers; give at least one point.`);
}

/** The same on the CPU: `points` row-major [n, dimensions]. `highQuality` is a share from 0 to 1. */
export function modeCoverageOf(
  points: ArrayLike<number>,
  modes: ModeSet,
): { readonly counts: Uint32Array; readonly highQuality: number } {
  assertKind("modeCoverageOf", "the points", points, array);
  const dimensions = dimensionsOf("modeCoverageOf", modes);
  const { centers, standardDeviation } = modes;
  const n = points.length / dimensions;
  if (!Number.isInteger(n) || n === 0) {
    throw new ShapeError(`modeCoverageOf: ${points.length} numbers are not points with ${dimensions} coordinates.`);
  }
  const counts = new Uint32Array(centers.length);
  for (let i = 0; i < n; i++) {
    const distances = centers.map((center) =>
      Math.hypot(...center.map((c, axis) => at(points, i * dimensions + axis) - c)),
    );
    const nearest = Math.min(...distances);
    if (!(nearest <= highQualityRadius * standardDeviation)) continue;
    const mode = distances.indexOf(nearest);
    counts[mode] = at(counts, mode) + 1;
  }
  return { counts, highQuality: counts.reduce((sum, count) => sum + count, 0) / n };
}

/** What the counts of high-quality samples say, under both rules that are in use. */
export interface ModeSummary {
  /** Samples that were drawn, of whatever quality. */
  readonly n: number;
  readonly modeCount: number;
  /** How near to a centre a sample must lie to count. */
  readonly threshold: "3 standard deviations";
  /** Modes with at least one high-quality sample: VEEGAN's rule. It forgives a mode with almost no mass. */
  readonly capturedAtLeastOne: number;
  /** Modes whose high-quality samples are at least 1 % of all n samples: the stricter rule of later replications. */
  readonly capturedOnePercent: number;
  /** Share of the n samples that are of high quality, 0 to 1. */
  readonly highQualityShare: number;
  /** High-quality samples of each mode. */
  readonly counts: readonly number[];
}

/**
 * Sums up counts of high-quality samples per mode among `n` samples; VEEGAN draws 2500.
 *
 * @throws OptionError if `n` is no whole number of at least 1, or the counts are no whole numbers or more than `n`.
 */
export function summariseModes(counts: ArrayLike<number>, n: number): ModeSummary {
  assertKind("summariseModes", "counts", counts, array);
  const hits = Array.from(counts);
  const total = hits.reduce((sum, count) => sum + count, 0);
  const isCount = (count: number) => Number.isInteger(count) && count >= 0;
  if (!Number.isInteger(n) || n < 1 || !hits.every(isCount) || total > n) {
    throw new OptionError(
      `summariseModes: counts [${hits.join(", ")}] of n = ${n} samples; give whole numbers of at least 0 that sum to at ` +
        "most n.",
    );
  }
  return {
    n,
    modeCount: hits.length,
    threshold: "3 standard deviations",
    capturedAtLeastOne: hits.filter((count) => count >= 1).length,
    capturedOnePercent: hits.filter((count) => 100 * count >= n).length,
    highQualityShare: total / n,
    counts: hits,
  };
}
