import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gaussianGrid } from "../../../src/data/drawn/gaussian_grid.ts";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import type { ModeSet } from "../../../src/data/source.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { modeCoverage, modeCoverageOf, summariseModes } from "../../../src/metrics/modes/mode_coverage.ts";
import { Random } from "../../../src/tensor/random.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";

let engine: Engine;

beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

const randomAt = (seed: number) => new Random(engine.tensor([seed], [], "u32"), engine.tensor([0], [], "u32"));

async function expectTwin(samples: Tensor, modes: ModeSet) {
  const coverage = modeCoverage(samples, modes);
  const [counts, [highQuality]] = (await engine.evaluate([coverage.counts.node, coverage.highQuality.node])) as [
    Uint32Array,
    Float32Array,
  ];
  const twin = modeCoverageOf(await samples.data(), modes);
  expect(counts).toEqual(twin.counts);
  expect(highQuality).toBeCloseTo(twin.highQuality, 6);
  return twin;
}

describe("mode coverage on the GPU equals the CPU's", () => {
  const three = {
    centers: [
      [-1, 0, 0],
      [1, 0, 0],
      [0, 0, 2],
    ],
    standardDeviation: 0.2,
  };
  test.each([
    ["a wide cloud over the ring", gaussianRing().modes!, 2, 1.5],
    ["a wide cloud over the grid", gaussianGrid().modes!, 2, 3],
    [
      "a mode that swallows another",
      {
        centers: [
          [0, 0],
          [0.1, 0],
        ],
        standardDeviation: 1,
      },
      2,
      1,
    ],
    ["three dimensions", three, 3, 1],
    ["one mode", { centers: [[0]], standardDeviation: 0.5 }, 1, 1],
  ])("%s", async (_, modes, dimensions, spread) => {
    const samples = randomAt(5).normal([2500, dimensions]).mul(spread);
    const { highQuality } = await expectTwin(samples, modes);
    expect(highQuality).toBeGreaterThan(0);
    expect(highQuality).toBeLessThan(1);
  });

  test("real samples cover every mode under both rules", async () => {
    const source = gaussianGrid();
    const samples = source.prepare(engine).batch(randomAt(2), 2500).samples;
    const { counts } = await expectTwin(samples, source.modes!);
    const summary = summariseModes(counts, 2500);
    expect(summary).toMatchObject({ modeCount: 25, capturedAtLeastOne: 25, capturedOnePercent: 25 });
    expect(summary.highQualityShare).toBeGreaterThan(0.97);
  });
});

test("samples that are no numbers belong to no mode", async () => {
  const state = engine.state("samples", [4, 2]);
  state.write(Float32Array.of(Number.NaN, 0, 0, Number.POSITIVE_INFINITY, 0, 0, 9, 9));
  const modes = {
    centers: [
      [0, 0],
      [9, 9],
    ],
    standardDeviation: 1,
  };
  const { counts, highQuality } = modeCoverage(engine.read(state), modes);
  expect(await counts.data()).toEqual(Uint32Array.of(1, 1));
  expect(await highQuality.item()).toBe(0.5);
  state.destroy();
});

test("coverage runs inside of a plan", async () => {
  const source = gaussianRing();
  const { counts, highQuality } = modeCoverage(source.prepare(engine).batch(randomAt(1), 512).samples, source.modes!);
  const plan = await engine.plan({ outputs: { counts, highQuality } });
  await plan.run(2);
  const [values] = await plan.read();
  expect(summariseModes(values as Uint32Array, 512).capturedOnePercent).toBe(8);
  plan.dispose();
});

test("samples of another shape, and more modes than can be counted, are refused", () => {
  const modes = gaussianRing().modes!;
  expect(() => modeCoverage(engine.tensor([[1, 2, 3]]), modes)).toThrow(ShapeError);
  expect(() => modeCoverage(engine.tensor([[1, 2, 3]]), modes)).toThrow(/f32\[1, 3\] for centers of 2 coordinates/);
  expect(() => modeCoverage(engine.tensor([[1, 2]]), gaussianGrid({ size: 33 }).modes!)).toThrow(OptionError);
});
