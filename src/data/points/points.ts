import { hashOf } from "../../cache/byte_cache.ts";
import type { Engine } from "../../engine/engine.ts";
import { assertKeys, describe, flag, text } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import { formatShape } from "../../graph/shape.ts";
import type { Random } from "../../tensor/random.ts";
import { drawMinibatch, labelsAt, uploadLabels, uploadTable } from "../finite.ts";
import { rowsOf } from "../held_out.ts";
import { checkedLabels, classesOf, type LabelOptions, labelKeys } from "../labels.ts";
import { checkedModes } from "../modes.ts";
import { flattenNumbers, type NestedNumbers, type Numbers } from "../numbers.ts";
import { assertWhole } from "../options.ts";
import type { DataSource, LabelledBatch, Labels, ModeSet, Parting } from "../source.ts";
import { adviceOnScales, columnsOf, standardScale } from "./columns.ts";

export interface PointsOptions extends LabelOptions {
  /**
   * One array of coordinates a point; or all coordinates in a row, `dimensions` of them for each point. Plain arrays, or
   * typed ones of any kind.
   */
  readonly values: NestedNumbers;
  /** Coordinates of a point in a flat array; 2 by default. Nested arrays tell it themselves. */
  readonly dimensions?: number;
  /**
   * True trains on each coordinate minus its mean, by its standard deviation, for coordinates of very different scales.
   * Samples come out in the data's own units, and those that are judged go in so. Default false.
   */
  readonly standardise?: boolean;
  readonly name?: string;
  readonly modes?: ModeSet;
}

type Labelled = { readonly labels: ArrayLike<number> };

const words = {
  place: ([point, coordinate]: readonly number[]) =>
    coordinate === undefined ? `point ${point}` : `coordinate ${coordinate} of point ${point}`,
  parts: "coordinates",
};

/**
 * Points of your own as a finite data set: f32 [size, dimensions], each point once an epoch. Values and labels are copied.
 *
 * @throws DataError for no points, ragged ones, NaN, what is no number, numbers beyond the range of f32, or labels of another
 * number; OptionError for dimensions that contradict the values, and for an option that doesn't exist.
 */
export function points(given: PointsOptions & Labelled): DataSource<LabelledBatch>;
export function points(given: PointsOptions | readonly Numbers[]): DataSource;
export function points(given: PointsOptions | readonly Numbers[]): DataSource {
  const isBare = Array.isArray(given) || ArrayBuffer.isView(given);
  if (isBare && !(Array.isArray(given) && typeof given[0] === "object")) {
    throw new OptionError(
      `points: it was given ${describe(given)}, which doesn't tell the coordinates of a point; give ` +
        "points({ values, dimensions: 2 }), or an array of points.",
    );
  }
  const options = isBare ? { values: given as readonly Numbers[] } : given;
  assertKeys<PointsOptions>("points", options, {
    values: true,
    dimensions: true,
    standardise: flag,
    name: text,
    modes: true,
    ...labelKeys,
  });
  const { name = "points", modes, standardise = false } = options;
  const { values, shape } = flattenNumbers(name, options.values, words);
  const isFlat = shape.length === 1 && shape[0] !== 0;
  const dimensions = options.dimensions ?? (isFlat ? 2 : (shape[1] ?? 2));
  assertWhole(name, "dimensions", dimensions);
  if (values.length === 0) throw new DataError(`${name}: there are no points; give at least one.`);
  if (shape.length > 2) {
    throw new DataError(`${name}: the values have the shape ${formatShape(shape)}; give one array of numbers a point.`);
  }
  if (!isFlat && dimensions !== shape[1]) {
    throw new OptionError(
      `${name}: dimensions is ${dimensions}, but the first point has ${shape[1]} coordinate${shape[1] === 1 ? "" : "s"}; ` +
        "leave `dimensions` out, the points tell it.",
    );
  }
  if (values.length % dimensions !== 0) {
    throw new DataError(
      `${name}: ${values.length} numbers are not a whole count of points with ${dimensions} coordinates; check ` +
        "`dimensions`, or whether the array is cut off.",
    );
  }
  const table = Float32Array.from(values);
  const bad = table.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new DataError(
      `${name}: ${words.place([Math.floor(bad / dimensions), bad % dimensions])} is ${String(table[bad])}, as f32. ` +
        "Training spreads one such number to every parameter; clean the data first.",
    );
  }
  const labels = checkedLabels(name, options, table.length / dimensions, "points");
  return pointsOfTable(
    { name, table, dimensions, standardise, ...(modes !== undefined && { modes: checkedModes(name, modes) }) },
    labels,
  );
}

