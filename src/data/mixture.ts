import { assertKeys, text } from "../gpu/checks.ts";
import { checkedModes } from "./modes.ts";
import { assertWhole } from "./options.ts";
import type { DataSource, LabelledBatch } from "./source.ts";

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
 * its distance from the centre. Samples f32 [size, dimensions]; the label of each is the index of its mode.
 *
 * @throws OptionError for no or ragged centres, two equal ones, a deviation that is not above 0, or bad weights.
 */
export function gaussianMixture(options: MixtureOptions): DataSource<LabelledBatch> {
  assertKeys<MixtureOptions>("gaussianMixture", options, {
    centers: true,
    standardDeviation: true,
    weights: true,
    name: text,
  });
  const { name = "gaussianMixture", ...given } = options;
  const modes = checkedModes(name, given);
  const { centers, standardDeviation, weights } = modes;
  const numbers = centers.flat();
  const dimensions = (centers[0] as readonly number[]).length;
  const sampleShape = Object.freeze([dimensions]);
  return {
    name,
    sampleShape,
    shapes: { samples: sampleShape, labels: [] },
    classes: centers.length,
    modes,
    range: [Math.min(...numbers) - standardDeviation, Math.max(...numbers) + standardDeviation],
    prepare: (engine) => {
      const table = engine.tensor(centers);
      const isWeighted = weights && centers.length > 1;
      // Where the share of one mode ends and that of the next begins.
      const bounds = isWeighted ? engine.tensor(cumulative(weights).slice(0, -1)) : undefined;
      return {
        batch: (random, size) => {
          assertWhole(name, "the batch size", size);
          const labels = bounds
            ? random.uniform([size, 1]).greaterEqual(bounds).cast("f32").sum(1).cast("u32")
            : random.integers([size], centers.length);
          const samples = table.gather(labels).add(random.normal([size, dimensions]).mul(standardDeviation));
          return { samples, labels };
        },
        dispose: () => undefined,
      };
    },
  };
}

function cumulative(weights: readonly number[]): number[] {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum;
  });
}
