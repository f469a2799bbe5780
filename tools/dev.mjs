/** `npm run dev`: serves the live pages to your own browser with Vite, which reloads them when their source changes. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import { contentPolicy, securityHeaders } from "./browser/security_headers.mjs";
import { sourceEntries } from "./entries.mjs";
import { CommandLineError } from "./terminal/command_line_error.mjs";
import { runMain } from "./terminal/main.mjs";
import { parseWords } from "./terminal/parse_words.mjs";
import { wgslForVite } from "./wgsl.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));
const apps = join(repository, "apps");
const usualPort = 8080;

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
 * The pages' own addresses are relative, and need the slash.
 *
 * @returns {import("vite").Plugin}
 */
function slashBehindPages() {
  const paths = new Set(["/live", ...pageNames().map((name) => `/live/${name}`)]);
  return {
    name: "slash-behind-pages",
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const { url = "" } = request;
        if (paths.has(url)) response.writeHead(302, { location: `${url}/` }).end();
        else next();
      });
    },
  };
}

/**
 * Serves all live pages to this machine alone: Vite answers to the names of this machine and no other, so that no page from
 * elsewhere can read the images of a run by a name that leads here.
 *
 * @param {number} port 0 for any free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` has no slash at its end
 */
export async function servePages(port) {
  const server = await createServer({
    configFile: false,
    root: apps,
    appType: "mpa",
    logLevel: "warn",
    plugins: [wgslForVite(), slashBehindPages()],
    resolve: { alias: sourceEntries },
    // The pages depend on nothing that would have to be prepared.
    optimizeDeps: { noDiscovery: true },
    server: {
      host: "127.0.0.1",
      port,
      strictPort: true,
      cors: false,
      fs: { allow: [repository] },
      headers: { ...securityHeaders, "content-security-policy": contentPolicy(), "cache-control": "no-store" },
    },
  });
  try {
    await server.listen();
  } catch (error) {
    await server.close();
    throw error;
  }
  const address = server.httpServer?.address();
  if (!address || typeof address === "string") throw new Error("The server has no port.");
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}

async function main() {
  const port = readPort(process.argv.slice(2));
  try {
    const { url } = await servePages(port);
    const pages = pageNames().map((name) => `${url}/live/${name}/`);
    console.log(`The live pages are listed at ${url}/live/: ${pages.join(" and ")} (Ctrl-C ends).`);
  } catch (error) {
    if (!(error instanceof Error && /already in use/.test(error.message))) throw error;
    throw new Error(`Port ${port} is in use; choose another one: npm run dev -- --port ${port + 1}`);
  }
}

const help = `The only option of \`npm run dev\` is --port N (default ${usualPort}), after --.`;

/** @param {string[]} words */
function readPort(words) {
  const options = /** @type {const} */ ({ port: { type: "string", default: String(usualPort) } });
  const { values } = parseWords({ args: words, options }, help);
  const port = Number(values.port);
  if (Number.isInteger(port) && port >= 0 && port < 65_536 && values.port !== "") return port;
  throw new CommandLineError(`--port ${values.port}: give a whole number from 0 (any free port) to 65535. ${help}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(main);
