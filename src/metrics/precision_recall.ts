import type { Engine } from "../engine/engine.ts";
import { count } from "../errors/checks.ts";
import { assertNeighbours } from "./neighbours/nearest_neighbours.ts";
import { countInside, neighbourBalls } from "./neighbours/neighbour_balls.ts";
import type { Measurement } from "./statistics/measurement.ts";
import { proportionInterval } from "./statistics/proportion_interval.ts";
import { assertMetric, rowPair, type Samples } from "./statistics/samples.ts";

export interface PrecisionRecallOptions {
  /** Which neighbour a ball reaches to. Default 3. */
  readonly k?: number;
}

/**
 * Improved precision and recall (Kynkäänniemi et al. 2019) of features [n, d] and [m, d]: the share of fake samples in a
 * ball of the real ones, and of real samples in a ball of the fake ones, where a ball about a sample reaches to its k-th
 * nearest neighbour of the same set and holds its rim. Low precision: samples like none in the data. Low
 * recall: modes were dropped.
 *
 * Both depend on n and m, and are below 1 for real against real; compare equal numbers. One outlier in a set makes a large
 * ball: `densityCoverage` is robust to that. The intervals are Wilson's for shares of the samples, with the balls held fixed.
 *
 * @throws OptionError if `k` is not below n and m; ShapeError and DataError as `frechetDistance`.
 */
export async function precisionRecall(
  engine: Engine,
  real: Samples,
  fake: Samples,
  options: PrecisionRecallOptions = {},
): Promise<{ readonly precision: Measurement; readonly recall: Measurement }> {
  assertMetric("precisionRecall", engine, options, { k: count });
  const { k = 3 } = options;
  const [x, y] = rowPair("precisionRecall", real, fake, 2);
  assertNeighbours("precisionRecall", k, Math.min(x.n, y.n) - 1);
  const realBalls = await neighbourBalls(engine, x, k);
  const fakeBalls = await neighbourBalls(engine, y, k);
  const measure = async (metric: string, balls: typeof realBalls, points: typeof x): Promise<Measurement> => {
    const { ofPoint } = await countInside(engine, balls, points, "closed");
    const inside = ofPoint.filter((count) => count > 0).length;
    return {
      metric,
      value: inside / points.n,
      interval: proportionInterval(inside, points.n),
      n: [x.n, y.n],
      settings: { k, features: x.d },
    };
  };
  return {
    precision: await measure("Precision", realBalls, y),
    recall: await measure("Recall", fakeBalls, x),
  };
}
