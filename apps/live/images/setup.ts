/** What the page trains, and how an address says so. */
import { gan } from "saddlepoint";
import { type ImageSetName, imageSets } from "../../job/options/data_sets.ts";
import { differsBeyond, formatAddress, parseAddress, type Range } from "../shared/address.ts";
import { movable, type SharedSetup, sharedChoices, sharedRanges, withoutMovable } from "../shared/setup.ts";

/** Of all that models can have, those that data sets usually have. */
const imageSizes = [16, 28, 32, 48, 64, 96, 128, 256] as const;

export interface Setup extends SharedSetup {
  /** "own" are images that the user gave, which no address holds. */
  readonly data: ImageSetName | "own";
  /** How image files are read. */
  readonly colours: "colour" | "grey";
  readonly model: gan.ModelName;
  /** Pixels along each side. */
  readonly imageSize: (typeof imageSizes)[number];
  readonly width: number;
  readonly batchSize: number;
  /** Generator steps until the training pauses by itself. */
  readonly steps: number;
}

/**
 * Small, and fast at learning: a software adapter takes two steps a second, and shows strokes after a hundred. At the
 * published rates of 2e-4 it takes several times as many.
 */
export const defaultSetup: Setup = {
  data: "glyphs",
  colours: "colour",
  model: "dcgan",
  imageSize: 28,
  width: 16,
  batchSize: 32,
  loss: "non-saturating",
  penalty: "none",
  penaltyWeight: 1,
  trick: "none",
  play: "alternating",
  optimizer: "adam",
  average: 0,
  discriminatorSteps: 1,
  generatorRate: 1e-3,
  discriminatorRate: 5e-4,
  steps: 2000,
  seed: 1,
};

/** What each choice can be. */
export const choices = {
  ...sharedChoices,
  data: Object.keys(imageSets) as ImageSetName[],
  colours: ["colour", "grey"],
  model: Object.keys(gan.models) as gan.ModelName[],
  imageSize: imageSizes,
  width: [8, 16, 32, 64, 128, 256],
  batchSize: [16, 32, 64, 128],
  discriminatorSteps: [1, 2, 5],
} as const satisfies Partial<Record<keyof Setup, readonly (string | number)[]>>;

/** The range of each number. */
export const ranges = {
  ...sharedRanges,
  steps: { low: 1, high: 1e6, whole: true },
} as const satisfies Partial<Record<keyof Setup, Range>>;

const fields = { defaults: defaultSetup, choices, ranges };

export const formatHash = (setup: Setup) =>
  formatAddress(fields, setup.data === "own" ? { ...setup, data: defaultSetup.data } : setup);

export function parseHash(hash: string): { readonly setup: Setup; readonly ignored: readonly string[] } {
  return parseAddress<Setup>(fields, hash);
}

/** Settings of a saved run, which may be of the user's own images. */
export const readSetup = (text: string) =>
  parseAddress<Setup>({ ...fields, choices: { ...choices, data: [...choices.data, "own"] } }, text);

/** The address without what moves while the training runs. */
export const fixedPart = (setup: Setup) =>
  formatHash({ ...withoutMovable(setup, defaultSetup), steps: defaultSetup.steps });

/** Which changes need new networks and plans; the others move while the training runs. */
export const needsRestart = (before: Setup, after: Setup) => differsBeyond([...movable, "steps"], before, after);

/** Widths that suit an adapter of any speed. */
const usualWidths: Readonly<Record<gan.ModelName, number>> = { dcgan: defaultSetup.width, resnet: 16, mlp: 256 };

/** Another model, with the training that is published with it: loss, rates and steps of the discriminator. */
export function withModel(setup: Setup, model: gan.ModelName): Setup {
  const sized = { ...setup, model, width: usualWidths[model] };
  if (model === defaultSetup.model) {
    const { loss, discriminatorSteps, generatorRate, discriminatorRate } = defaultSetup;
    return { ...sized, loss, discriminatorSteps, generatorRate, discriminatorRate };
  }
  const { imageSize, width } = sized;
  const { loss, discriminatorSteps, optimizer } = gan.createModel(model, { imageSize, width }).training;
  const { generator, discriminator } = optimizer;
  return { ...sized, loss, discriminatorSteps, generatorRate: generator.lr, discriminatorRate: discriminator.lr };
}

/** The smallest size that cuts no image off, if there is one. */
export function sizeFor([height = 0, width = 0]: readonly number[]): Setup["imageSize"] | undefined {
  return imageSizes.find((size) => size >= Math.max(height, width));
}
