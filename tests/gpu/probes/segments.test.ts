/** Counts and sums of segments at sizes at which their kernels change gear. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { segmentHistogram } from "../../../src/graph/primitives/segments.ts";
import { partsOfSquare } from "../../../src/probes/gradient_norm.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

describe("a histogram of segments", () => {
  const bins = 32;

  test.each([
    ["of one length", [256, 256, 256, 256, 256]],
    ["of several", [1, 255, 256, 1000, 3]],
  ])("%s counts more of one value than a byte holds", async (_, lengths) => {
    const total = lengths.reduce((sum, length) => sum + length, 0);
    // One value for most of a segment, and some beyond the last bin.
    const values = Uint32Array.from({ length: total }, (__, i) => (i % 7 === 0 ? i % 40 : 31));
    const counted = new Tensor(segmentHistogram(engine.tensor(values, [total], "u32").node, lengths, bins), engine);
    const wanted = new Uint32Array(lengths.length * bins);
    let i = 0;
    lengths.forEach((length, s) => {
      for (const end = i + length; i < end; i++) {
        const value = values[i]!;
        if (value < bins) wanted[s * bins + value]!++;
      }
    });
    expect(Array.from(await counted.data())).toEqual(Array.from(wanted));
  });
});

test.each([1, 63, 64, 65, 4417, 17_154, 70_001])("the parts of a vector of %i add up to its square", async (size) => {
  const values = Float32Array.from({ length: size }, (_, i) => Math.sin(i));
  const parts = partsOfSquare(engine.tensor(values, [size]));
  const found = await Tensor.concat(parts).sum().item();
  const exact = values.reduce((sum, value) => sum + value * value, 0);
  expect(Math.abs(found - exact)).toBeLessThanOrEqual(1e-6 * exact);
});