/** Points that were checked. */
interface OwnPoints {
  readonly name: string;
  readonly table: Float32Array;
  readonly dimensions: number;
  readonly standardise: boolean;
  readonly modes?: ModeSet;
  /** Points that no training draws, with their labels if the others have some. */
  readonly heldOut?: { readonly table: Float32Array; readonly labels?: Uint16Array };
}

function pointsOfTable(points: OwnPoints, labels: Labels): DataSource<LabelledBatch>;
function pointsOfTable(points: OwnPoints, labels: Labels | undefined): DataSource;
function pointsOfTable(points: OwnPoints, labels: Labels | undefined): DataSource {
  const { name, table, dimensions, standardise, modes, heldOut } = points;
  const count = table.length / dimensions;
  const columns = columnsOf(table, dimensions);
  const advice = adviceOnScales(name, columns);
  const ends = columns.flatMap(({ mean, deviation, least, greatest }) =>
    standardise ? [least, greatest].map((end) => (end - mean) / (deviation || 1)) : [least, greatest],
  );
  const sampleShape = Object.freeze([dimensions]);
  return {
    name,
    sampleShape,
    shapes: { samples: sampleShape, ...(labels && { labels: [] }) },
    ...(modes && { modes }),
    ...classesOf(labels),
    count,
    range: [Math.min(...ends), Math.max(...ends)],
    ...(standardise ? { scale: standardScale(columns) } : advice && { advice }),
    digest: () => hashOf([table, String(standardise), ...(labels ? [labels.labels] : [])]),
    // The labels are those of all points, and part with them.
    ...(!heldOut && {
      withLabels: (given: Labels) => pointsOfTable(points, given),
      withHeldOut: ({ rest, held }: Parting) => {
        const part = (which: Uint32Array) => ({
          table: rowsOf(table, dimensions, which),
          ...(labels && { labels: rowsOf(labels.labels, 1, which) }),
        });
        const { labels: own, ...trained } = part(rest);
        return pointsOfTable(
          { ...points, ...trained, heldOut: part(held) },
          labels && own && { ...labels, labels: own },
        );
      },
    }),
    prepare: (engine) => {
      const trained = uploadPoints(engine, points, table, labels?.labels);
      const held = heldOut && uploadPoints(engine, points, heldOut.table, heldOut.labels);
      return {
        batch: trained.batch,
        ...(held && { heldOut: (random: Random, size: number) => held.batch(random, Math.min(size, held.count)) }),
        dispose: () => {
          trained.dispose();
          held?.dispose();
        },
      };
    },
  };
}

/** Points on the GPU, to draw from. */
function uploadPoints(engine: Engine, { name, dimensions }: OwnPoints, table: Float32Array, labels?: Uint16Array) {
  const count = table.length / dimensions;
  const state = uploadTable(engine, name, table, dimensions, "f32");
  const classes = labels && uploadLabels(engine, name, labels);
  const rows = engine.read(state);
  return {
    count,
    batch: (random: Random, size: number) => {
      const drawn = drawMinibatch(name, random, size, count);
      const samples = rows.gather(drawn);
      return classes ? { samples, labels: labelsAt(engine, classes, drawn) } : { samples };
    },
    dispose: () => {
      state.destroy();
      classes?.destroy();
    },
  };
}
