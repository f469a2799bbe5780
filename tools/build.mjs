/** Builds the package: one minified module and its type declarations. `bundle` also serves pages from memory. */
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
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
    alias: { saddlepoint: join(repository, "src", "index.ts") },
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

async function buildPackage() {
  const folder = join(repository, "dist");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });

  const { code, map } = await bundle({ entry: "src/index.ts", minify: true, sourcemap: "external" });
  await writeFile(join(folder, "index.js"), `${code}//# sourceMappingURL=index.js.map\n`);
  await writeFile(join(folder, "index.js.map"), map ?? "");
  await declareTypes(folder);

  const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const raw = Buffer.byteLength(code);
  const zipped = gzipSync(code, { level: 9 }).byteLength;
  console.log(`${relative(process.cwd(), join(folder, "index.js"))}  ${kilobytes(raw)}, gzipped ${kilobytes(zipped)}`);
}

/** @param {string} folder */
async function declareTypes(folder) {
  const compiler = join(repository, "node_modules", "typescript", "bin", "tsc");
  try {
    await promisify(execFile)(process.execPath, [compiler, "-p", join(repository, "tsconfig.build.json")]);
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    throw new Error(`The type declarations could not be written:\n${said}`);
  }
  const names = await readdir(folder, { recursive: true });
  for (const path of names.filter((name) => name.endsWith(".d.ts")).map((name) => join(folder, name))) {
    await writeFile(path, namingJavaScript(await readFile(path, "utf8")));
  }
}

/**
 * The compiler keeps "./x.ts" in declarations, which a user's compiler refuses unless told otherwise; "./x.js" leads
 * to x.d.ts under every module resolution.
 *
 * @param {string} declarations
 * @returns {string}
 */
function namingJavaScript(declarations) {
  return declarations.replace(/(\bfrom\s+|\bimport\s*\(?\s*)"(\.{1,2}\/[^"]*)\.ts"/g, '$1"$2.js"');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPackage();
