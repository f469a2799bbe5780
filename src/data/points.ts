import { DataError, OptionError } from "../gpu/errors.ts";
import { drawMinibatch, uploadTable } from "./finite.ts";
import { assertWhole } from "./options.ts";
import type { DataSource, ModeSet } from "./source.ts";

export interface PointsOptions {
  /** One array of coordinates a point; or all coordinates in a row, `dimensions` of them for each point. */
  readonly values: Float32Array | readonly (readonly number[])[];
  /** Coordinates of a point in a flat array; 2 by default. Nested arrays tell it themselves. */
  readonly dimensions?: number;
  readonly name?: string;
  readonly modes?: ModeSet;
}

/**
 * Points of your own as a finite data set: f32 [size, dimensions], each point once an epoch.
 *
 * @throws DataError for no points, ragged ones, NaN, or numbers beyond the range of f32; OptionError for dimensions that
 * contradict the values.
 */
export function points(options: PointsOptions): DataSource {
  const { name = "points", values, modes } = options;
  const dimensions = options.dimensions ?? (values instanceof Float32Array ? 2 : (values[0]?.length ?? 2));
  assertWhole(name, "dimensions", dimensions);
  const flat = values instanceof Float32Array ? values : flatten(name, values, dimensions);
  if (flat.length === 0) throw new DataError(`${name}: there are no points; give at least one.`);
  if (flat.length % dimensions !== 0) {
    throw new DataError(
      `${name}: ${flat.length} numbers are not a whole count of points with ${dimensions} coordinates; check ` +
        "`dimensions`, or whether the array is cut off.",
    );
  }
  const bad = flat.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new DataError(
      `${name}: coordinate ${bad % dimensions} of point ${Math.floor(bad / dimensions)} is ${String(flat[bad])}, as f32. ` +
        "Training spreads one such number to every parameter; clean the data first.",
    );
  }
  const count = flat.length / dimensions;
  return {
    name,
    sampleShape: [dimensions],
    ...(modes && { modes }),
    count,
    prepare: (engine) => {
      const state = uploadTable(engine, name, flat, dimensions, "f32");
      const table = engine.read(state);
      return {
        batch: (random, size) => table.gather(drawMinibatch(name, random, size, count)),
        dispose: () => state.destroy(),
      };
    },
  };
}

function flatten(name: string, rows: readonly (readonly number[])[], dimensions: number): Float32Array {
  const first = rows[0]?.length;
  if (first !== undefined && first !== dimensions) {
    throw new OptionError(
      `${name}: dimensions is ${dimensions}, but the first point has ${first} coordinate${first === 1 ? "" : "s"}; leave ` +
        "`dimensions` out, the points tell it.",
    );
  }
  const flat = new Float32Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    if (row.length !== dimensions) {
      throw new DataError(
        `${name}: point ${i} has ${row.length} coordinates, the first one ${dimensions}; all must have the same.`,
      );
    }
    flat.set(row, i * dimensions);
  });
  return flat;
}
