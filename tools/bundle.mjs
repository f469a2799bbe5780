/** Single modules in memory, of all that an entry file imports: for pages, and for other processes. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { sourceEntries } from "./entries.mjs";
import { wgslForEsbuild } from "./wgsl.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bundles one entry file, with all that it imports, into a single ES module in memory. An import of "saddlepoint"
 * means this repository's source, so that an example reads as a user would write it.
 *
 * @param {{ entry: string, minify?: boolean, sourcemap?: "inline" | "external" | false,
 *           define?: Record<string, string> }} options `entry` is relative to the repository
 * @returns {Promise<{ code: string, map: string | undefined }>} `map` is there where `sourcemap` is "external"
 */
export async function bundle({ entry, minify = false, sourcemap = "inline", define = {} }) {
  const { outputFiles } = await build({
    absWorkingDir: repository,
    alias: sourceEntries,
    bundle: true,
    define,
    entryPoints: [entry],
    format: "esm",
    legalComments: "none",
    logLevel: "silent",
    minify,
    outfile: "index.js",
    platform: "neutral",
    plugins: [wgslForEsbuild({ minify })],
    sourcemap,
    target: "es2022",
    write: false,
  });
  const textOf = (/** @type {string} */ ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text;
  const code = textOf(".js");
  if (code === undefined) throw new Error(`Bundling ${entry} gave no module.`);
  return { code, map: textOf(".js.map") };
}
