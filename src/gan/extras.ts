import { type Extra, partOf } from "../gpu/extra.ts";
import type { buffersOfMeans } from "./mean_buffers.ts";
import type { AverageConfig, ParameterAverage, resolveAverage } from "./parameter_average.ts";
import type { profilePlans } from "./profile.ts";
import type { fingerprintOf } from "./run/fingerprint.ts";
import type { checkSnapshot, takeSnapshot } from "./run/snapshot.ts";
import type { trainerMemory } from "./trainer_memory.ts";

/** What takes snapshots of runs, and checks them. */
export interface Snapshots {
  readonly fingerprintOf: typeof fingerprintOf;
  readonly takeSnapshot: typeof takeSnapshot;
  readonly checkSnapshot: typeof checkSnapshot;
}

export const extraSnapshots: Extra<Snapshots> = { entry: "snapshots" };

/** What looks into trainers. */
export interface TrainerInsight {
  readonly trainerMemory: typeof trainerMemory;
  readonly profilePlans: typeof profilePlans;
}

export const extraTrainerInsight: Extra<TrainerInsight> = { entry: "explain" };

/** What keeps means of parameters. */
export interface Averages {
  readonly resolveAverage: typeof resolveAverage;
  readonly ParameterAverage: typeof ParameterAverage;
  readonly buffersOfMeans: typeof buffersOfMeans;
}

export const extraAverages: Extra<Averages> = { entry: "averages" };

/** Options of an average, checked. @throws OptionError for numbers out of range; SaddlepointError on a page without averages. */
export function checkedAverage(
  where: string,
  name: string,
  given: AverageConfig | undefined,
): Required<AverageConfig> | undefined {
  return given && partOf(extraAverages, `${where}, ${name}`).resolveAverage(where, name, given);
}
