/** Initialisers by their statistics, and networks against the float64 reference. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import {
  type Fans,
  glorotNormal,
  type Initializer,
  type InitializerName,
  initializers,
  normal,
  orthogonal,
  uniform,
} from "../../../src/nn/initializers.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { ParameterArena } from "../../../src/nn/network/parameter_arena.ts";
import { Random } from "../../../src/tensor/random.ts";
import { isTensor, type Tensor } from "../../../src/tensor/tensor.ts";
import { flatten } from "../../../src/tensor/tree.ts";
import { operand } from "../../reference/operands.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";
import { asTree, makeCritic } from "../../unit/gan/penalties/critics.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const random = (seed: number) => new Random(engine.tensor([seed], [], "u32"), engine.tensor([0], [], "u32"));
const shape = [200, 120];
const fans: Fans = { fanIn: 200, fanOut: 120 };

/** Mean, variance, kurtosis (3 for normal, 1.8 for uniform) and largest magnitude of a draw. */
async function momentsOf(initializer: Initializer) {
  const values = Array.from(await initializer(random(11), shape, fans).data());
  const mean = values.reduce((total, x) => total + x, 0) / values.length;
  const moment = (power: number) => values.reduce((total, x) => total + (x - mean) ** power, 0) / values.length;
  return {
    mean,
    variance: moment(2),
    kurtosis: moment(4) / moment(2) ** 2,
    largest: Math.max(...values.map(Math.abs)),
  };
}

const statistics: Readonly<Record<Exclude<InitializerName, "orthogonal" | "zeros" | "ones">, number>> = {
  glorotNormal: 2 / 320,
  glorotUniform: 2 / 320,
  heNormal: 2 / 200,
  heUniform: 2 / 200,
  lecunNormal: 1 / 200,
  lecunUniform: 1 / 200,
};

describe("the distribution of", () => {
  test.each(Object.entries(statistics))("%s", async (name, variance) => {
    const moments = await momentsOf(initializers[name as InitializerName]);
    const standardError = Math.sqrt(variance / (200 * 120));
    expect(Math.abs(moments.mean)).toBeLessThan(4 * standardError);
    expect(moments.variance / variance).toBeCloseTo(1, 1);
    const isUniform = name.endsWith("Uniform");
    expect(moments.kurtosis).toBeCloseTo(isUniform ? 1.8 : 3, 0);
    if (isUniform) expect(moments.largest).toBeLessThanOrEqual(Math.sqrt(3 * variance) * (1 + 1e-6));
    else expect(moments.largest).toBeGreaterThan(3 * Math.sqrt(variance));
  });

  test("normal and uniform, with their own parameters", async () => {
    const gaussian = await momentsOf(normal(0.02, 1));
    expect(gaussian.mean).toBeCloseTo(1, 3);
    expect(Math.sqrt(gaussian.variance)).toBeCloseTo(0.02, 3);
    const flat = await momentsOf(uniform(-1, 3));
    expect(flat.mean).toBeCloseTo(1, 1);
    expect(flat.variance).toBeCloseTo(16 / 12, 1);
  });

  test("zeros and ones", async () => {
    const draws = [initializers.zeros, initializers.ones].map(
      (initializer) => initializer(random(1), shape, fans).node,
    );
    const [zeros, ones] = await engine.evaluate(draws);
    expect([new Set(zeros), new Set(ones)]).toEqual([new Set([0]), new Set([1])]);
  });
});

describe("orthogonal", () => {
  test.each([
    [[48, 20], 1],
    [[20, 48], 1],
    [[33, 33], 1.4],
    [[3, 5, 7], 0.5],
    [[1, 6], 1],
  ] as const)("of shape %s and gain %s has orthonormal rows or columns, whichever are fewer", async (size, gain) => {
    const columns = size[size.length - 1] as number;
    const rows = size.reduce((a: number, b: number) => a * b, 1) / columns;
    const q = await orthogonal(gain)(random(3), size, fans).data();
    const at = (r: number, c: number) => q[r * columns + c] as number;
    const count = Math.min(rows, columns);
    const dot = (i: number, j: number) => {
      let total = 0;
      if (rows >= columns) for (let r = 0; r < rows; r++) total += at(r, i) * at(r, j);
      else for (let c = 0; c < columns; c++) total += at(i, c) * at(j, c);
      return total;
    };
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        expect(Math.abs(dot(i, j) - (i === j ? gain * gain : 0)), `${i}, ${j}`).toBeLessThan(2e-5);
      }
    }
  });
});

