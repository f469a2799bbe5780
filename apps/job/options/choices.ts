/** What the command line can name, from the library itself, so that its help never lags behind. */
import { gan } from "saddlepoint";
import { type Aliases, didYouMean } from "../../../src/errors/checks.ts";
import { lossAliases } from "../../../src/gan/losses/registry.ts";
import { penaltyAliases } from "../../../src/gan/penalties/registry.ts";
import { playAliases } from "../../../src/gan/play/registry.ts";
import { trickAliases } from "../../../src/gan/tricks/registry.ts";
import { optimizerAliases } from "../../../src/optim/registry.ts";
import { imagePresets, presets } from "../presets.ts";
import { dataSets, imageSets } from "./data_sets.ts";
import { type OptionTable, type OptionWithText, optimizerOptions } from "./optimizer_options.ts";
import { optionTexts } from "./option_texts.ts";

const titles = (sets: Readonly<Record<string, { readonly title: string }>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(sets).map(([name, { title }]) => [name, title]));

/** Titles of the generated sets of points, by name. */
export const dataSetTitles = titles(dataSets);

/** Titles of the generated sets of images, by name. */
export const imageSetTitles = titles(imageSets);

export const modelNames: readonly string[] = Object.keys(gan.models);

type Entries = Readonly<Record<string, { readonly options: gan.OptionSpecs }>>;

/** The options of a registry's entries, each with its text. */
const optionsOf = (kind: string, entries: Entries): Readonly<Record<string, OptionTable>> =>
  Object.fromEntries(
    Object.entries(entries).map(([name, { options }]) => [
      name,
      Object.fromEntries(
        Object.entries(options).map(([option, spec]) => [
          option,
          { ...spec, about: optionTexts[kind]?.[name]?.[option] ?? "" },
        ]),
      ),
    ]),
  );

const weightOption = (name: gan.PenaltyName): OptionWithText => ({
  default: gan.penalties[name].defaultWeight,
  low: 0,
  high: 1e6,
  about: "of the term in the loss",
});

const intervalOption: OptionWithText = { default: 1, low: 1, high: 64, whole: true, about: "steps between two uses" };

/** The options of what a game is made of, by name. */
export const gameOptions = {
  loss: optionsOf("loss", gan.losses),
  penalty: Object.fromEntries(
    Object.entries(optionsOf("penalty", gan.penalties)).map(([name, options]) => [
      name,
      { weight: weightOption(name as gan.PenaltyName), interval: intervalOption, ...options },
    ]),
  ),
  trick: optionsOf("trick", gan.tricks),
  play: optionsOf("play", gan.plays),
  optimizer: Object.fromEntries(
    Object.entries(optimizerOptions).map(([name, { options }]): [string, OptionTable] => [name, options]),
  ),
} as const;

/** What the field calls them, by kind. */
export const aliases: Readonly<Record<string, Aliases>> = {
  loss: lossAliases,
  penalty: penaltyAliases,
  trick: trickAliases,
  play: playAliases,
  optimizer: optimizerAliases,
};

export { didYouMean, imagePresets, presets };
