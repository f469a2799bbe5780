/** The experiments in float64, on games whose answers are known in closed form, and beside finite differences of the field. */
import { describe, expect, test } from "vitest";
import { gaussianRing } from "../../../../src/data/drawn/gaussian_ring.ts";
import { OptionError } from "../../../../src/errors/errors.ts";
import { dualityGap } from "../../../../src/gan/experiments/duality_gap.ts";
import { eigenvalues } from "../../../../src/gan/experiments/eigenvalues.ts";
import { frozenGenerator } from "../../../../src/gan/experiments/frozen_generator.ts";
import { pathAngle } from "../../../../src/gan/experiments/path_angle.ts";
import { RunCopy } from "../../../../src/gan/experiments/run_copy.ts";
import { spread, VectorField } from "../../../../src/gan/experiments/vector_field.ts";
import { createContext } from "../../../../src/gan/steps/compile_steps.ts";
import { resolveConfig, setUpGan } from "../../../../src/gan/trainer/config.ts";
import { byName } from "../../../../src/gan/trainer/names.ts";
import { setUp } from "../../../../src/gan/trainer/setup.ts";
import type { TrainerConfig } from "../../../../src/gan/trainer/trainer_config.ts";
import { mlp } from "../../../../src/nn/network/network.ts";
import { createRng } from "../../../reference/rng.ts";
import { engineOfNumbers } from "../float64_trainer.ts";
import { diracField, diracGan, quadratic, standing } from "./games.ts";

const { engine } = engineOfNumbers();

const run = { batchSize: 4, probes: { every: 0 } } as const;

const diracAt = (gamma: number, psi: number, theta: number) => {
  const { game, run: options } = setUp(engine, { ...diracGan(gamma), ...run }, byName);
  return standing({ game, options }, { discriminator: [psi], generator: [theta] });
};

const tiny = {
  generator: mlp([2, 3, 2], { activation: "tanh" }),
  discriminator: mlp([2, 4, 1], { activation: "tanh" }),
  data: gaussianRing(),
  penalties: { type: "r1", weight: 0.3 },
  batchSize: 16,
  probes: { every: 0 },
} as const satisfies TrainerConfig;

/** A GAN of small networks with drawn parameters. */
function tinyGan(given: Partial<TrainerConfig> = {}, seed = "tiny") {
  const config = resolveConfig(engine, { ...tiny, ...given }, byName);
  const { game, run: options } = setUpGan(engine, config);
  const rng = createRng(seed);
  const drawn = (size: number) => Array.from({ length: size }, () => Math.fround(rng.between(-0.9, 0.9)));
  return standing({ game, options, config }, { generator: drawn(17), discriminator: drawn(17) });
}

describe("the eigenvalues of the Dirac-GAN with R1", () => {
  test.each([0, 0.3, 2])("gamma = %d: gamma / 2 +- sqrt(gamma^2 / 4 - 1/4)", async (gamma) => {
    const { values, rateBound } = await eigenvalues(engine, diracAt(gamma, 0, 0), { samples: 4 });
    const inside = gamma ** 2 / 4 - 0.25;
    const root = Math.sqrt(Math.abs(inside));
    const expected =
      inside < 0
        ? [
            [gamma / 2, root],
            [gamma / 2, -root],
          ]
        : [
            [gamma / 2 + root, 0],
            [gamma / 2 - root, 0],
          ];
    values.forEach(({ re, im }, i) => {
      expect(re).toBeCloseTo(expected[i]?.[0] as number, 6);
      expect(im).toBeCloseTo(expected[i]?.[1] as number, 6);
    });
    expect(values).toHaveLength(2);
    const bounds = expected.map(([re = 0, im = 0]) => (2 * re) / (re ** 2 + im ** 2));
    expect(rateBound).toBeCloseTo(Math.min(...bounds), 5);
  });

  test("of one player alone are those of its Hessian", async () => {
    const { values } = await eigenvalues(engine, diracAt(0.3, 0.4, 0.5), { players: ["discriminator"], samples: 4 });
    const s = 1 / (1 + Math.exp(-0.2));
    expect(values).toHaveLength(1);
    expect(values[0]?.re).toBeCloseTo(0.3 + 0.25 * s * (1 - s), 6);
  });
});

