/** What every live page lets choose of a training. */
import { gan, optim } from "saddlepoint";
import { trainOptions } from "../../job/options/train_options.ts";
import type { Range } from "./address.ts";

export interface SharedSetup {
  readonly loss: gan.LossName;
  readonly penalty: gan.PenaltyName | "none";
  readonly penaltyWeight: number;
  readonly trick: gan.TrickName | "none";
  readonly play: gan.PlayName;
  readonly optimizer: optim.OptimizerConfig["type"];
  /** Decay of the running mean of the generator that samples are drawn with; 0 for none. */
  readonly average: number;
  readonly discriminatorSteps: number;
  readonly generatorRate: number;
  readonly discriminatorRate: number;
  readonly seed: number;
}

/** What each choice can be. */
export const sharedChoices = {
  loss: Object.keys(gan.losses) as gan.LossName[],
  penalty: ["none", ...(Object.keys(gan.penalties) as gan.PenaltyName[])],
  trick: ["none", ...(Object.keys(gan.tricks) as gan.TrickName[])],
  play: Object.keys(gan.plays) as gan.PlayName[],
  optimizer: Object.keys(optim.optimizers) as optim.OptimizerConfig["type"][],
  average: [0, 0.9, 0.99, 0.999],
} as const satisfies Partial<Record<keyof SharedSetup, readonly (string | number)[]>>;

/** The range of each number, both ends included. */
export const sharedRanges = {
  penaltyWeight: { low: 1e-4, high: 100, whole: false },
  generatorRate: { low: 1e-5, high: 1e-1, whole: false },
  discriminatorRate: { low: 1e-5, high: 1e-1, whole: false },
  seed: trainOptions.seed.range,
} as const satisfies Partial<Record<keyof SharedSetup, Range>>;

/** How a choice reads where not as it is. */
export const sharedTitles = { average: (decay: string) => (decay === "0" ? "none" : decay) };

/** What moves while a training runs; other changes need new networks and plans. */
export const movable = ["generatorRate", "discriminatorRate", "penaltyWeight"] as const;

/** The setup with the usual values of what moves. */
export const withoutMovable = <Setup extends SharedSetup>(setup: Setup, usual: Setup): Setup => {
  const { generatorRate, discriminatorRate, penaltyWeight } = usual;
  return { ...setup, generatorRate, discriminatorRate, penaltyWeight };
};

/** Another penalty, with the weight of its paper. */
export const withPenalty = <Setup extends SharedSetup>(setup: Setup, penalty: SharedSetup["penalty"]): Setup => ({
  ...setup,
  penalty,
  penaltyWeight: penalty === "none" ? setup.penaltyWeight : gan.penalties[penalty].defaultWeight,
});
