/** What the options can name, read from the library's registries. */
import { loadHost } from "../run/host.mjs";

/**
 * @typedef {import("../run/host.mjs").Host} Choices
 */

/** @returns {Promise<Choices>} */
export const loadChoices = loadHost;