describe("the path angle of the Dirac-GAN", () => {
  test.each([
    [0, "rotation"],
    [1, "attraction"],
  ] as const)("gamma = %d, against its closed form", async (gamma, verdict) => {
    const [from, to] = [diracAt(gamma, 1, 1), diracAt(gamma, gamma === 0 ? -0.05 : 0.001, 0.02)];
    const [start, end] = [
      [1, 1],
      [gamma === 0 ? -0.05 : 0.001, 0.02],
    ] as const;
    const found = await pathAngle(engine, to, await from.snapshot(), await to.snapshot(), { samples: 4 });
    const way = [end[0] - start[0], end[1] - start[1]] as const;
    expect(found.alphas).toHaveLength(25);
    found.alphas.forEach((alpha, i) => {
      const v = diracField(gamma, start[0] + alpha * way[0], start[1] + alpha * way[1]);
      const size = Math.hypot(...v);
      expect(found.norms[i]).toBeCloseTo(size, 5);
      expect(found.cosines[i]).toBeCloseTo((v[0] * way[0] + v[1] * way[1]) / (size * Math.hypot(...way)), 4);
    });
    expect(found.verdict).toContain(verdict);
  });
});

describe("the duality gap of a quadratic game", () => {
  test("is what each player gains by its steps, in closed form", async () => {
    const [a, b, x, y, rate, steps] = [0.5, 0.8, 1.5, -0.7, 0.1, 31];
    const { game, run: options } = setUp(engine, { ...quadratic(rate), ...run }, byName);
    const trainer = standing({ game, options }, { discriminator: [y], generator: [x] });
    const value = (x: number, y: number) => x * y + (a / 2) * x ** 2 - (b / 2) * y ** 2;
    const found = await dualityGap(engine, trainer, {
      steps,
      samples: 8,
      value: {
        maximiser: "discriminator",
        of: ({ networks: { generator, discriminator } }) => {
          const [x, y] = [generator?.parameters, discriminator?.parameters];
          if (!x || !y) throw new Error("There are two networks.");
          return x
            .mul(y)
            .add(x.square().mul(a / 2))
            .sub(y.square().mul(b / 2))
            .sum();
        },
      },
    });
    // Gradient steps bring each to its best answer by the same share of what is left.
    const best = (count: number) => ({
      y: x / b + (1 - rate * b) ** count * (y - x / b),
      x: -y / a + (1 - rate * a) ** count * (x + y / a),
    });
    const gapAfter = (count: number) => value(x, best(count).y) - value(best(count).x, y);
    expect(found.value).toBeCloseTo(value(x, y), 5);
    expect(found.gap).toBeCloseTo(gapAfter(31), 5);
    expect(found.halfway).toBeCloseTo(gapAfter(15), 5);
    expect(found.highest).toBeCloseTo(value(x, best(31).y), 5);
    expect(found.lowest).toBeCloseTo(value(best(31).x, y), 5);
    expect(found.standardError).toBeCloseTo(0, 6);
    expect(gapAfter(31)).toBeGreaterThan(gapAfter(15));
  });
});

describe("the field of a GAN", () => {
  const gan = tinyGan();
  const options = { where: "test", players: ["discriminator", "generator"], batches: 2 };

  /** v where the parameters have these values, and J^T w. */
  async function fieldOf() {
    const copy = new RunCopy(createContext(engine, gan.game, gan.options), await gan.snapshot(), {});
    const field = new VectorField(copy, options);
    const directions = field.directions();
    const [gradient, product] = [await field.gradient(), await field.transposedProduct(directions)];
    copy.load();
    const { networks } = copy.context;
    const places = ["discriminator", "generator"].map((name) => networks[name]?.arena.state as never);
    const point = Float64Array.from(
      (await gan.snapshot()).states.toReversed().flatMap(({ bytes }) => [...new Float32Array(bytes)]),
    );
    return {
      point,
      at: (where: Float64Array) => {
        spread(where, places);
        return field.run(gradient);
      },
      product: (w: Float64Array) => {
        spread(point, places);
        spread(w, directions);
        return field.run(product);
      },
    };
  }

  test("has the Jacobian that its finite differences have, and so have its eigenvalues", async () => {
    const { point, at, product } = await fieldOf();
    const n = point.length;
    const step = 2 ** -7;
    const jacobian: Float64Array[] = [];
    for (let j = 0; j < n; j++) {
      const moved = (by: number) => point.with(j, (point[j] ?? 0) + by);
      const [a, b, c, d] = [
        await at(moved(step)),
        await at(moved(-step)),
        await at(moved(step / 2)),
        await at(moved(-step / 2)),
      ];
      // Richardson's extrapolation of two central differences: what is left is of the fourth order.
      jacobian.push(
        Float64Array.from(a, (value, i) => {
          const wide = (value - (b[i] ?? 0)) / (2 * step);
          const narrow = ((c[i] ?? 0) - (d[i] ?? 0)) / step;
          return (4 * narrow - wide) / 3;
        }),
      );
    }
    // Column j of J is row j of J^T.
    const w = Float64Array.from({ length: n }, (_, i) => Math.cos(3 * i));
    const transposed = await product(w);
    jacobian.forEach((column, j) => {
      expect(transposed[j]).toBeCloseTo(
        column.reduce((sum, value, i) => sum + value * (w[i] ?? 0), 0),
        3,
      );
    });
    // Both players' mixed parts are there, and are not those of a Hessian.
    expect(Math.abs((jacobian[0]?.[20] ?? 0) - (jacobian[20]?.[0] ?? 0))).toBeGreaterThan(1e-3);

    const { values } = await eigenvalues(engine, gan, { count: n, iterations: n, samples: 32 });
    let power = jacobian.map((column) => [...column]);
    for (let k = 1; k <= 3; k++) {
      const trace = power.reduce((sum, column, i) => sum + (column[i] ?? 0), 0);
      const total = values.reduce(
        (sum, { re, im }) => sum + Math.hypot(re, im) ** k * Math.cos(k * Math.atan2(im, re)),
        0,
      );
      expect(total / trace).toBeCloseTo(1, 3);
      power = power.map((column) =>
        Array.from({ length: n }, (_, i) => column.reduce((sum, value, m) => sum + value * (jacobian[m]?.[i] ?? 0), 0)),
      );
    }
    const [first] = values;
    const fewer = await eigenvalues(engine, gan, { count: 1, iterations: 12, samples: 32 });
    expect(fewer.values[0]?.re).toBeCloseTo(first?.re as number, 3);
  });
});

