/** Runs a bundled module in a page of headless Chrome. */

import { bundle } from "../bundle.mjs";
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
 * Opens a page that runs a module in headless Chrome, and closes all again.
 *
 * @template Result
 * @param {string} entry
 * @param {(line: string) => void} log
 * @param {(page: import("puppeteer").Page, url: string) => Promise<Result>} use opens the address when the page is ready for it
 * @returns {Promise<Result>}
 */
async function withPage(entry, log, use) {
  const server = await serve({ routes: await moduleRoutes(entry), log });
  try {
    const browser = await launchBrowser({ log, closeOnSignal: false });
    try {
      const page = await browser.newPage();
      return await Promise.race([use(page, server.url), lossOf(page)]);
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
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
export function runInPage(entry, parameters, printer) {
  return withPage(entry, printer.note, async (page, url) => {
    page.on("pageerror", (error) =>
      printer.note(`Error in the page: ${error instanceof Error ? error.message : error}`),
    );
    await page.exposeFunction("saddlepointProgress", printer.update);
    await page.goto(url);
    // The module ran before the page was loaded.
    return page.evaluate((given) => window.saddlepointRun?.(...given), [...parameters]);
  });
}

/**
 * Runs a module that does all of its work while it is loaded, and prints what it says on the console. Rejects with what it
 * throws.
 *
 * @param {string} entry
 * @param {{ print(...values: unknown[]): void, log(line: string): void }} terminal
 */
export function runModule(entry, { print, log }) {
  return withPage(entry, log, async (page, url) => {
    await page.exposeFunction("saddlepointPrint", (/** @type {string} */ values) => print(...JSON.parse(values)));
    await page.evaluateOnNewDocument(() => {
      // Only JSON comes over, which has neither typed arrays nor numbers that are not finite.
      const plain = (/** @type {string} */ _, /** @type {unknown} */ value) => {
        if (typeof value === "number" && !Number.isFinite(value)) return String(value);
        return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(Object.values(value)) : value;
      };
      const send = (/** @type {unknown[]} */ ...values) =>
        void window.saddlepointPrint?.(JSON.stringify(values, plain));
      Object.assign(console, { log: send, warn: send });
    });
    // It may take as long as it likes, and the page is loaded when it is done.
    await page.goto(url, { timeout: 0 });
    // The same module: this waits for its end.
    await page.evaluate((path) => import(path).then(() => undefined), "/page.js");
  });
}
