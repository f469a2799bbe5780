/** What the command line can name, from the library itself, so that its help never lags behind. */
import { gan } from "saddlepoint";
import { dataSets } from "./data_sets.ts";
import { presets } from "./job_config.ts";

/** Titles of the generated data sets, by name. */
export const dataSetTitles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(dataSets).map(([name, { title }]) => [name, title]),
);

export const lossNames: readonly string[] = Object.keys(gan.losses);

/** Default weights of the penalties, by name. */
export const penaltyWeights: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(gan.penalties).map(([name, { defaultWeight }]) => [name, defaultWeight]),
);

export { presets };
