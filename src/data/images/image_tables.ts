import type { State } from "../../compile/state.ts";
import type { Engine } from "../../engine/engine.ts";
import { at } from "../../errors/at.ts";
import { positive, whole } from "../../errors/checks.ts";
import { OutOfMemoryError } from "../../errors/errors.ts";
import { formatBytes } from "../../gpu/device.ts";
import { uploadLabels, uploadTable } from "../finite.ts";
import { hostRandom, shuffledOrder } from "../host_random.ts";

/**
 * Images and labels as tables on the GPU: all of them if they fit the budget, else a window of them that moves on while
 * training draws from it.
 *
 * The window is a ring of chunks. The images pass through it in an order that is shuffled anew each epoch, and a chunk is
 * replaced after two chunks' worth of draws: each stays for twice as many draws as the window has images, and among those
 * lies a whole epoch of the window, in which each of its images is drawn once.
 */

export interface Residency {
  /**
   * GPU memory for the images; what doesn't fit is held on the host and streamed. By default the smaller of 256 MiB and
   * what the adapter binds at once, which is also the most that is used.
   */
  readonly budgetBytes?: number;
  /** Seeds the order in which streamed images come; 1 by default. */
  readonly orderSeed?: number;
}

/** For `assertKeys`. */
export const residencyKeys = { budgetBytes: positive, orderSeed: whole };

export interface ImageTables {
  /** Images on the GPU at a time. */
  readonly rows: number;
  /** u8 [rows, bytes of an image]. */
  readonly pixels: State;
  /** u32 [rows, 1]. */
  readonly labels: State | undefined;
  /** See `PreparedData`; undefined if all images are on the GPU. */
  readonly advance: ((drawn: number) => number) | undefined;
}

interface HostImages {
  readonly name: string;
  readonly values: Uint8Array;
  readonly labels: Uint16Array | undefined;
  readonly count: number;
}

const defaultBudgetBytes = 256 * 2 ** 20;

/** Chunks of a window of many images: the more, the smaller the upload that a step may have to wait for. */
const chunksPerWindow = 16;

/** Images of a chunk come in fours, so that a chunk of bytes is whole words. */
const chunkMultiple = 4;

/** @throws OutOfMemoryError if the budget holds fewer than eight images and there are more. */
export function imageTables(engine: Engine, images: HostImages, residency: Residency): ImageTables {
  const { name, values, labels, count } = images;
  const imageBytes = values.length / count;
  const limit = Math.min(engine.limits.maxBufferSize, engine.limits.maxStorageBufferBindingSize);
  const budget = Math.min(residency.budgetBytes ?? defaultBudgetBytes, limit);
  if (values.length <= budget) {
    return {
      rows: count,
      pixels: uploadTable(engine, name, values, imageBytes, "u8"),
      labels: labels && uploadLabels(engine, name, labels),
      advance: undefined,
    };
  }
  const fitting = Math.floor(budget / imageBytes);
  const chunk = Math.max(1, Math.floor(fitting / chunksPerWindow / chunkMultiple)) * chunkMultiple;
  const chunks = Math.floor(fitting / chunk);
  if (chunks < 2) {
    throw new OutOfMemoryError(
      `${name}: an image takes ${formatBytes(imageBytes)}, of which ${fitting} fit the budget of ${formatBytes(budget)}; ` +
        `streaming needs room for ${2 * chunkMultiple}. Raise \`budgetBytes\`, or make the images smaller.`,
    );
  }
  return windowTables(engine, images, { chunk, chunks, orderSeed: residency.orderSeed ?? 1 });
}

function windowTables(
  engine: Engine,
  { name, values, labels, count }: HostImages,
  { chunk, chunks, orderSeed }: { readonly chunk: number; readonly chunks: number; readonly orderSeed: number },
): ImageTables {
  const rows = chunk * chunks;
  const imageBytes = values.length / count;
  const pixels = engine.state(`data: ${name}, window`, [rows, imageBytes], "u8");
  const classes = labels && engine.state(`data: ${name}, labels of the window`, [rows, 1], "u32");
  const imageAt = endlessOrder(orderSeed, count);
  const resident = new Array<number>(chunks).fill(-1);

  const load = (index: number) => {
    const slot = index % chunks;
    if (resident[slot] === index) return;
    resident[slot] = index;
    const order = Array.from({ length: chunk }, (_, i) => imageAt(index * chunk + i));
    const bytes = new Uint8Array(chunk * imageBytes);
    order.forEach((image, i) => {
      bytes.set(values.subarray(image * imageBytes, (image + 1) * imageBytes), i * imageBytes);
    });
    pixels.writePart(slot * bytes.length, bytes);
    const picked = order.map((image) => labels?.[image] ?? 0);
    classes?.writePart(slot * chunk, Uint32Array.from(picked));
  };
  const stay = 2 * chunk;
  const advance = (drawn: number) => {
    const first = Math.floor(drawn / stay);
    for (let index = first; index < first + chunks; index++) load(index);
    return (first + 1) * stay - drawn;
  };
  advance(0);
  return { rows, pixels, labels: classes, advance };
}

/** The image at each position of an endless sequence of epochs, each in an order of its own. */
function endlessOrder(seed: number, count: number): (position: number) => number {
  let known = -1;
  let order = new Uint32Array();
  return (position) => {
    const epoch = Math.floor(position / count);
    if (epoch !== known) {
      order = shuffledOrder(hostRandom(seed, epoch), count) as Uint32Array<ArrayBuffer>;
      known = epoch;
    }
    return at(order, position % count);
  };
}
