/** What the main job trains: a choice of the user's over a preset that suits the data. */
import { type data, gan, nn, OptionError, type optim } from "saddlepoint";
import { classesOf, toldTheClass } from "./images/class_labels.ts";
import type { JobData } from "./images/open_data.ts";
import { type OptimizerChoice, optimizerConfig } from "./options/optimizer_options.ts";
import { type Coordinate, isPointsOfFile } from "./points/open_numbers.ts";
import { type ImagePreset, imagePresets, type Preset, presetFor, presets } from "./presets.ts";

/** The user's choices as plain JSON. What is left out comes from the preset of the data's kind. */
export interface JobConfig {
  readonly data: JobData;
  /** Default mlp. */
  readonly model?: gan.ModelName;
  /** Whether networks are told the class of each sample. Default false. */
  readonly conditional?: boolean;
  /** Pixels along each side of an image, where they are not those of the files. */
  readonly imageSize?: number;
  readonly loss?: gan.LossConfig;
  readonly penalties?: readonly gan.PenaltyConfig[];
  readonly tricks?: readonly gan.TrickConfig[];
  readonly play?: gan.PlayConfig;
  /** Of both players, in the place of the preset's; rates come from `learningRate`. */
  readonly optimizer?: OptimizerChoice;
  readonly generatorAverage?: gan.GeneratorAverageConfig;
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

type RatedOptimizer = optim.OptimizerConfig & { readonly lr: number };

/** Every choice made; this is what the summary records. */
export interface ResolvedJob {
  readonly data: string;
  readonly model: gan.ModelName;
  readonly loss: gan.LossConfig;
  readonly penalties: readonly gan.PenaltyConfig[];
  readonly tricks: readonly gan.TrickConfig[];
  readonly play: gan.PlayConfig;
  readonly generatorAverage: gan.GeneratorAverageConfig | null;
  readonly steps: number;
  readonly seed: number;
  readonly discriminatorSteps: number;
  readonly batchSize: number;
  readonly probeEvery: number;
  readonly optimizers: { readonly generator: RatedOptimizer; readonly discriminator: RatedOptimizer };
  readonly learningRateDecay: { readonly from: number; readonly to: number };
  /** Of points from a file: networks see each coordinate minus its mean, by its standard deviation. */
  readonly coordinates?: readonly Coordinate[];
  /** The layers of an mlp; of another model, what it was made with. */
  readonly networks: MlpNetworks | gan.ModelOptions;
}

interface MlpNetworks {
  readonly generator: {
    readonly layers: readonly number[];
    readonly activation: nn.ActivationName;
    readonly outputActivation: nn.ActivationName;
    readonly initializer: nn.InitializerName;
  };
  readonly discriminator: { readonly layers: readonly number[]; readonly activation: nn.ActivationName };
  /** Of the data, where both are told the class. */
  readonly classes?: number;
}

/** What a run takes from its model where the user chose nothing. */
interface Defaults extends gan.ModelTraining, Pick<ImagePreset, "steps" | "probeEvery" | "decay"> {
  readonly networks: ResolvedJob["networks"];
}

/** @throws OptionError for a model that is not made for the data. */
export function resolveJob(config: JobConfig, source: data.DataSource): ResolvedJob {
  const model = config.model ?? "mlp";
  const told = config.conditional ? { classes: classesOf(source) } : {};
  const defaults = model === "mlp" ? mlpDefaults(source, told) : modelDefaults(model, source, told);
  const { generator, discriminator } = defaults.optimizer;
  const rate = config.learningRate ?? generator.lr;
  const chosen = (player: "generator" | "discriminator") =>
    config.optimizer ? optimizerConfig(config.optimizer, player) : defaults.optimizer[player];
  const loss = config.loss ?? defaults.loss;
  return {
    data: config.data.name,
    model,
    loss,
    penalties: config.penalties ?? defaults.penalties,
    tricks: config.tricks ?? [],
    play: config.play ?? { type: "alternating" },
    generatorAverage: config.generatorAverage ?? null,
    steps: config.steps ?? defaults.steps,
    seed: config.seed ?? 1,
    discriminatorSteps: config.discriminatorSteps ?? defaults.discriminatorSteps,
    batchSize: config.batchSize ?? Math.min(defaults.batchSize, source.count ?? defaults.batchSize),
    probeEvery: config.probeEvery ?? defaults.probeEvery,
    optimizers: {
      generator: { ...chosen("generator"), lr: rate },
      discriminator: { ...chosen("discriminator"), lr: (rate * discriminator.lr) / generator.lr },
    },
    learningRateDecay: defaults.decay,
    ...(isPointsOfFile(source) && { coordinates: source.coordinates }),
    networks: gan.createLoss(loss).reconstructionError
      ? withAutoencoder(defaults.networks, model, loss)
      : defaults.networks,
  };
}

/** Nothing, where networks are not told the class. */
type Told = Pick<MlpNetworks, "classes">;

function mlpDefaults(source: data.DataSource, told: Told): Defaults {
  const preset: Preset = presets[presetFor(source)];
  const sampleSize = source.sampleShape.reduce((product, size) => product * size, 1);
  const adam = (lr: number): RatedOptimizer => ({ type: "adam", lr, betas: [0.5, 0.999] });
  return {
    ...preset,
    loss: "non-saturating",
    penalties: [],
    discriminatorSteps: 1,
    optimizer: {
      generator: adam(preset.learningRate),
      discriminator: adam(preset.learningRate * preset.discriminatorRate),
    },
    networks: {
      generator: {
        layers: [latentSize(preset, source), ...preset.generator.slice(1), sampleSize],
        activation: "relu",
        outputActivation: preset.generatorOutput,
        initializer: preset.generatorInitializer,
      },
      discriminator: { layers: [sampleSize, ...preset.discriminator, 1], activation: preset.discriminatorActivation },
      ...told,
    },
  };
}

/** As many numbers as points have, so that they can fill their space. Of images there are fewer ways to look than pixels. */
function latentSize(
  { generator: [least = 1] }: Preset,
  { sampleShape: [size = 1, ...others] }: data.DataSource,
): number {
  return others.length > 0 ? least : Math.max(least, Math.min(size, mostLatents));
}

const mostLatents = 64;

function modelDefaults(model: Exclude<gan.ModelName, "mlp">, source: data.DataSource, told: Told): Defaults {
  const [height = 0, width = 0, channels = 0] = source.sampleShape;
  if (source.sampleShape.length !== 3) {
    throw new OptionError(`The model ${model} is made for images, but ${source.name} has none; take mlp.`);
  }
  const { size, rates, ...preset }: ImagePreset = imagePresets[model];
  const networks = { imageSize: height === width ? height : ([height, width] as const), channels, ...size, ...told };
  const { optimizer, ...training } = gan.createModel(model, networks).training;
  const rated = (player: "generator" | "discriminator") => ({
    ...optimizer[player],
    lr: rates?.[player] ?? optimizer[player].lr,
  });
  return {
    ...training,
    ...preset,
    optimizer: { generator: rated("generator"), discriminator: rated("discriminator") },
    networks,
  };
}

/** The discriminator of a game over reconstruction errors: to a code of half the sample's numbers at most, and back. */
function withAutoencoder(networks: ResolvedJob["networks"], model: gan.ModelName, loss: gan.LossConfig): MlpNetworks {
  if ("imageSize" in networks) {
    const name = typeof loss === "string" ? loss : loss.type;
    throw new OptionError(
      `The loss ${name} needs a discriminator that is an autoencoder, and that of ${model} is none; take the model mlp.`,
    );
  }
  const { layers, activation } = networks.discriminator;
  const sample = layers[0] as number;
  const hidden = layers.slice(1, -1);
  const code = Math.max(1, Math.min(networks.generator.layers[0] as number, Math.floor(sample / 2)));
  return {
    ...networks,
    discriminator: { layers: [sample, ...hidden, code, ...hidden.toReversed(), sample], activation },
  };
}

export function trainerConfig(job: ResolvedJob, source: data.DataSource): gan.TrainerConfig {
  return {
    ...players(job),
    data: source,
    loss: job.loss,
    penalties: job.penalties,
    tricks: job.tricks,
    play: job.play,
    ...(job.generatorAverage && { generatorAverage: job.generatorAverage }),
    optimizer: job.optimizers,
    batchSize: job.batchSize,
    discriminatorSteps: job.discriminatorSteps,
    seed: job.seed,
    // The same run leaves the same files, whenever its kernels are compiled.
    probes: { every: job.probeEvery, fromStart: true },
    // Nobody looks at the page that the job runs in.
    submitMilliseconds: 100,
  };
}

function players({ model, networks }: ResolvedJob): Pick<gan.TrainerConfig, "generator" | "discriminator"> {
  if ("imageSize" in networks) {
    const { generator, discriminator } = gan.createModel(model, networks);
    return { generator, discriminator };
  }
  const { layers, ...options } = networks.generator;
  const { layers: widths, activation } = networks.discriminator;
  const [generator, discriminator] = [nn.mlp(layers, options), nn.mlp(widths, { activation })];
  if (networks.classes === undefined) return { generator, discriminator };
  const { classes } = networks;
  return { generator: toldTheClass(generator, classes), discriminator: toldTheClass(discriminator, classes) };
}
