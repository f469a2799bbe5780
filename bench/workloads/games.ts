/** The games that are trained, at any size. */
import { data, gan, nn } from "saddlepoint";
import { resolveJob, trainerConfig } from "../../apps/job/job_config.ts";

type TrainerConfig = gan.TrainerConfig;

/** A ring of Gaussians; two hidden layers in both networks. */
export interface PlaneGame {
  readonly width: number;
  readonly batch: number;
  /** Of WGAN-GP. */
  readonly criticSteps: number;
}

/** A DCGAN of drawn glyphs. */
export interface ImageGame {
  readonly imageSize: number;
  readonly width: number;
  readonly latent: number;
  readonly batch: number;
}

const adam = (lr: number) => ({ type: "adam", lr, betas: [0.5, 0.999] }) as const;

export function ringConfig({ width, batch }: PlaneGame): TrainerConfig {
  return {
    generator: nn.mlp([2, width, width, 2], { activation: "relu" }),
    discriminator: nn.mlp([2, width, width, 1], { activation: "leakyRelu" }),
    data: data.gaussianRing({ modes: 8 }),
    optimizer: adam(1e-3),
    batchSize: batch,
  };
}

/** Gulrajani et al. 2017. */
export function wganGpRingConfig(game: PlaneGame): TrainerConfig {
  return {
    ...ringConfig(game),
    loss: "wasserstein",
    penalties: [gan.wganGp({ weight: 0.1 })],
    discriminatorSteps: game.criticSteps,
  };
}

export function dcganConfig({ batch, ...options }: ImageGame): TrainerConfig {
  const { generator, discriminator, training } = gan.dcgan(options);
  return {
    ...training,
    generator,
    discriminator,
    data: data.glyphs({ size: options.imageSize, count: 1000 }),
    batchSize: batch,
  };
}

/** The critic has no batch norm, since samples must not meet in it; one step of it for each of the generator. */
export function wganGpDcganConfig(game: ImageGame): TrainerConfig {
  const { imageSize, width } = game;
  const initializer = nn.normal(0.02);
  const down = (filters: number) => [
    nn.conv2d(filters, { kernel: 4, stride: 2, padding: 1, initializer }),
    nn.activation("leakyRelu"),
  ];
  return {
    ...dcganConfig(game),
    discriminator: nn.network(
      [imageSize, imageSize, 1],
      [...down(width), ...down(2 * width), nn.flatten(), nn.linear(1, { initializer })],
    ),
    loss: "wasserstein",
    penalties: [gan.wganGp()],
    optimizer: adam(1e-4),
  };
}

/** What `npm start` trains where nothing is chosen: a ring, with two layers of 64 and a batch of 128. */
export function startConfig(): TrainerConfig {
  const source = data.gaussianRing();
  return trainerConfig(resolveJob({ data: { kind: "set", name: "ring" } }, source), source);
}
