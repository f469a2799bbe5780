/**
 * Builds the package: a JavaScript module and its type declarations for each file of `src`, so that a user's bundler takes
 * only what is used, and one file with all of it for pages without a bundler; each with a source map that holds the source.
 * Beside them lies the command.
 */
import { execFile } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { bundle } from "./bundle.mjs";
import { writeCommand } from "./package/command.mjs";
import { wgslForEsbuild } from "./wgsl.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));

/** All of the library in one file. */
const bundleName = "saddlepoint.min.js";

async function buildPackage() {
  const folder = join(repository, "dist");
  await rm(folder, { recursive: true, force: true });
  await Promise.all([writeModules(folder), declareTypes(), writeCommand(join(folder, "command"))]);
  await importJavaScript(folder);

  const { code, map } = await bundle({ entry: "src/everything.ts", minify: true, sourcemap: "external" });
  const file = join(folder, bundleName);
  await writeFile(file, `${code}//# sourceMappingURL=${bundleName}.map\n`);
  const { sources, ...rest } = JSON.parse(map ?? "");
  await writeFile(
    `${file}.map`,
    JSON.stringify({ ...rest, sources: sources.map((/** @type {string} */ path) => `../${path}`) }),
  );
  const zipped = gzipSync(code, { level: 9 }).byteLength;
  console.log(`${relative(process.cwd(), folder)}: all of it in one file is ${(zipped / 1000).toFixed(1)} kB gzipped.`);
}

/** @param {string} folder */
async function writeModules(folder) {
  const source = join(repository, "src");
  const paths = (await readdir(source, { recursive: true })).filter((path) => /(?<!\.d)\.ts$/.test(path));
  // The one file that imports shaders takes them in as text.
  const withShaders = join("kernels", "sources.ts");
  /** @type {import("esbuild").BuildOptions} */
  const options = {
    format: "esm",
    legalComments: "none",
    logLevel: "silent",
    outbase: source,
    outdir: folder,
    sourcemap: "linked",
    target: "es2022",
  };
  const entries = paths.filter((path) => path !== withShaders).map((path) => join(source, path));
  await build({ ...options, entryPoints: entries });
  await build({
    ...options,
    bundle: true,
    entryPoints: [join(source, withShaders)],
    plugins: [wgslForEsbuild({ minify: true })],
  });
}

async function declareTypes() {
  const compiler = join(repository, "node_modules", "typescript", "bin", "tsc");
  try {
    await promisify(execFile)(process.execPath, [compiler, "-p", join(repository, "tsconfig.build.json")]);
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    throw new Error(`The type declarations could not be written:\n${said}`);
  }
}

/**
 * Both compilers keep the "./x.ts" of an import, which exists only here; "./x.js" leads to x.js, and to x.d.ts under every
 * module resolution.
 *
 * @param {string} folder
 */
async function importJavaScript(folder) {
  const names = await readdir(folder, { recursive: true });
  const paths = names.filter((name) => /\.(js|d\.ts)$/.test(name)).map((name) => join(folder, name));
  await Promise.all(paths.map(async (path) => writeFile(path, namingJavaScript(await readFile(path, "utf8")))));
}

/**
 * @param {string} module
 * @returns {string}
 */
function namingJavaScript(module) {
  return module.replace(/(\bfrom\s+|\bimport\s*\(?\s*)"(\.{1,2}\/[^"]*)\.ts"/g, '$1"$2.js"');
}

await buildPackage();
