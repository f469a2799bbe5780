/** What is given in the place of draws has the shape and the type of what would be drawn. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { data, gan, nn, Tensor } from "../../../src/index.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
let trainer: gan.GameTrainer;
beforeAll(async () => {
  engine = await createEngine();
  const game = gan.game({
    networks: { shift: nn.mlp([2, 2]) },
    data: data.gaussianRing(),
    priors: { code: gan.uniformPrior([]), latent: gan.normalPrior([2]), kind: gan.categoricalPrior(3) },
    players: {
      mover: {
        moves: ["shift"],
        terms: ({ networks, priors }) => ({ size: networks.shift(priors.latent).square().mean() }),
      },
    },
    // Nothing of the network is in it: what is given comes out again.
    sample: ({ priors, batch }) =>
      Tensor.concat(
        [
          priors.code.reshape([-1, 1]),
          priors.latent,
          priors.kind.cast("f32").reshape([-1, 1]),
          (batch.labels as Tensor).cast("f32").reshape([-1, 1]),
        ],
        1,
      ),
  });
  trainer = await gan.Trainer.create(engine, { ...game, batchSize: 4 });
});
afterAll(() => {
  trainer.dispose();
  engine.destroy();
});

const given = { code: [0.25, -0.5], latent: [1.5, 2.5, 3.5, 4.5], kind: [2, 0], labels: 7 };

test("numbers of a prior without axes, vectors, classes and labels of the data arrive as they are", async () => {
  const { values, shape } = await trainer.sample(2, given);
  expect(shape).toEqual([2, 5]);
  expect([...values]).toEqual([0.25, 1.5, 2.5, 2, 7, -0.5, 3.5, 4.5, 0, 7]);
});

test("generate() takes values of the first prior, also where that has no axes", async () => {
  const { values } = await trainer.generate(Float32Array.of(0.125, 0.75, -1), {
    ...given,
    latent: 0,
    kind: 1,
  } as never);
  expect([values[0], values[5], values[10]]).toEqual([0.125, 0.75, -1]);
});

test.each([
  [{ kind: 3 }, /"kind" holds 3; give whole numbers from 0 to 2/],
  [{ kind: 0.5 }, /"kind" holds 0\.5; give whole numbers from 0 to 2/],
  [{ labels: 8 }, /"labels" holds 8; give whole numbers from 0 to 7/],
  [{ latent: [1, 2, 3] }, /"latent" is .*; 2 samples need 4 numbers/],
  [{ cod: 1 }, /there is no prior "cod"\. Did you mean "code"/],
])("%j is refused", async (wrong, message) => {
  await expect(trainer.sample(2, wrong)).rejects.toThrow(OptionError);
  await expect(trainer.sample(2, wrong)).rejects.toThrow(message);
});