describe("the frozen generator", () => {
  test("is measured under each loss as often as asked, on the same discriminator", async () => {
    const gan = tinyGan({ discriminatorSteps: 2 });
    const told: [number, number][] = [];
    const progress = (done: number, total: number) => told.push([done, total]);
    const found = await frozenGenerator(engine, gan, { steps: 5, every: 2, discriminator: "present", progress });
    expect(found.steps).toEqual([0, 2, 4, 5]);
    expect(found.curves.map(({ loss }) => loss)).toEqual(["minimax", "non-saturating"]);
    for (const { norms, variances, decades } of found.curves) {
      for (const values of [norms, variances]) expect(values).toHaveLength(4);
      expect([...norms, ...variances].every((value) => value > 0)).toBe(true);
      expect(decades).toBeCloseTo(Math.log10((norms[3] as number) / (norms[0] as number)), 10);
    }
    expect(told.at(-1)).toEqual([4, 4]);
    // Penalties of the generator's own loss do not count, and no loss hangs on which others are measured.
    const alone = await frozenGenerator(engine, gan, {
      steps: 5,
      every: 5,
      losses: ["minimax"],
      discriminator: "present",
    });
    expect(alone.curves[0]?.norms[0]).toBe(found.curves[0]?.norms[0]);
  });

  test("where D says 0 to all, both losses pull alike: sigmoid(0) is sigmoid(-0)", async () => {
    const zeros = {
      generator: Array.from({ length: 17 }, (_, i) => Math.sin(i)),
      discriminator: new Array(17).fill(0),
    };
    // The last layer's weights are not zero, those before are: the logit stays 0, and its slope by x too, unless these are small.
    zeros.discriminator.fill(0.5, 0, 8).fill(1e-6, 12, 16);
    const { snapshot: _, ...run } = tinyGan();
    const found = await frozenGenerator(engine, standing(run, zeros), { steps: 1, every: 1, discriminator: "present" });
    const [minimax, other] = found.curves.map(({ norms }) => norms[0] as number);
    expect((minimax as number) / (other as number)).toBeCloseTo(1, 5);
    expect(minimax).toBeGreaterThan(1e-8);
  });
});

describe("what is no question of a run", () => {
  test("is refused with a sentence", async () => {
    const wasserstein = tinyGan({ loss: "wasserstein" });
    await expect(frozenGenerator(engine, wasserstein, { losses: ["minimax"] })).rejects.toThrow(
      /the loss "minimax" reads the discriminator's output as a logit, .* which has the loss "wasserstein", is a score/,
    );
    const imle = tinyGan({ loss: "imle", penalties: [] });
    await expect(dualityGap(engine, imle)).rejects.toThrow(/the loss "imle", whose generator never listens/);
    const table = diracAt(0, 1, 1);
    await expect(dualityGap(engine, table)).rejects.toThrow(/the game is a table, of which nobody knows the value/);
    await expect(frozenGenerator(engine, table as never)).rejects.toThrow(/the trainer is an object; give what gan/);
    await expect(eigenvalues(engine, table, { players: ["critic"] })).rejects.toThrow(/there is no player "critic"/);
    await expect(eigenvalues(engine, table, { players: [] })).rejects.toThrow(OptionError);
    const here = await table.snapshot();
    await expect(pathAngle(engine, table, here, here)).rejects.toThrow(/both snapshots have the same parameters/);
    await expect(pathAngle(engine, table, here, { ...here, states: [] })).rejects.toThrow(/no bytes of "networks/);
    await expect(pathAngle(engine, table, here, here, { low: 2 })).rejects.toThrow(/low is 2 and high is 1\.1/);
  });
});
