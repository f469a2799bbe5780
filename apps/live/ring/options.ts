/** What a setup trains: the networks and a trainer's options. */
import { gan, type nn, type optim } from "saddlepoint";
import { gameOptions } from "../shared/training.ts";
import type { Setup } from "./setup.ts";

type MlpArguments = Parameters<typeof nn.mlp>;

/** Both players, as `nn.mlp` takes them. */
export function networksOf({ loss, generatorActivation, discriminatorActivation }: Setup): {
  readonly generator: MlpArguments;
  readonly discriminator: MlpArguments;
} {
  const isAutoencoder = gan.createLoss(loss).reconstructionError !== undefined;
  return {
    // See the presets of the main job.
    generator: [[2, 64, 64, 2], { activation: generatorActivation, initializer: "glorotNormal" }],
    discriminator: [
      isAutoencoder ? [2, 64, 64, 1, 64, 64, 2] : [2, 64, 64, 1],
      { activation: discriminatorActivation },
    ],
  };
}

const betas = [0.5, 0.999] as const;

function optimizerOf(type: Setup["optimizer"], lr: number): optim.OptimizerConfig {
  switch (type) {
    case "adam":
    case "adamw":
    case "optimisticAdam":
      return { type, lr, betas };
    default:
      return { type, lr };
  }
}

export const optionsOf = (setup: Setup) => ({
  ...gameOptions(setup),
  optimizer: {
    generator: optimizerOf(setup.optimizer, setup.generatorRate),
    discriminator: optimizerOf(setup.optimizer, setup.discriminatorRate),
  },
});
