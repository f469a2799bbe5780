/** A conditional GAN on the ring with its modes as labels makes the mode that it is asked for; with shuffled labels, any. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import type { DataSource, LabelledBatch } from "../../../src/data/source.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { classAccuracy } from "../../../src/metrics/modes/class_accuracy.ts";
import type { Layer } from "../../../src/nn/layer.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { concatInput } from "../../../src/nn/layers/concat_input.ts";
import { conditionalBatchNorm } from "../../../src/nn/layers/conditional_batch_norm.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { projection } from "../../../src/nn/layers/projection.ts";
import { network } from "../../../src/nn/network/network.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

const classes = 8;
const ring = gaussianRing({ modes: classes });

const hidden = (width: number, kind: "relu" | "tanh", norm: readonly Layer[] = []): Layer[] => [
  linear(width, { initializer: "glorotNormal" }),
  ...norm,
  activation(kind),
];

/** How networks can be told the class. */
const networks = {
  concatenation: {
    generator: network([2], [concatInput({ classes }), ...hidden(32, "relu"), ...hidden(32, "relu"), linear(2)]),
    discriminator: network([2], [concatInput({ classes }), ...hidden(32, "tanh"), ...hidden(32, "tanh"), linear(1)]),
  },
  "conditional batch norm and projection": {
    generator: network(
      [2],
      [
        ...hidden(32, "relu", [conditionalBatchNorm(classes)]),
        ...hidden(32, "relu", [conditionalBatchNorm(classes)]),
        linear(2),
      ],
    ),
    discriminator: network([2], [...hidden(32, "tanh"), ...hidden(32, "tanh"), projection(classes)]),
  },
} satisfies Record<string, Pick<TrainerConfig, "generator" | "discriminator">>;

/** The same samples with the labels of others. */
const mislabelled: DataSource<LabelledBatch> = {
  ...ring,
  prepare: (on) => {
    const prepared = ring.prepare(on);
    return {
      ...prepared,
      batch: (random, size) => ({ ...prepared.batch(random, size), labels: random.integers([size], classes) }),
    };
  },
};

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

/** Accuracy over 1,000 samples with as many of each class, by the nearest centre. */
function accuracyOf(game: Pick<TrainerConfig, "generator" | "discriminator" | "data">, steps = 1500) {
  const config = {
    ...game,
    seed: 1,
    batchSize: 64,
    optimizer: {
      generator: { type: "adam", lr: 1e-3, betas: [0.5, 0.999] },
      discriminator: { type: "adam", lr: 2e-3, betas: [0.5, 0.999] },
    },
    probes: { every: 0 },
  } satisfies Partial<TrainerConfig>;
  return withTrainer(engine, config, async (trainer) => {
    await reportsOf(trainer, { steps, reportEvery: steps });
    const label = Array.from({ length: 1000 }, (_, i) => i % classes);
    const { values } = await trainer.sample(1000, { label });
    return classAccuracy(nearestCentres(values), label);
  });
}

function nearestCentres(values: ArrayLike<number>): number[] {
  const { centers } = ring.modes ?? { centers: [] };
  return Array.from({ length: values.length / 2 }, (_, i) => {
    const distances = centers.map(([x = 0, y = 0]) =>
      Math.hypot((values[2 * i] as number) - x, (values[2 * i + 1] as number) - y),
    );
    return distances.indexOf(Math.min(...distances));
  });
}

/** The control is as long a training: one of them, but in the slow tests. */
const controlled = inject("isThorough") ? Object.keys(networks) : ["concatenation"];

describe.each(Object.entries(networks))("with %s", (name, players) => {
  test("every sample but a few is of the mode that was asked for", async () => {
    const accuracy = await accuracyOf({ ...players, data: ring });
    expect(accuracy.interval.low).toBeGreaterThan(0.95);
    expect(Math.min(...accuracy.ofClass)).toBeGreaterThan(0.9);
  });

  if (!controlled.includes(name)) return;
  test("with labels that say nothing of the samples, no more than by chance", async () => {
    const { interval } = await accuracyOf({ ...players, data: mislabelled });
    expect(interval.low).toBeLessThan(1 / classes);
    expect(interval.high).toBeLessThan(2 / classes);
  });
});

test.each([8, -1, 0.5, Number.NaN])("there is no class %d to sample", async (label) => {
  await withTrainer(engine, { ...networks.concatenation, data: ring }, async (trainer) => {
    const sentence = `Trainer: "label" holds ${label}; give whole numbers from 0 to 7.`;
    await expect(trainer.sample(3, { label })).rejects.toThrow(sentence);
    await expect(trainer.sample(3, { label: [0, 7, label] })).rejects.toThrow(sentence);
    expect((await trainer.sample(3, { label: 7 })).shape).toEqual([3, 2]);
  });
});
