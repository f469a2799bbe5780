/** `npm run certify`: holds the engine against closed forms in headless Chrome, and writes what came of it. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launchBrowser } from "./browser.mjs";
import { bundle } from "./build.mjs";
import { progressPrinter } from "./progress.mjs";
import { serve } from "./serve.mjs";

/** @typedef {import("../examples/certify/page.ts").CertifyResult} CertifyResult */

const help = `npm run certify -- [options]

Holds losses, penalties, rules of play, optimisers and derivatives against closed forms and replays in float64, in headless
Chrome, and writes out/certify/CERTIFICATES.md and certificates.json. Fails if one of them fails.

  --write   also writes examples/certify/CERTIFICATES.md, which is kept in the repository
  --help    this text`;

/** The icon is there so that the browser asks for none. */
const html = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

const kept = fileURLToPath(new URL("../examples/certify/CERTIFICATES.md", import.meta.url));

async function main() {
  const { values } = parseArgs({ options: { write: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) return console.log(help);
  const printer = progressPrinter(process.stderr);
  const { isPassed, summary, markdown, json } = await runInChrome(printer);
  printer.end();
  const folder = join("out", "certify");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "CERTIFICATES.md"), markdown);
  await writeFile(join(folder, "certificates.json"), json);
  if (values.write) await writeFile(kept, markdown);
  console.log(`${summary.join("\n")}\n\n${join(folder, "CERTIFICATES.md")} has all of them.`);
  if (!isPassed) process.exitCode = 1;
}

/**
 * @param {ReturnType<typeof progressPrinter>} printer
 * @returns {Promise<CertifyResult>}
 */
async function runInChrome(printer) {
  const { code } = await bundle({ entry: "examples/certify/page.ts" });
  const server = await serve({
    routes: {
      "/": async () => ({ type: "text/html", body: html }),
      "/page.js": async () => ({ type: "text/javascript", body: code }),
    },
  });
  try {
    const browser = await launchBrowser({ log: printer.note });
    try {
      const page = await browser.newPage();
      page.on("pageerror", (error) =>
        printer.note(`Error in the page: ${error instanceof Error ? error.message : error}`),
      );
      await page.exposeFunction("onCertifyProgress", printer.update);
      await page.goto(server.url);
      await page.waitForFunction("window.saddlepointCertify !== undefined");
      const crash = new Promise((_, fail) => page.once("error", () => fail(new Error("The page crashed."))));
      const run = page.evaluate(() => window.saddlepointCertify?.run("npm run certify"));
      return /** @type {CertifyResult} */ (await Promise.race([run, crash]));
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
