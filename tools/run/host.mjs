/** The library, and what jobs are made of, in this process. */
import { bundle } from "../bundle.mjs";

/** @typedef {typeof import("../../apps/job/host.ts")} Host */

/** @type {Promise<Host> | undefined} */
let loaded;

/**
 * Node can't import TypeScript, so the module is bundled and imported from memory, once.
 *
 * @returns {Promise<Host>}
 */
export function loadHost() {
  loaded ??= load();
  return loaded;
}

/** @returns {Promise<Host>} */
async function load() {
  const { code } = await bundle({ entry: "apps/job/host.ts", sourcemap: false });
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}