describe("the first parameters of a network", () => {
  const net = mlp([2, 16, 3], { activation: "relu" });

  async function draw(seed: number, firstStream: number): Promise<Float32Array> {
    const arena = new ParameterArena(engine, "network", net);
    await arena.initialise(seed, firstStream);
    const [bytes] = await engine.download([arena.state]);
    arena.dispose();
    return new Float32Array(bytes!);
  }

  test("are the same bits for the same seed, and others for another seed or stream", async () => {
    const first = await draw(5, 0);
    expect(first).toHaveLength(net.parameterCount);
    expect(await draw(5, 0)).toEqual(first);
    expect(await draw(6, 0)).not.toEqual(first);
    expect(await draw(5, 1000)).not.toEqual(first);
  });

  test("lie in the arena in the tree's order, weights drawn and biases zero", async () => {
    const arena = new ParameterArena(engine, "network", net);
    await arena.initialise(5, 0);
    expect(arena.ranges.map(({ name, offset, size }) => [name, offset, size])).toEqual([
      ["network/0/weight", 0, 32],
      ["network/0/bias", 32, 16],
      ["network/2/weight", 48, 48],
      ["network/2/bias", 96, 3],
    ]);
    const [bytes] = await engine.download([arena.state]);
    const flat = new Float32Array(bytes!);
    const { leaves } = flatten<Tensor>(arena.unpack(arena.read()), isTensor);
    for (const [i, { offset, size, shape: own }] of arena.ranges.entries()) {
      const part = flat.subarray(offset, offset + size);
      expect(await leaves[i]!.data()).toEqual(part);
      expect(part.every((value) => value === 0)).toBe(own.length === 1);
    }
    // Not one stream for all weights: two layers have no draw in common.
    const [w0, w1] = [flat.subarray(0, 32), flat.subarray(48, 96)];
    const ratios = new Set(Array.from(w0, (value, i) => (value / w1[i]!).toFixed(3)));
    expect(ratios.size).toBeGreaterThan(20);
    arena.dispose();
  });

  test("draw with the initialiser that suits the activation, or the one that is given", async () => {
    const spread = async (options: Parameters<typeof mlp>[1]) => {
      const arena = new ParameterArena(engine, "wide", mlp([100, 300], options));
      await arena.initialise(1, 0);
      const [bytes] = await engine.download([arena.state]);
      const weights = new Float32Array(bytes!).subarray(0, 30000);
      arena.dispose();
      return weights.reduce((total, w) => total + w * w, 0) / weights.length;
    };
    expect((await spread({ outputActivation: "relu" })) / (2 / 100)).toBeCloseTo(1, 1);
    expect((await spread({ outputActivation: "tanh" })) / (2 / 400)).toBeCloseTo(1, 1);
    expect((await spread({ initializer: glorotNormal, outputActivation: "relu" })) / (2 / 400)).toBeCloseTo(1, 1);
  });
});

test.each(["relu", "gelu", "selu", "sigmoid"] as const)("a network with %s agrees with the reference", async (name) => {
  const rng = createRng(`forward ${name}`);
  const { network, parameters } = makeCritic(rng, [3, 17, 9, 4], name);
  const tensor = ({ values, shape: own }: { values: readonly number[]; shape: readonly number[] }) =>
    engine.tensor(Float32Array.from(values), own);
  const x = tensor(operand(rng, [11, 3], (r) => r.between(-2, 2)));
  const y = network.apply(asTree(network, parameters.map(tensor)), x);
  const expected = evaluate([y.node])[0]!;
  (await y.data()).forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i]!)));
  });
});
