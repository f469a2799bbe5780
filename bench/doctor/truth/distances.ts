/** How two sets of points lie to each other, in float64: points in a row, [n, size]. */

export interface Points {
  readonly values: ArrayLike<number>;
  /** Numbers of a point. */
  readonly size: number;
}

const countOf = ({ values, size }: Points) => values.length / size;

function distance(a: Points, i: number, b: Points, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.size; k++) sum += ((a.values[i * a.size + k] ?? 0) - (b.values[j * b.size + k] ?? 0)) ** 2;
  return Math.sqrt(sum);
}

function meanDistance(a: Points, b: Points, isSame: boolean): number {
  let sum = 0;
  const [n, m] = [countOf(a), countOf(b)];
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) sum += distance(a, i, b, j);
  // A point's distance from itself is none.
  return sum / (isSame ? n * (n - 1) : n * m);
}

/**
 * The energy distance as a share, 1 - (E|x - x'| + E|y - y'|) / 2 E|x - y| (Székely and Rizzo 2013, the coefficient of
 * inhomogeneity): 0 of equal distributions, towards 1 of ones that are far apart. Unbiased, so of equal ones it may be negative.
 */
export function energyShare(a: Points, b: Points): number {
  return 1 - (meanDistance(a, a, true) + meanDistance(b, b, true)) / (2 * meanDistance(a, b, false));
}

/** The distance of each point to the k-th nearest of its own kind. */
function radii(points: Points, k: number): number[] {
  const n = countOf(points);
  return Array.from({ length: n }, (_, i) => {
    const all = Array.from({ length: n }, (_, j) =>
      i === j ? Number.POSITIVE_INFINITY : distance(points, i, points, j),
    );
    return all.sort((a, b) => a - b)[k - 1] ?? Number.POSITIVE_INFINITY;
  });
}

/**
 * The share of `points` that lie within the k-th neighbour's distance of a point of `of` (Kynkäänniemi et al. 2019): precision
 * of generated points in real ones, and recall the other way round.
 */
export function coveredShare(points: Points, of: Points, k = 5): number {
  const reach = radii(of, k);
  const n = countOf(points);
  let covered = 0;
  for (let i = 0; i < n; i++) {
    covered += reach.some((radius, j) => distance(points, i, of, j) <= radius) ? 1 : 0;
  }
  return covered / n;
}

/** The share of `points` that lie within `reach` of one of the others. */
export function nearShare(points: Points, of: Points, reach: number): number {
  const [n, m] = [countOf(points), countOf(of)];
  let near = 0;
  for (let i = 0; i < n; i++) {
    let isNear = false;
    for (let j = 0; j < m && !isNear; j++) isNear = distance(points, i, of, j) <= reach;
    near += isNear ? 1 : 0;
  }
  return near / n;
}

/** The root of the mean variance of a point's numbers. */
export function deviation({ values, size }: Points): number {
  const n = values.length / size;
  let total = 0;
  for (let k = 0; k < size; k++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) sum += values[i * size + k] ?? 0;
    for (let i = 0; i < n; i++) squares += ((values[i * size + k] ?? 0) - sum / n) ** 2;
    total += squares / n;
  }
  return Math.sqrt(total / size);
}

/** The same within groups: the root of the mean variance of a point's numbers around the mean of its group. */
export function deviationWithin({ values, size }: Points, groups: readonly number[]): number {
  const all = [...new Set(groups)];
  let total = 0;
  for (const group of all) {
    const own = groups.flatMap((each, i) => (each === group ? [i] : []));
    const some = {
      values: own.flatMap((i) => Array.from({ length: size }, (_, k) => values[i * size + k] ?? 0)),
      size,
    };
    total += (deviation(some) ** 2 * own.length) / groups.length;
  }
  return Math.sqrt(total);
}

/** The mean point. */
export function center({ values, size }: Points): number[] {
  const n = values.length / size;
  return Array.from({ length: size }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[i * size + k] ?? 0;
    return sum / n;
  });
}

/** The share of pairs, one of each list, whose first number is the higher one; ties count half (Mann and Whitney 1947). */
export function rankedRight(high: ArrayLike<number>, low: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < high.length; i++) {
    for (let j = 0; j < low.length; j++) {
      const [a, b] = [high[i] ?? 0, low[j] ?? 0];
      right += a > b ? 1 : a === b ? 0.5 : 0;
    }
  }
  return right / Math.max(1, high.length * low.length);
}
