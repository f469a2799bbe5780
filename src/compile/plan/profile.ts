import { at } from "../../errors/at.ts";
import type { Device } from "../../gpu/device.ts";
import type { Readback } from "../../gpu/readback.ts";
import { timeStretches } from "../../gpu/timestamps.ts";

/** Appends dispatch `index` to a compute pass. */
export type EncodeDispatch = (pass: GPUComputePassEncoder, index: number) => void;

/** Milliseconds of each of `count` dispatches: the least of `repeats` runs. @throws OptionError without timestamps. */
export async function profile(
  device: Device,
  readback: Readback,
  count: number,
  encode: EncodeDispatch,
  repeats: number,
): Promise<Float64Array> {
  const least = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (let run = 0; run < repeats; run++) {
    const times = await timeStretches(device, readback, count, (encoder, queries) => {
      // Each in a pass of its own with timestamps at both ends: queries 2i and 2i + 1 for kernel i.
      for (let i = 0; i < count; i++) {
        const pass = encoder.beginComputePass({
          timestampWrites: { querySet: queries, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
        });
        encode(pass, i);
        pass.end();
      }
      device.stats.dispatches += count;
    });
    times.forEach((time, i) => {
      least[i] = Math.min(at(least, i), time);
    });
  }
  return least;
}
