/** What the live page trains, and how an address says so. */
import { gan, nn, optim } from "saddlepoint";
import { type DataSetName, dataSetNames } from "../../job/options/data_sets.ts";
import { differsBeyond, formatAddress, parseAddress, type Range } from "../shared/address.ts";

export interface Setup {
  readonly data: DataSetName;
  readonly loss: gan.LossName;
  readonly penalty: gan.PenaltyName | "none";
  readonly penaltyWeight: number;
  readonly trick: gan.TrickName | "none";
  readonly play: gan.PlayName;
  readonly optimizer: optim.OptimizerConfig["type"];
  /** Decay of the running mean of the generator that samples are drawn with; 0 for none. */
  readonly average: number;
  readonly seed: number;
  readonly discriminatorSteps: number;
  readonly generatorActivation: nn.ActivationName;
  readonly discriminatorActivation: nn.ActivationName;
  readonly generatorRate: number;
  readonly discriminatorRate: number;
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

/** What each choice can be. */
export const choices = {
  data: dataSetNames,
  loss: Object.keys(gan.losses) as gan.LossName[],
  penalty: ["none", ...(Object.keys(gan.penalties) as gan.PenaltyName[])],
  trick: ["none", ...(Object.keys(gan.tricks) as gan.TrickName[]).filter((name) => !gan.tricks[name].needsImages)],
  play: Object.keys(gan.plays) as gan.PlayName[],
  optimizer: Object.keys(optim.optimizers) as optim.OptimizerConfig["type"][],
  average: [0, 0.9, 0.99, 0.999],
  generatorActivation: activationNames,
  discriminatorActivation: activationNames,
} as const satisfies Partial<Record<keyof Setup, readonly (string | number)[]>>;

export const discriminatorStepChoices = [1, 2, 5, 10, 20] as const;

/** The range of each number, both ends included. */
export const ranges = {
  seed: { low: 0, high: 2 ** 32 - 1, whole: true },
  discriminatorSteps: { low: 1, high: 100, whole: true },
  penaltyWeight: { low: 1e-4, high: 100, whole: false },
  generatorRate: { low: 1e-5, high: 1e-1, whole: false },
  discriminatorRate: { low: 1e-5, high: 1e-1, whole: false },
} as const satisfies Partial<Record<keyof Setup, Range>>;

const fields = { defaults: defaultSetup, choices, ranges };

export const formatHash = (setup: Setup) => formatAddress(fields, setup);
export const parseHash = (hash: string) => parseAddress(fields, hash);

/** Another penalty, with the weight of its paper. */
export const withPenalty = (setup: Setup, penalty: Setup["penalty"]): Setup => ({
  ...setup,
  penalty,
  penaltyWeight: penalty === "none" ? setup.penaltyWeight : gan.penalties[penalty].defaultWeight,
});

/** Which changes need new networks and plans; the others move while the training runs. */
export const needsRestart = (before: Setup, after: Setup) =>
  differsBeyond(["generatorRate", "discriminatorRate", "penaltyWeight"], before, after);
