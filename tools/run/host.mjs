/** The library, and what jobs are made of, in this process. */
import { bundle } from "../bundle.mjs";

/** @typedef {typeof import("../../apps/job/host.ts")} Host */

/**
 * Node can't import TypeScript, so the module is bundled and imported from memory.
 *
 * @returns {Promise<Host>}
 */
export async function loadHost() {
  const { code } = await bundle({ entry: "apps/job/host.ts", sourcemap: false });
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}
