import { at } from "../../errors/at.ts";
import { assertWhole } from "../options.ts";
import type { DataSource, LabelledBatch, ModeSet } from "../source.ts";

/** The mixture of modes that are known to be right, with weights whose sum is 1. */
export function mixtureOf(name: string, modes: ModeSet): DataSource<LabelledBatch> {
  const { centers, standardDeviation, weights } = modes;
  const numbers = centers.flat();
  const dimensions = at(centers, 0).length;
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
