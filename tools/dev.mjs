/** `npm run dev`: serves the live pages to your own browser, bundled anew at every load. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "./browser/serve.mjs";
import { bundle } from "./build.mjs";

const apps = fileURLToPath(new URL("../apps", import.meta.url));
const usualPort = 8080;

/** @typedef {import("./browser/serve.mjs").Route} Route */

/**
 * The live pages: each has an index.html and a page.ts.
 *
 * @returns {string[]}
 */
function pageNames() {
  return readdirSync(join(apps, "live")).filter((name) =>
    ["index.html", "page.ts"].every((file) => existsSync(join(apps, "live", name, file))),
  );
}

/**
 * @param {string} name
 * @returns {readonly [string, Route][]}
 */
function routesOf(name) {
  return [
    // The page's own addresses are relative, and need the slash.
    [
      `/live/${name}`,
      async () => ({
        type: "text/html",
        body: `<!doctype html><meta http-equiv="refresh" content="0; url=/live/${name}/">`,
      }),
    ],
    [
      `/live/${name}/page.js`,
      async () => ({ type: "text/javascript", body: (await bundle({ entry: `apps/live/${name}/page.ts` })).code }),
    ],
  ];
}

/** Serves all live pages. @param {number} port 0 for any free one */
export function servePages(port) {
  return serve({ root: apps, port, routes: Object.fromEntries(pageNames().flatMap(routesOf)) });
}

async function main() {
  const port = readPort(process.argv.slice(2));
  try {
    const { url } = await servePages(port);
    const pages = pageNames().map((name) => `${url}/live/${name}/`);
    console.log(`The live pages are listed at ${url}/live/: ${pages.join(" and ")} (Ctrl-C ends).`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    console.error(`Port ${port} is in use; choose another one: npm run dev -- --port ${port + 1}`);
    process.exitCode = 1;
  }
}

/** @param {string[]} words */
function readPort(words) {
  try {
    const { values } = parseArgs({ args: words, options: { port: { type: "string", default: String(usualPort) } } });
    const port = Number(values.port);
    if (Number.isInteger(port) && port >= 0 && port < 65_536 && values.port !== "") return port;
    throw new Error(`--port ${values.port}: give a whole number from 0 (any free port) to 65535.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(`The only option of \`npm run dev\` is --port N (default ${usualPort}), after --.`);
    process.exit(2);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
