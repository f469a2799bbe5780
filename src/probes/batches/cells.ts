import { at } from "../../errors/at.ts";
import { assertTensors, Tensor } from "../../tensor/tensor.ts";
import { defineProbe } from "../probe.ts";
import { someNumbers } from "../sample_spread.ts";

/** Cells that generated samples are counted in. */
export const cellCount = 16;
/** Samples that are counted. */
const mostCounted = 128;

/**
 * Where generated samples lie: the share of them in each of 16 cells, those that are nearest to one of 16 real samples that stay the
 * same over the run; one that is as near to two of them counts in both.
 *
 * Called with what `anchorsOf` gave of a batch of real samples, and with generated ones, [batch, ...sample].
 */
export const cells = defineProbe({
  name: "cells",
  columns: { fake: cellCount },
  measure(anchors: Tensor, fakeSamples: Tensor) {
    assertTensors("cells", { anchors, fakeSamples });
    const all = someNumbers(fakeSamples);
    const numbers = at(all.shape, 1);
    const rows = Math.min(at(all.shape, 0), mostCounted);
    const apart = all
      .slice([0, 0], [rows, numbers])
      .reshape([rows, 1, numbers])
      .sub(anchors.reshape([1, cellCount, numbers]))
      .square()
      .mean(2);
    return {
      fake: apart
        .lessEqual(apart.min(1).reshape([rows, 1]))
        .cast("f32")
        .mean(0),
    };
  },
});

/** Numbers of the first real samples of a batch [batch, ...sample], as [16, numbers]; those of a smaller batch come again. */
export function anchorsOf(realSamples: Tensor): Tensor {
  assertTensors("anchorsOf", { realSamples });
  const all = someNumbers(realSamples);
  const [rows = 1, numbers = 1] = all.shape;
  const times = Math.ceil(cellCount / rows);
  const enough = times > 1 ? Tensor.concat(new Array<Tensor>(times).fill(all)) : all;
  return enough.slice([0, 0], [cellCount, numbers]);
}
