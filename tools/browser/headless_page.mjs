/** Runs a bundled module in a page of headless Chrome. */

import { bundle } from "../build.mjs";
import { launchBrowser } from "./browser.mjs";
import { serve } from "./serve.mjs";

/** The icon is there so that the browser asks for none. */
const html = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

/**
 * A page that runs a module, as routes of a server.
 *
 * @param {string} entry
 * @returns {Promise<Record<string, import("./serve.mjs").Route>>}
 */
export async function moduleRoutes(entry) {
  const { code } = await bundle({ entry });
  return {
    "/": async () => ({ type: "text/html", body: html }),
    "/page.js": async () => ({ type: "text/javascript", body: code }),
  };
}

/**
 * Rejects when the page crashes, or its browser ends.
 *
 * @param {import("puppeteer").Page} page
 * @returns {Promise<never>}
 */
export function lossOf(page) {
  return new Promise((_, fail) => {
    page.once("error", () => fail(new Error("The page crashed; is there enough memory?")));
    page.browser().once("disconnected", () => fail(new Error("Chrome ended before the page was done.")));
  });
}

/**
 * Calls the function that the module puts at `window.saddlepointRun`, with arguments that JSON can hold, and returns what
 * it resolves to. The module tells of its progress through `window.saddlepointProgress`.
 *
 * @param {string} entry
 * @param {readonly unknown[]} parameters
 * @param {{ update(line: string): void, note(line: string): void }} printer
 * @returns {Promise<unknown>}
 */
export async function runInPage(entry, parameters, printer) {
  const server = await serve({ routes: await moduleRoutes(entry), log: printer.note });
  try {
    const browser = await launchBrowser({ log: printer.note, closeOnSignal: false });
    try {
      const page = await browser.newPage();
      page.on("pageerror", (error) =>
        printer.note(`Error in the page: ${error instanceof Error ? error.message : error}`),
      );
      await page.exposeFunction("saddlepointProgress", printer.update);
      await page.goto(server.url);
      // The module ran before the page was loaded.
      const run = page.evaluate((given) => window.saddlepointRun?.(...given), [...parameters]);
      return await Promise.race([run, lossOf(page)]);
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}
