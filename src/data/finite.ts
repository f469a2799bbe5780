import type { State } from "../compile/state.ts";
import type { Engine } from "../engine/engine.ts";
import { OptionError, OutOfMemoryError } from "../errors/errors.ts";
import { formatBytes } from "../gpu/device.ts";
import { byteSize, type DType, type TypedArray } from "../graph/shape.ts";
import type { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { assertWhole } from "./options.ts";

/** What a finite data set needs: its samples on the GPU as rows of a table, and the order to draw them in. */

/**
 * A table [count, width] on the GPU.
 *
 * @throws OutOfMemoryError if the adapter can't bind so much at once, with the number of samples that it can.
 */
export function uploadTable(engine: Engine, name: string, values: TypedArray, width: number, dtype: DType): State {
  const count = values.length / width;
  const limit = Math.min(engine.limits.maxBufferSize, engine.limits.maxStorageBufferBindingSize);
  const bytes = byteSize([count, width], dtype);
  if (bytes > limit) {
    const fitting = Math.floor(limit / byteSize([width], dtype));
    throw new OutOfMemoryError(
      `${name}: ${count} samples take ${formatBytes(bytes)}, but this adapter binds at most ${formatBytes(limit)} at ` +
        `once. Use at most ${fitting} of them, or make each one smaller.`,
    );
  }
  const table = engine.state(`data: ${name}`, [count, width], dtype);
  table.write(values);
  return table;
}

/** The classes of the rows of a table, u32 [count, 1]. */
export function uploadLabels(engine: Engine, name: string, labels: Uint16Array): State {
  return uploadTable(engine, `${name}, labels`, Uint32Array.from(labels), 1, "u32");
}

/** The classes u32 [size] of the rows that were drawn. */
export function labelsAt(engine: Engine, labels: State, rows: Tensor): Tensor {
  return engine.read(labels).gather(rows).flatten();
}

/**
 * Indices u32 [size] of the next minibatch: every sample comes once an epoch, and each epoch has an order of its own.
 *
 * @throws OptionError if `size` is no whole number of at least 1, or larger than the data set.
 */
export function drawMinibatch(name: string, random: Random, size: number, count: number): Tensor {
  assertWhole(name, "the batch size", size);
  if (size > count) {
    throw new OptionError(
      `${name}: a minibatch of ${size} is more than the ${count} sample${count === 1 ? "" : "s"} that there are; use a ` +
        `batch size of at most ${count}, or more data.`,
    );
  }
  return random.minibatch(size, count);
}
