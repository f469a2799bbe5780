import { type Engine, engineKind } from "../../engine/engine.ts";
import { fault } from "../../errors/at.ts";
import { array, assertKeys, assertKind, type Kinds, shape as shapeKind } from "../../errors/checks.ts";
import { DataError, ShapeError } from "../../errors/errors.ts";
import { data } from "../../graph/primitives/leaf.ts";
import { formatShape, type Shape, sizeOf } from "../../graph/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";

/** Samples on the host as `trainer.sample()` gives them: row-major, the first axis counts them. Features are [n, d]. */
export interface Samples {
  readonly values: Float32Array;
  readonly shape: Shape;
}

/** Samples as points: everything but the first axis flattened. */
export interface Rows {
  readonly values: Float32Array;
  readonly n: number;
  readonly d: number;
}

/**
 * @param least how many samples the metric `where` needs.
 * @throws ShapeError for too few samples or values that don't fill the shape; DataError for NaN or an infinity.
 */
export function rowsOf(where: string, samples: Samples, least = 1): Rows {
  // Of null, too, the values are undefined.
  const { values: given, shape } = Object(samples) as Samples;
  assertKind(where, "the samples' values", given, array);
  assertKind(where, "the samples' shape", shape, shapeKind);
  const values = given instanceof Float32Array ? given : Float32Array.from(given as ArrayLike<number>);
  const [n = 0, ...rest] = shape;
  const d = sizeOf(rest);
  if (shape.length < 2 || values.length !== n * d || d < 1) {
    throw new ShapeError(
      `${where}: ${values.length} values with the shape ${formatShape(shape)}; give samples [n, ...] that fill it.`,
    );
  }
  if (n < least) throw new ShapeError(`${where}: ${n} samples; give at least ${least}.`);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new DataError(
      `${where}: sample ${Math.floor(i / d)} holds ${values[i]}. A metric of broken samples says nothing; find where ` +
        "the generator stopped being finite.",
    );
  }
  return { values, n, d };
}

/** What every metric that computes on the GPU is given. @throws OptionError for what is of another kind. */
export function assertMetric<Options extends object>(
  where: string,
  engine: Engine,
  options: Options,
  kinds: Kinds<Options>,
): void {
  assertKind(where, "the engine", engine, engineKind);
  assertKeys<Options>(where, options, kinds);
}

/** Two sets that are compared. @throws ShapeError if their samples have different sizes, and as `rowsOf` does. */
export function rowPair(where: string, a: Samples, b: Samples, least = 1): readonly [Rows, Rows] {
  const pair = [rowsOf(where, a, least), rowsOf(where, b, least)] as const;
  if (pair[0].d !== pair[1].d) {
    throw new ShapeError(
      `${where}: samples of ${formatShape(a.shape.slice(1))} against ${formatShape(b.shape.slice(1))}; both sets need ` +
        "the same features.",
    );
  }
  return pair;
}

/** A leaf of the host's values, without a copy: uploaded when it is used. */
export function upload(engine: Engine, values: Float32Array, shape: Shape): Tensor {
  return new Tensor(data(values, shape, "f32"), engine);
}

/** The mean of each column, f64 [d]. */
export function columnMeans({ values, n, d }: Rows): Float64Array {
  const means = new Float64Array(d);
  for (let row = 0, i = 0; row < n; row++) {
    for (let k = 0; k < d; k++, i++) means[k] = (means[k] ?? 0) + (values[i] ?? 0);
  }
  return means.map((sum) => sum / n);
}

/** The elements of an f32 tensor; see `Tensor.data`. */
export async function floatsOf(tensor: Tensor): Promise<Float32Array> {
  const values = await tensor.data();
  if (!(values instanceof Float32Array)) throw fault(`A tensor of ${tensor.dtype} holds no floats`);
  return values;
}
