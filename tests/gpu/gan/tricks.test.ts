/** The tricks on the GPU against the float64 reference of the same graphs; `tests/unit/gan/tricks.test.ts` says what they do. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { resolveTrick, type TrickConfig, type TrickName, tricks } from "../../../src/gan/tricks/registry.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { evaluate } from "../../reference/reference.ts";
import { constants, inputOf, randomOf, termOf } from "../../unit/gan/penalties/penalty_inputs.ts";
import { inUse } from "../../unit/gan/trick_contexts.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const wave = (shape: readonly number[], shift = 0): Tensor =>
  constants(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.7 * i + shift)),
    shape,
  );

/** Expects the GPU's numbers to be the reference's, which are not all zero, to f32's rounding. */
async function expectReference(tensors: readonly Tensor[]): Promise<void> {
  const nodes = tensors.map(({ node }) => node);
  const [actual, expected] = [await engine.evaluate(nodes), evaluate(nodes)];
  expected.forEach((wanted, i) => {
    const size = Math.hypot(...wanted);
    const difference = Math.hypot(...wanted.map((value, k) => value - (actual[i]?.[k] as number)));
    expect(size).toBeGreaterThan(1e-6);
    expect(difference / size).toBeLessThan(1e-5);
  });
}

/** A trick that changes a tensor, and the slope of a sum of different parts of what becomes of it. */
const withSlope = (f: (x: Tensor) => Tensor, x: Tensor): readonly Tensor[] => {
  const y = f(x);
  const weighted = (at: Tensor) => f(at).square().mul(wave(y.shape, 0.5)).sum();
  return [y, grad(weighted)(x)];
};

const image = [8, 8, 3];
const images = wave([6, ...image]);
const points = wave([6, 2]);

/** What each trick does to tensors. Those that change the discriminator alone have none: their layers have tests of their own. */
const cases: Readonly<Record<TrickName, (() => readonly Tensor[]) | undefined>> = {
  labelFlipping: () => {
    const { trick, context } = inUse({ type: "labelFlipping", probability: 0.4 });
    return Object.values(trick.batches!({ real: points, fake: wave([6, 2], 1) }, context()));
  },
  instanceNoise: () => {
    const { trick, context } = inUse({ type: "instanceNoise", until: 100 });
    return withSlope((x) => trick.view!(x, context(30)), points);
  },
  diffAugment: () => {
    const { trick, context } = inUse({ type: "diffAugment" }, image);
    return withSlope((x) => trick.view!(x, context()), images);
  },
  adaptiveAugment: () => {
    const { trick, context, carry } = inUse({ type: "adaptiveAugment", ramp: 8, every: 1, target: 0.2 }, image);
    const real = constants([1, 2, 3, 1, -1, 2], [6, 1]);
    trick.judged!({ real, fake: real }, context());
    const { view } = trick;
    return [carry.read("probability"), ...withSlope((x) => view!(x, context(1)), images)];
  },
  topK: () => {
    const { trick, context } = inUse({ type: "topK", every: 10 });
    return withSlope((x) => trick.logits!(x, context(400)), wave([16, 1]));
  },
  replay: () => {
    const { trick, context } = inUse({ type: "replay", size: 2 }, [2]);
    const shown = [0, 1, 2, 3].map(
      (step) => trick.batches!({ real: points, fake: wave([6, 2], step) }, context(step)).fake,
    );
    return shown;
  },
  latentOptimisation: () => {
    const { trick, context } = inUse({ type: "latentOptimisation" });
    const score = (z: Tensor) =>
      z
        .matmul(wave([2, 3]))
        .tanh()
        .sum(1, { keepDims: true });
    return withSlope((z) => trick.latent!(z, score, context()), points);
  },
  pac: undefined,
  minibatchStandardDeviation: undefined,
  minibatchDiscrimination: undefined,
  spectralNorm: undefined,
};

describe("tricks that change tensors", () => {
  const names = (Object.keys(tricks) as TrickName[]).filter((name) => cases[name]);
  test.each(names)("%s computes what the reference does", async (name) => {
    await expectReference(cases[name]!());
  });
});

describe("tricks that change the discriminator alone", () => {
  const names = (Object.keys(tricks) as TrickName[]).filter((name) => !cases[name]);
  test.each(names)("%s has no part that would need a test here", (name) => {
    const { entry: trick } = resolveTrick({ type: name } as TrickConfig);
    expect(
      Object.keys(trick).filter((part) => ["view", "batches", "judged", "logits", "latent"].includes(part)),
    ).toEqual([]);
  });
});

test("consistency of images is differentiable in what it moves", async () => {
  const term = (scale: Tensor) =>
    termOf(
      "consistency",
      "term",
    )(
      inputOf("consistency", {
        critic: (x) =>
          x
            .reshape([6, -1])
            .mul(scale)
            .tanh()
            .matmul(wave([192, 1])),
        real: images.reshape([6, 192]),
        fake: images.reshape([6, 192]),
        sampleShape: image,
        random: randomOf(),
      }),
    );
  await expectReference(withSlope(term, constants([0.3], [])));
});

test("a trainer plays with tricks and penalties that remember, pack, and look into the discriminator", async () => {
  const config = {
    generator: mlp([4, 16, 2], { activation: "tanh" }),
    discriminator: mlp([2, 16, 1], { activation: "tanh" }),
    batchSize: 16,
    probes: { every: 0 },
    seed: 3,
  } satisfies Partial<TrainerConfig>;
  const play = (more: Partial<TrainerConfig>) =>
    withTrainer(engine, { ...config, ...more }, async (trainer) => {
      const reports = await reportsOf(trainer, { steps: 8, reportEvery: 8 });
      return { ...(await trainer.parameters()), losses: reports.at(-1)?.losses };
    });
  const tricksInUse: Partial<TrainerConfig> = {
    tricks: [{ type: "pac" }, { type: "replay", size: 2 }, { type: "topK", every: 2, decay: 0.8 }],
  };
  const without = await play(tricksInUse);
  const withPenalties = await play({
    ...tricksInUse,
    penalties: [
      { type: "leCam" },
      { type: "orthogonal" },
      { type: "historicalAveraging" },
      { type: "featureMatching" },
      { type: "pathLength", interval: 2 },
    ],
  });
  for (const player of ["generator", "discriminator"] as const) {
    expect(withPenalties[player].every(Number.isFinite)).toBe(true);
    const moved = withPenalties[player].map((value, i) => value - (without[player][i] as number));
    expect(Math.hypot(...moved)).toBeGreaterThan(1e-4);
    expect(Number.isFinite(withPenalties.losses?.[player])).toBe(true);
  }
});

test.each<[string, TrickConfig]>([
  ["change places", { type: "labelFlipping", probability: 0.5 }],
  ["are replaced by older ones", { type: "replay", size: 4, probability: 1 }],
])(
  "samples are measured as they are drawn and generated, where those that the discriminator sees %s",
  async (_, tricks) => {
    const measured = (more: Partial<TrainerConfig>) =>
      withTrainer(engine, { batchSize: 32, seed: 5, ...more }, async (trainer) => {
        const { columns, rows } = (await reportsOf(trainer, { steps: 1 })).at(-1)?.telemetry ?? {
          columns: [],
          rows: [],
        };
        return columns.flatMap(({ name, offset, size }) =>
          /^(samples|cells)\//.test(name) ? [[name, rows[0]?.values.slice(offset, offset + size)] as const] : [],
        );
      });
    const [plain, tricked] = [await measured({}), await measured({ tricks })];
    expect(plain.length).toBeGreaterThan(8);
    expect(tricked).toEqual(plain);
  },
);
