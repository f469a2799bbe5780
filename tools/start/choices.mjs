/** What the options can name, read from the library's registries. */
import { loadHost } from "../run/host.mjs";

/**
 * @typedef {Pick<import("../run/host.mjs").Host,
 *   "aliases" | "dataSetTitles" | "didYouMean" | "imageSetTitles" | "imageSizes" | "modelNames" | "gameOptions" | "presets"
 *   | "imagePresets">}
 *   Choices
 */

/** @returns {Promise<Choices>} */
export const loadChoices = loadHost;
