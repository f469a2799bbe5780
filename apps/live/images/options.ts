/** What a setup trains: the model and a trainer's options. */
import { gan, type optim } from "saddlepoint";
import { gameOptions } from "../shared/training.ts";
import type { Setup } from "./setup.ts";

/** How `gan.createModel` makes the networks. */
export const modelOptionsOf = ({ imageSize, width }: Setup, channels: number) => ({ imageSize, channels, width });

/** The chosen optimiser at the chosen rate: the model's own, with its options, where it is of that type. */
function optimizerOf(setup: Setup, published: optim.OptimizerConfig, lr: number): optim.OptimizerConfig {
  return published.type === setup.optimizer ? { ...published, lr } : { type: setup.optimizer, lr };
}

export function optionsOf(setup: Setup, channels: number) {
  const { optimizer } = gan.createModel(setup.model, modelOptionsOf(setup, channels)).training;
  return {
    ...gameOptions(setup),
    optimizer: {
      generator: optimizerOf(setup, optimizer.generator, setup.generatorRate),
      discriminator: optimizerOf(setup, optimizer.discriminator, setup.discriminatorRate),
    },
    batchSize: setup.batchSize,
  };
}
