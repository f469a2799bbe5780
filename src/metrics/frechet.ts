import type { Engine } from "../engine/engine.ts";
import { at } from "../errors/at.ts";
import { assertKind, numbers, whole } from "../errors/checks.ts";
import { ShapeError } from "../errors/errors.ts";

import { groupCount, jackknife } from "./statistics/jackknife.ts";
import type { Measurement } from "./statistics/measurement.ts";
import { groupedMoments, type Moments } from "./statistics/moments.ts";
import { assertMetric, rowPair, type Samples } from "./statistics/samples.ts";
import { symmetricEigen, symmetricEigenvalues } from "./statistics/symmetric_eigen.ts";

export interface FrechetOptions {
  /** Of the groups of the jackknife; the value does not depend on it. Default 0. */
  readonly seed?: number;
}

/**
 * Fréchet distance of two sets of features [n, d] and [m, d], each taken for a Gaussian (Heusel et al. 2017):
 *
 *   |mu - mu'|^2 + tr(S + S' - 2 (S S')^(1/2))
 *
 * It is the FID where the features are those of Inception; otherwise only distances with the same features compare.
 *
 * `value` is this, and too large by about b / n (Chong and Forsyth 2020: "it is impossible to compare FIDs of different n").
 * `corrected` is free of that, and its interval covers zero for real against real. Take n well above d: the correction
 * is to first order, and a covariance of fewer samples than features is singular.
 *
 * @throws ShapeError for less than 4 samples or features of different sizes; DataError for NaN or infinities.
 */
export async function frechetDistance(
  engine: Engine,
  a: Samples,
  b: Samples,
  options: FrechetOptions = {},
): Promise<Measurement> {
  assertMetric("frechetDistance", engine, options, { seed: whole });
  const { seed = 0 } = options;
  const [x, y] = rowPair("frechetDistance", a, b, 4);
  const groups = groupCount(x.n, y.n);
  const [first, second] = await Promise.all([
    groupedMoments(engine, x, groups, seed),
    groupedMoments(engine, y, groups, seed + 1),
  ]);
  const value = frechetOfMoments(first.all, second.all);
  const leftOut = first.leftOut.map((moments, g) => frechetOfMoments(moments, at(second.leftOut, g)));
  return {
    metric: "Fréchet distance",
    value,
    ...jackknife(value, leftOut),
    n: [x.n, y.n],
    seed,
    settings: { features: x.d },
  };
}

function dimensionsOf(moments: Moments): number {
  const { mean, covariance } = Object(moments) as Moments;
  assertKind("frechetOfMoments", "the mean", mean, numbers);
  assertKind("frechetOfMoments", "the covariance", covariance, numbers);
  const d = mean.length;
  if (d > 0 && covariance.length === d * d) return d;
  throw new ShapeError(
    `frechetOfMoments: a mean of ${d} numbers and a covariance of ${covariance.length}; give [d] and [d, d].`,
  );
}

/** The same distance of two Gaussians. @throws ShapeError for moments of different sizes. */
export function frechetOfMoments(a: Moments, b: Moments): number {
  const d = dimensionsOf(a);
  if (dimensionsOf(b) !== d) {
    throw new ShapeError(
      `frechetOfMoments: means of ${d} and of ${b.mean.length} numbers; give moments of the same features.`,
    );
  }
  let distance = 0;
  for (let k = 0; k < d; k++) {
    const onDiagonal = k * d + k;
    distance +=
      ((a.mean[k] ?? 0) - (b.mean[k] ?? 0)) ** 2 + (a.covariance[onDiagonal] ?? 0) + (b.covariance[onDiagonal] ?? 0);
  }
  return distance - 2 * traceOfRoot(a.covariance, b.covariance, d);
}

/**
 * tr((S S')^(1/2)), from S = V L V^T: the product S S' has the eigenvalues of the symmetric C S' C^T with C = L^(1/2) V^T,
 * which are at least zero but for rounding, so that no root of a general matrix is needed.
 */
function traceOfRoot(a: Float64Array, b: Float64Array, d: number): number {
  const { values, vectors } = symmetricEigen(a, d);
  const root = vectors.map((element, i) => element * Math.sqrt(Math.max(values[Math.floor(i / d)] ?? 0, 0)));
  const symmetric = timesTransposed(timesTransposed(root, b, d), root, d);
  return symmetricEigenvalues(symmetric, d).reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
}

/** A B^T of row-major [d, d] matrices. */
function timesTransposed(a: Float64Array, b: Float64Array, d: number): Float64Array {
  const product = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += (a[i * d + k] ?? 0) * (b[j * d + k] ?? 0);
      product[i * d + j] = sum;
    }
  }
  return product;
}
