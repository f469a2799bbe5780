import { data, nn } from "saddlepoint";
import { describe, expect, test } from "vitest";
import { normals } from "../../../bench/core/seeded.ts";
import { decode, encode, type Recording, type Snapshot } from "../../../bench/doctor/record/recording.ts";
import { game, type Row } from "../../../bench/doctor/table/row.ts";
import { coveredShare, deviation, energyShare, nearShare, rankedRight } from "../../../bench/doctor/truth/distances.ts";
import { backward, flatness, forward } from "../../../bench/doctor/truth/host_network.ts";
import { modeCoverage } from "../../../bench/doctor/truth/modes.ts";
import { sightsOf } from "../../../bench/doctor/truth/sights.ts";
import { isAsMeant, stepsOf } from "../../../bench/doctor/truth/verdict.ts";

const cloud = (seed: number, shift = 0, scale = 1) => ({
  values: normals(400, seed).map((value) => value * scale + shift),
  size: 2,
});

describe("distances", () => {
  test("are nothing between draws of one distribution, and all there is between far ones", () => {
    expect(Math.abs(energyShare(cloud(1), cloud(2)))).toBeLessThan(0.01);
    expect(energyShare(cloud(1), cloud(2, 100))).toBeGreaterThan(0.95);
    expect(coveredShare(cloud(1), cloud(2))).toBeGreaterThan(0.9);
    expect(coveredShare(cloud(1), cloud(2, 100))).toBe(0);
    expect(nearShare(cloud(1), cloud(2, 100), 1)).toBe(0);
    expect(nearShare(cloud(1), cloud(1), 0)).toBe(1);
  });

  test("see a part that is left out by recall, and not by precision", () => {
    const small = cloud(1, 0, 0.2);
    expect(coveredShare(small, cloud(2))).toBeGreaterThan(0.9);
    expect(coveredShare(cloud(2), small)).toBeLessThan(0.4);
  });

  test("have closed forms", () => {
    expect(deviation({ values: [0, 0, 2, 4], size: 2 })).toBeCloseTo(Math.sqrt((1 + 4) / 2));
    expect(rankedRight([2, 1], [1, 0])).toBe(0.875);
  });
});

describe("a network on the host", () => {
  const sketch = {
    name: "generator",
    layers: ["linear", "tanh", "linear"],
    ranges: [
      { name: "generator/0/weight", shape: [1, 2], offset: 0 },
      { name: "generator/0/bias", shape: [2], offset: 2 },
      { name: "generator/2/weight", shape: [2, 1], offset: 4 },
      { name: "generator/2/bias", shape: [1], offset: 6 },
    ],
  };
  const parameters = Float32Array.of(1, 100, 0, 0, 2, 3, 0.5);

  test("computes what its layers say", () => {
    const states = forward(sketch, parameters, [0.5]);
    expect(states?.at(-1)?.values[0]).toBeCloseTo(2 * Math.tanh(0.5) + 3 + 0.5);
  });

  test("gives the gradient at each linear layer", () => {
    const states = forward(sketch, parameters, [0.5]) ?? [];
    const [top, first] = backward(sketch, parameters, states, Float64Array.of(1));
    expect(top).toBe(1);
    // Of the two units the second is flat.
    expect(first).toBeCloseTo((2 * (1 - Math.tanh(0.5) ** 2)) / Math.SQRT2);
  });

  test("tells flat elements and dead units", () => {
    const states = forward(sketch, parameters, [0.5, -0.5]) ?? [];
    const bent = states[1];
    expect(bent && flatness(bent, 1e-2)).toEqual({ elements: 0.5, units: 0.5 });
  });

  test("is none where it has a layer that is not known", () => {
    expect(forward({ ...sketch, layers: ["linear", "batchNorm"] }, parameters, [1])).toBeUndefined();
  });
});

test("modes are held by the samples that they are nearest to", () => {
  const modes = {
    centers: [
      [0, 0],
      [4, 0],
    ],
    standardDeviation: 0.1,
  };
  const samples = Float32Array.of(0, 0, 1, 1, 4, 0, 0.5, 0);
  expect(modeCoverage(samples, modes, [])).toEqual({ shares: [0.75, 0.25], accuracy: Number.NaN });
  expect(modeCoverage(samples, modes, [0, 1, 1, 0]).accuracy).toBe(0.75);
});

const row: Row = {
  name: "made/run",
  cause: "made",
  ailments: ["complete-collapse"],
  severity: "severe",
  steps: 100,
  config: game({ data: data.disjointClusters() }),
};

/** A run whose samples are the data's up to a step, and from then on one point. */
function made(collapsesAt: number, rest: Partial<Snapshot> = {}): Recording {
  const network = nn.mlp([1, 1]);
  const centers = row.config.data.modes?.centers ?? [];
  const draw = (seed: number) => {
    const noise = normals(600, seed, 0.15);
    return noise.map((value, i) => value + (centers[(i >> 1) % centers.length]?.[i % 2] ?? 0));
  };
  return {
    name: row.name,
    seed: 1,
    steps: row.steps,
    columns: [{ name: "loss/generator", offset: 0, size: 1 }],
    facts: { boundary: 0 },
    live: [],
    networks: [{ name: "generator", layers: network.layers.map(({ kind }) => kind), ranges: [] }],
    rows: [{ step: 0, values: Float32Array.of(1) }],
    snapshots: Array.from({ length: 10 }, (_, i) => ({
      step: 10 * (i + 1),
      real: draw(2 * i),
      fake: 10 * (i + 1) >= collapsesAt ? new Float32Array(600).fill(1) : draw(2 * i + 1),
      same: draw(1),
      realLogits: normals(300, 3),
      fakeLogits: normals(300, 4),
      trainLogits: new Float32Array(),
      realSlopes: normals(64, 5),
      fakeSlopes: normals(64, 6),
      asked: new Float32Array(),
      generator: Float32Array.of(i),
      discriminator: Float32Array.of(i),
      ...rest,
    })),
  };
}

describe("the verdict", () => {
  test("sees a collapse where the samples are one point, and asks for it early", () => {
    const early = made(30);
    expect(stepsOf("complete-collapse", sightsOf(early, row), row, early)).toEqual([30, 40, 50, 60, 70, 80, 90, 100]);
    expect(isAsMeant(sightsOf(early, row), row, early)).toBe(true);
    const late = made(80);
    expect(isAsMeant(sightsOf(late, row), row, late)).toBe(false);
  });

  test("calls a run well whose samples are the data's, and none that has an ailment", () => {
    const well = { ...row, ailments: [] };
    const run = made(1000);
    expect(isAsMeant(sightsOf(run, well), well, run)).toBe(true);
    const collapsed = made(30);
    expect(isAsMeant(sightsOf(collapsed, well), well, collapsed)).toBe(false);
    const steep = made(1000, { fakeSlopes: new Float32Array(64).fill(100) });
    expect(isAsMeant(sightsOf(steep, well), well, steep)).toBe(false);
  });
});

test("a recording is read as it was written, with what was not measured as NaN", () => {
  const run = made(30);
  const short = { ...run, rows: [...run.rows, { step: 1, values: Float32Array.of(2, 3) }] };
  const read = decode(encode(short));
  expect(read.rows[0]?.values).toEqual(Float32Array.of(1, Number.NaN));
  expect(read.rows[1]?.values).toEqual(Float32Array.of(2, 3));
  expect(read.snapshots).toEqual(run.snapshots);
  expect(read.facts).toEqual(run.facts);
});
