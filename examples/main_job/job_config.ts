/** What the main job trains: a choice of the user's over a preset that suits the data. */
import { type data, type gan, nn, type optim } from "saddlepoint";
import { type DataSetName, dataSets } from "./data_sets.ts";

/** The user's choices as plain JSON. What is left out comes from the preset of the data's kind. */
export interface JobConfig {
  readonly data: JobData;
  readonly loss?: gan.LossName;
  readonly penalties?: readonly gan.PenaltyConfig[];
  /** Generator steps. */
  readonly steps?: number;
  readonly seed?: number;
  readonly discriminatorSteps?: number;
  /** The generator's, before it decays; the discriminator's is a multiple of it, which the preset knows. */
  readonly learningRate?: number;
  readonly batchSize?: number;
  /** The costlier probes run in every step whose number is a multiple of this; 0 turns them off. */
  readonly probeEvery?: number;
}

export type JobData =
  | { readonly kind: "set"; readonly name: DataSetName }
  /** An IDX file of images, which the page loads from `url`; `name` is for people. */
  | { readonly kind: "idx"; readonly url: string; readonly name: string };

interface Preset {
  readonly steps: number;
  /** The generator's. */
  readonly learningRate: number;
  /** The discriminator's rate, as a multiple of the generator's. */
  readonly discriminatorRate: number;
  readonly batchSize: number;
  readonly probeEvery: number;
  /** Widths of the layers between the latent vector and the sample, with the latent vector's own in front. */
  readonly generator: readonly number[];
  /** Widths of the layers between the sample and the logit. */
  readonly discriminator: readonly number[];
  readonly discriminatorActivation: nn.ActivationName;
  readonly generatorOutput: nn.ActivationName;
  /** The initialiser of the generator's weights. */
  readonly generatorInitializer: nn.InitializerName;
  /** The share of the steps after which the learning rates fall, linearly, to the given share of themselves. */
  readonly decay: { readonly from: number; readonly to: number };
  /** How many samples each report takes. */
  readonly samples: number;
}

/**
 * Points are tuned on the ring, by 24 seeds a choice in a simulation with NumPy. The initialiser counts most: glorotNormal
 * lets the generator start as a small blob that spreads to all sides, and 24 of 24 runs ended with all modes and a median
 * of 94 % high-quality samples; heNormal, the ReLU's own, starts as a few long rays, and lost a mode in one run of twelve,
 * with 91 %. A leaky ReLU in the discriminator at the generator's rate loses one in four. With constant rates the share of
 * high-quality samples swings between 60 and 92 % from report to report; with the decay it settles.
 *
 * Images are tuned by the look of MNIST's digits after few steps: at DCGAN's rate of 2e-4 they are smudges until step
 * 3000, at 5e-4 and 1e-3 they are strokes at step 1500.
 */
