import { assertKind, list } from "../errors/checks.ts";
import { assertTensors, type Tensor } from "../tensor/tensor.ts";
import { type Columns, callable, type Measured, type ProbeColumns } from "./probe.ts";
import { rootMeanSquare } from "./probe_values.ts";

/** A stretch of a flat parameter vector. */
export interface NamedRange {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

function ratiosOf(change: Tensor, value: Tensor, ranges: readonly NamedRange[]): Measured<Columns> {
  assertTensors("updateRatios", { change, value });
  assertKind("updateRatios", "the ranges", ranges, list);
  // The change is needed once for every parameter, and the old value is gone by then.
  const kept = change.copy();
  return Object.fromEntries(
    ranges.map(({ name, offset, size }) => {
      const step = rootMeanSquare(kept.slice([offset], [size]));
      const magnitude = rootMeanSquare(value.slice([offset], [size]));
      return [name, ratioOf(step, magnitude)];
    }),
  );
}

/** 0 where the parameter is. */
const ratioOf = (change: Tensor, magnitude: Tensor): Tensor =>
  change.div(magnitude.maximum(1e-30)).mul(magnitude.greater(0).cast("f32"));

/** As a probe, it has a column for each parameter, by the parameter's name: those are known with the networks alone. */
const byParameter: ProbeColumns = { name: "update", columns: {} };

/**
 * RMS(change) / RMS(value) of each parameter in one step, by name. About 1e-3 is usual; far below, the parameter stands
 * still, and near 1 it is thrown about. A parameter that is all zero gives 0.
 */
export const updateRatios = callable(ratiosOf, byParameter);
