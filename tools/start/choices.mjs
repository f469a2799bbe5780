/** What the options can name, read from the library's registries. */
import { bundle } from "../build.mjs";

/**
 * @typedef {Pick<typeof import("../../apps/job/options/choices.ts"),
 *   "aliases" | "dataSetTitles" | "didYouMean" | "imageSetTitles" | "imageSizes" | "modelNames" | "gameOptions" | "presets"
 *   | "imagePresets">}
 *   Choices
 */

/**
 * Node can't import TypeScript, so the module is bundled and imported from memory.
 *
 * @returns {Promise<Choices>}
 */
export async function loadChoices() {
  const { code } = await bundle({ entry: "apps/job/options/choices.ts", sourcemap: false });
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}