export const presets = {
  points: {
    steps: 5000,
    learningRate: 1e-3,
    discriminatorRate: 2,
    batchSize: 128,
    probeEvery: 10,
    generator: [2, 64, 64],
    discriminator: [64, 64],
    discriminatorActivation: "tanh",
    generatorOutput: "linear",
    generatorInitializer: "glorotNormal",
    decay: { from: 0.4, to: 0.02 },
    samples: 2500,
  },
  images: {
    steps: 1600,
    learningRate: 5e-4,
    discriminatorRate: 2,
    batchSize: 64,
    probeEvery: 20,
    generator: [64, 128, 256],
    discriminator: [256, 128],
    discriminatorActivation: "leakyRelu",
    generatorOutput: "tanh",
    generatorInitializer: "heNormal",
    decay: { from: 0.4, to: 0.05 },
    samples: 64,
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

type RatedOptimizer = optim.OptimizerConfig & { readonly lr: number };

/** Every choice made; this is what the summary records. */
export interface ResolvedJob {
  readonly data: string;
  readonly loss: gan.LossName;
  readonly penalties: readonly gan.PenaltyConfig[];
  readonly steps: number;
  readonly seed: number;
  readonly discriminatorSteps: number;
  readonly batchSize: number;
  readonly probeEvery: number;
  readonly optimizers: { readonly generator: RatedOptimizer; readonly discriminator: RatedOptimizer };
  readonly learningRateDecay: { readonly from: number; readonly to: number };
  readonly generator: {
    readonly layers: readonly number[];
    readonly activation: nn.ActivationName;
    readonly outputActivation: nn.ActivationName;
    readonly initializer: nn.InitializerName;
  };
  readonly discriminator: { readonly layers: readonly number[]; readonly activation: nn.ActivationName };
}

export function presetFor(source: data.DataSource): PresetName {
  return source.sampleShape.length === 1 ? "points" : "images";
}

export function resolveJob(config: JobConfig, source: data.DataSource): ResolvedJob {
  const preset: Preset = presets[presetFor(source)];
  const sampleSize = source.sampleShape.reduce((product, size) => product * size, 1);
  const rate = config.learningRate ?? preset.learningRate;
  const adam = (lr: number): RatedOptimizer => ({ type: "adam", lr, betas: [0.5, 0.999] });
  return {
    data: config.data.name,
    loss: config.loss ?? "non-saturating",
    penalties: config.penalties ?? [],
    steps: config.steps ?? preset.steps,
    seed: config.seed ?? 1,
    discriminatorSteps: config.discriminatorSteps ?? 1,
    batchSize: config.batchSize ?? preset.batchSize,
    probeEvery: config.probeEvery ?? preset.probeEvery,
    optimizers: { generator: adam(rate), discriminator: adam(rate * preset.discriminatorRate) },
    learningRateDecay: preset.decay,
    generator: {
      layers: [...preset.generator, sampleSize],
      activation: "relu",
      outputActivation: preset.generatorOutput,
      initializer: preset.generatorInitializer,
    },
    discriminator: { layers: [sampleSize, ...preset.discriminator, 1], activation: preset.discriminatorActivation },
  };
}

export function trainerConfig(job: ResolvedJob, source: data.DataSource): gan.TrainerConfig {
  const { layers, ...options } = job.generator;
  return {
    generator: nn.mlp(layers, options),
    discriminator: nn.mlp(job.discriminator.layers, { activation: job.discriminator.activation }),
    data: source,
    loss: job.loss,
    penalties: job.penalties,
    optimizer: job.optimizers,
    batchSize: job.batchSize,
    discriminatorSteps: job.discriminatorSteps,
    seed: job.seed,
    probes: { every: job.probeEvery },
    // Nobody looks at the page that the job runs in.
    submitMilliseconds: 100,
  };
}

/** For headings, for example "Ring of 8 Gaussians, minimax loss, 20 discriminator steps". */
export function jobTitle(config: JobConfig, job: ResolvedJob): string {
  return [
    config.data.kind === "set" ? dataSets[config.data.name].title : `Images of ${config.data.name}`,
    `${job.loss} loss`,
    ...job.penalties.map(({ type, weight }) => `${type} penalty (${weight})`),
    ...(job.discriminatorSteps > 1 ? [`${job.discriminatorSteps} discriminator steps`] : []),
  ].join(", ");
}

/** A part of the training in which the learning rates stand still. */
export interface Stretch {
  readonly steps: number;
  /** The learning rates, as a share of those at the start. */
  readonly rate: number;
}

/**
 * The training in stretches of constant learning rate. A control takes effect with the next submission; between two calls
 * of `train` nothing is in flight, so that the change falls on the same step in every run of a seed.
 */
export function stretches({ steps, learningRateDecay: { from, to } }: ResolvedJob, reportEvery: number): Stretch[] {
  const constant = Math.min(steps, Math.ceil((steps * from) / reportEvery) * reportEvery);
  const parts: Stretch[] = [{ steps: constant, rate: 1 }];
  const falling = steps - constant;
  for (let done = 0; done < falling; ) {
    const part = Math.min(reportEvery, falling - done);
    done += part;
    parts.push({ steps: part, rate: 1 + (to - 1) * (done / falling) });
  }
  return parts;
}

/** About 50 reports a run: enough for curves of the metrics, too few to cost time. */
export function reportInterval({ steps }: ResolvedJob): number {
  return Math.min(200, Math.max(1, Math.round(steps / 50)));
}
