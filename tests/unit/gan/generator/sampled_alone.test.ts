/** Whether a game's samples are its generator's alone: told by the graphs, so that nothing has to be computed for it. */
import { describe, expect, test } from "vitest";
import { gaussianRing } from "../../../../src/data/drawn/gaussian_ring.ts";
import { images } from "../../../../src/data/images/images.ts";
import { bothWays } from "../../../../src/gan/generator/sampled_alone.ts";
import { createModel, type ModelName, models } from "../../../../src/gan/models/registry.ts";
import { graphText } from "../../../../src/gan/run/graph_text.ts";
import { createContext } from "../../../../src/gan/steps/compile_steps.ts";
import { ganGame } from "../../../../src/gan/trainer/config.ts";
import { byName } from "../../../../src/gan/trainer/names.ts";
import { type GameConfig, setUp } from "../../../../src/gan/trainer/setup.ts";
import { mlp } from "../../../../src/nn/network/network.ts";
import { engineOfNumbers } from "../float64_trainer.ts";

function graphsOf(config: GameConfig) {
  const { engine } = engineOfNumbers();
  const { game, run } = setUp(engine, config, byName);
  const { sampled, alone } = bothWays(createContext(engine, game, run), "generator");
  return { sampled: graphText([sampled]), alone: graphText([alone.reshape(sampled.shape)]) };
}

const names = Object.keys(models) as ModelName[];
const labels = Array.from({ length: 20 }, (_, i) => i % 10);
const pictures = (size: number) =>
  images({
    values: Uint8Array.from({ length: 20 * size * size }, (_, i) => i % 256),
    shape: [20, size, size, 1],
    labels,
    classes: 10,
  });

describe("a GAN's are", () => {
  test.each(names.flatMap((name) => [false, true].map((isConditional) => [name, isConditional] as const)))(
    "of the model %s, with classes: %s",
    (name, isConditional) => {
      const classes = isConditional ? { classes: 10 } : {};
      const imageSize = name === "resnet" ? 32 : 28;
      const options = { imageSize, channels: 1, width: 4, latent: 8, ...classes } as const;
      const { generator, discriminator } = createModel(name, options);
      const game = ganGame({ generator, discriminator, data: pictures(imageSize) });
      const { sampled, alone } = graphsOf({ ...game, batchSize: 4 });
      expect(sampled).toEqual(alone);
    },
  );

  test("of labels that are drawn evenly", () => {
    const { generator, discriminator } = createModel("dcgan", { imageSize: 28, width: 4, latent: 8, classes: 10 });
    const game = ganGame({ generator, discriminator, data: pictures(28), labelSampling: "uniform" });
    const { sampled, alone } = graphsOf({ ...game, batchSize: 4 });
    expect(sampled).toEqual(alone);
  });
});

test("a table's are not that does more", () => {
  const game = ganGame({ generator: mlp([2, 4, 2]), discriminator: mlp([2, 4, 1]), data: gaussianRing() });
  const sample: typeof game.sample = (step) => game.sample(step).mul(2);
  const { sampled, alone } = graphsOf({ ...game, sample, batchSize: 4 });
  expect(sampled).not.toEqual(alone);
});
