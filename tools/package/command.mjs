/**
 * The command of the package: `tools/saddlepoint.mjs` with all that it imports, and the modules that it runs in browsers and other
 * processes, which here are bundled when they are wanted and there lie ready. A user has nothing else to install.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundle } from "../bundle.mjs";
import { moduleFile } from "./module_file.mjs";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** What the command bundles. */
const moduleEntries = ["apps/job/host.ts", "apps/job/page.ts", "apps/job/process.ts"];

/**
 * Nobody's proxy is found by a script here, and what would run one is a JavaScript engine of its own, larger than all else.
 *
 * @type {import("esbuild").Plugin}
 */
const withoutProxyScripts = {
  name: "without-proxy-scripts",
  setup(build) {
    build.onResolve({ filter: /^pac-proxy-agent$/ }, () => ({ path: "pac-proxy-agent", namespace: "left-out" }));
    build.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({
      contents:
        'export class PacProxyAgent { constructor() { throw new Error("Scripts that choose a proxy are not run."); } }',
    }));
  },
};

/** @type {import("esbuild").Plugin} */
const withReadyModules = {
  name: "with-ready-modules",
  setup(build) {
    const ready = fileURLToPath(new URL("ready_modules.mjs", import.meta.url));
    build.onResolve({ filter: /\/bundle\.mjs$/ }, () => ({ path: ready }));
  },
};

/** @param {string} folder that of the command, which is made */
export async function writeCommand(folder) {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: {
      saddlepoint: "tools/saddlepoint.mjs",
      "download-browser": "tools/browser/download-browser.mjs",
    },
    // Without what finds the browser, which is done here.
    alias: { puppeteer: "puppeteer-core" },
    // Packages for CommonJS ask for Node's modules by it.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    bundle: true,
    format: "esm",
    legalComments: "none",
    logLevel: "silent",
    metafile: true,
    minify: true,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    platform: "node",
    plugins: [withoutProxyScripts, withReadyModules],
    splitting: true,
    target: "node20",
  });
  await writeFile(join(folder, "LICENSES.txt"), licencesOf(Object.keys(metafile.inputs)));
  await Promise.all(
    moduleEntries.map(async (entry) => {
      const { code } = await bundle({ entry, minify: true, sourcemap: false });
      await writeFile(join(folder, moduleFile(entry)), code);
    }),
  );
}

/**
 * The licences of the packages that these files are of.
 *
 * @param {readonly string[]} inputs
 */
function licencesOf(inputs) {
  const packages = new Set(
    inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []).sort(),
  );
  const texts = [...packages].map((path) => {
    const folder = join(repository, path);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = existsSync(folder) && readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
    return `${name} ${version}: ${license}\n\n${text}`.trimEnd();
  });
  return `Packages that are part of the command, with their licences.\n\n${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
