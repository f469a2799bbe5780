/** In the place of `tools/bundle.mjs` in the package: its modules were bundled when it was packed. */
import { readFile } from "node:fs/promises";
import { moduleFile } from "./module_file.mjs";

/** @param {{ readonly entry: string }} options */
export async function bundle({ entry }) {
  return { code: await readFile(new URL(moduleFile(entry), import.meta.url), "utf8") };
}
