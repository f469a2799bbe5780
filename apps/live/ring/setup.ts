/** What the live page trains, and how an address says so. */
import { gan, nn } from "saddlepoint";
import { type DataSetName, dataSetNames } from "../../job/options/data_sets.ts";
import { differsBeyond, formatAddress, parseAddress, type Range } from "../shared/address.ts";
import { movable, type SharedSetup, sharedChoices, sharedRanges, withoutMovable } from "../shared/setup.ts";

export interface Setup extends SharedSetup {
  readonly data: DataSetName;
  readonly generatorActivation: nn.ActivationName;
  readonly discriminatorActivation: nn.ActivationName;
}

export const defaultSetup: Setup = {
  data: "ring",
  loss: "non-saturating",
  penalty: "none",
  penaltyWeight: 0.1,
  trick: "none",
  play: "alternating",
  optimizer: "adam",
  average: 0,
  seed: 1,
  discriminatorSteps: 1,
  generatorActivation: "relu",
  discriminatorActivation: "tanh",
  generatorRate: 1e-3,
  discriminatorRate: 2e-3,
};

const activationNames = Object.keys(nn.activations) as nn.ActivationName[];

/** What each choice can be. An address may ask for any number of discriminator steps; the list offers some. */
export const choices = {
  ...sharedChoices,
  data: dataSetNames,
  trick: ["none", ...(Object.keys(gan.tricks) as gan.TrickName[]).filter((name) => !gan.tricks[name].needsImages)],
  discriminatorSteps: [1, 2, 5, 10, 20],
  generatorActivation: activationNames,
  discriminatorActivation: activationNames,
} as const satisfies Partial<Record<keyof Setup, readonly (string | number)[]>>;

/** The range of each number, both ends included. */
export const ranges = {
  ...sharedRanges,
  discriminatorSteps: { low: 1, high: 100, whole: true },
} as const satisfies Partial<Record<keyof Setup, Range>>;

const fields = { defaults: defaultSetup, choices, ranges };

export const formatHash = (setup: Setup) => formatAddress(fields, setup);
export const parseHash = (hash: string) => parseAddress(fields, hash);

/** The address without what moves while the training runs. */
export const fixedPart = (setup: Setup) => formatHash(withoutMovable(setup, defaultSetup));

/** Which changes need new networks and plans; the others move while the training runs. */
export const needsRestart = (before: Setup, after: Setup) => differsBeyond(movable, before, after);
