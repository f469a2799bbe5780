import { at } from "../errors/at.ts";
import { OptionError } from "../errors/errors.ts";
import { BufferUsage } from "./constants.ts";
import type { Device } from "./device.ts";
import type { Readback } from "./readback.ts";

/** Timestamps that one query set may hold (the specification's limit). */
const maxQueries = 4096;

/**
 * Times stretches of GPU work: `encode` writes pairs of timestamps, 2i at the start of stretch i and 2i + 1 at its end.
 *
 * @returns milliseconds of each stretch. Browsers may round timestamps to 0.1 ms; repeat short work.
 * @throws OptionError if the adapter has no timestamps.
 */
export async function timeStretches(
  device: Device,
  readback: Readback,
  count: number,
  encode: (encoder: GPUCommandEncoder, queries: GPUQuerySet) => void,
): Promise<Float64Array> {
  if (!device.gpu.features.has("timestamp-query")) {
    throw new OptionError("Timing needs the feature timestamp-query, which this adapter doesn't offer.");
  }
  if (2 * count > maxQueries) {
    throw new OptionError(`Timing ${count} stretches needs more than ${maxQueries} timestamps; time fewer at once.`);
  }
  const queries = device.gpu.createQuerySet({ type: "timestamp", count: 2 * count });
  const size = 16 * count;
  const resolved = device.createBuffer("timestamps", size, BufferUsage.queryResolve | BufferUsage.copySource);
  try {
    const [bytes = new ArrayBuffer()] = await readback.submitAndRead(
      "timing",
      [{ buffer: resolved, offset: 0, size }],
      (encoder) => {
        encode(encoder, queries);
        encoder.resolveQuerySet(queries, 0, 2 * count, resolved, 0);
      },
    );
    const ticks = new BigUint64Array(bytes);
    return Float64Array.from({ length: count }, (_, i) => Number(at(ticks, 2 * i + 1) - at(ticks, 2 * i)) / 1e6);
  } finally {
    queries.destroy();
    device.destroyBuffer(resolved);
  }
}
