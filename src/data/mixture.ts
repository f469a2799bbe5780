import { OptionError } from "../gpu/errors.ts";
import { assertPoint, assertPositive, assertWhole } from "./options.ts";
import type { DataSource, ModeSet } from "./source.ts";

export interface MixtureOptions {
  /** One point a mode, all of one length. */
  readonly centers: readonly (readonly number[])[];
  /** Of every mode along every axis. */
  readonly standardDeviation: number;
  /** Relative frequency of each mode, above 0; all equal if left out. */
  readonly weights?: readonly number[];
  readonly name?: string;
}

/**
 * A mixture of round Gaussians, p(x) = sum_k w_k N(x; c_k, s^2 I): which mode a sample belongs to is drawn first, then
 * its distance from the centre. Samples f32 [size, dimensions].
 *
 * @throws OptionError for no or ragged centres, two equal ones, a deviation that is not above 0, or bad weights.
 */
export function gaussianMixture(options: MixtureOptions): DataSource {
  const { name = "gaussianMixture", centers, standardDeviation } = options;
  const dimensions = assertCenters(name, centers);
  assertPositive(name, "standardDeviation", standardDeviation);
  const weights = options.weights && normaliseWeights(name, options.weights, centers.length);
  const modes: ModeSet = { centers, standardDeviation, ...(weights && { weights }) };
  return {
    name,
    sampleShape: [dimensions],
    modes,
    prepare: (engine) => {
      const table = engine.tensor(centers);
      const isWeighted = weights && centers.length > 1;
      // Where the share of one mode ends and that of the next begins.
      const bounds = isWeighted ? engine.tensor(cumulative(weights).slice(0, -1)) : undefined;
      return {
        batch: (random, size) => {
          assertWhole(name, "the batch size", size);
          const mode = bounds
            ? random.uniform([size, 1]).greaterEqual(bounds).cast("f32").sum(1).cast("u32")
            : random.integers([size], centers.length);
          return table.gather(mode).add(random.normal([size, dimensions]).mul(standardDeviation));
        },
        dispose: () => undefined,
      };
    },
  };
}

function assertCenters(name: string, centers: readonly (readonly number[])[]): number {
  const first = centers[0];
  if (!first || first.length === 0) throw new OptionError(`${name}: there are no centers; give at least one point.`);
  const indexOf = new Map<string, number>();
  centers.forEach((center, i) => {
    assertPoint(name, `center ${i}`, center, first.length);
    const twin = indexOf.get(center.join());
    if (twin !== undefined) {
      throw new OptionError(
        `${name}: centers ${twin} and ${i} are both [${center.join(", ")}], which is one mode counted twice; take one ` +
          "out, or give the mode a larger weight.",
      );
    }
    indexOf.set(center.join(), i);
  });
  return first.length;
}

function normaliseWeights(name: string, weights: readonly number[], modes: number): number[] {
  if (weights.length !== modes) {
    throw new OptionError(`${name}: ${weights.length} weights for ${modes} centers; give one for each.`);
  }
  weights.forEach((weight, i) => {
    assertPositive(name, `weight ${i}`, weight);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function cumulative(weights: readonly number[]): number[] {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum;
  });
}
