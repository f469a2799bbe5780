import type { DataSource, PreparedData } from "../data/source.ts";
import type { Engine } from "../engine.ts";
import type { Tensor } from "../tensor.ts";

/** Between the data's own units and those that the networks see: where the source says so, each coordinate standardised. */

const row = (engine: Engine, numbers: readonly number[]) => engine.tensor(numbers, [1, numbers.length]);

/** What is constant is moved to 0, and kept as it is otherwise. */
const deviationsOf = ({ columns = [] }: DataSource) => columns.map(({ deviation }) => deviation || 1);
const meansOf = ({ columns = [] }: DataSource) => columns.map(({ mean }) => mean);

/** Samples [n, ...] in the data's own units as networks see them. */
export function standardised(engine: Engine, data: DataSource, samples: Tensor): Tensor {
  if (!data.standardise) return samples;
  return samples.sub(row(engine, meansOf(data))).div(row(engine, deviationsOf(data)));
}

/** The inverse. */
export function inOwnUnits(engine: Engine, data: DataSource, samples: Tensor): Tensor {
  if (!data.standardise) return samples;
  return samples.mul(row(engine, deviationsOf(data))).add(row(engine, meansOf(data)));
}

/** The source on the engine, as networks see it. */
export function prepareStandardised(engine: Engine, data: DataSource): PreparedData {
  const prepared = data.prepare(engine);
  if (!data.standardise) return prepared;
  return {
    batch: (random, size) => standardised(engine, data, prepared.batch(random, size)),
    dispose: () => prepared.dispose(),
  };
}
