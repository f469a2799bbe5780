/** What the command line can name, from the library itself, so that its help never lags behind. */
import { gan } from "saddlepoint";
import { dataSets, imageSets } from "./data_sets.ts";
import { imagePresets, presets } from "./job_config.ts";
import { imageSizes } from "./open_data.ts";

const titles = (sets: Readonly<Record<string, { readonly title: string }>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(sets).map(([name, { title }]) => [name, title]));

/** Titles of the generated sets of points, by name. */
export const dataSetTitles = titles(dataSets);

/** Titles of the generated sets of images, by name. */
export const imageSetTitles = titles(imageSets);

export const modelNames: readonly string[] = Object.keys(gan.models);

export const lossNames: readonly string[] = Object.keys(gan.losses);

/** Default weights of the penalties, by name. */
export const penaltyWeights: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(gan.penalties).map(([name, { defaultWeight }]) => [name, defaultWeight]),
);

export { imagePresets, imageSizes, presets };
