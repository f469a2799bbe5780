import type { Engine } from "../engine/engine.ts";
import { count, inside, whole } from "../errors/checks.ts";
import { assertNeighbours } from "./neighbours/nearest_neighbours.ts";
import { countInside, neighbourBalls } from "./neighbours/neighbour_balls.ts";
import { type BootstrapOptions, bootstrapMean } from "./statistics/bootstrap.ts";
import type { Measurement } from "./statistics/measurement.ts";
import { proportionInterval } from "./statistics/proportion_interval.ts";
import { assertMetric, rowPair, type Samples } from "./statistics/samples.ts";

export interface DensityCoverageOptions extends BootstrapOptions {
  /** Which neighbour a ball reaches to. Default 5. */
  readonly k?: number;
}

/**
 * Density and coverage (Naeem et al. 2020) of features [n, d] and [m, d], with open balls about the real samples that reach
 * to their k-th nearest real neighbour. Density is the number of balls that a fake sample lies in, divided by k: about 1 for
 * real against real, more where samples crowd at the densest places. Coverage is the share of balls that hold a fake
 * sample: about 1 - 2^-k for real against real with n = m.
 *
 * The interval of density is a bootstrap of the fake samples, that of coverage Wilson's for a share of the balls.
 *
 * @throws OptionError if `k` is not below n; ShapeError and DataError as `frechetDistance`.
 */
export async function densityCoverage(
  engine: Engine,
  real: Samples,
  fake: Samples,
  options: DensityCoverageOptions = {},
): Promise<{ readonly density: Measurement; readonly coverage: Measurement }> {
  assertMetric("densityCoverage", engine, options, { k: count, seed: whole, resamples: count, level: inside });
  const { k = 5, seed = 0, ...ofBootstrap } = options;
  const [x, y] = rowPair("densityCoverage", real, fake, 2);
  assertNeighbours("densityCoverage", k, x.n - 1);
  const balls = await neighbourBalls(engine, x, k);
  const { ofPoint, ofBall } = await countInside(engine, balls, y, "open");
  const densities = Float64Array.from(ofPoint, (count) => count / k);
  const covered = ofBall.filter((count) => count > 0).length;
  const shared = { n: [x.n, y.n], settings: { k, features: x.d } };
  return {
    density: { metric: "Density", ...bootstrapMean(densities, { seed, ...ofBootstrap }), seed, ...shared },
    coverage: {
      metric: "Coverage",
      value: covered / x.n,
      interval: proportionInterval(covered, x.n),
      ...shared,
    },
  };
}
