/** Lets Vitest run tests in the browser that tools/browser/browser.mjs finds, through Puppeteer. */
import { defineBrowserProvider } from "@vitest/browser";
import type { Browser, Page } from "puppeteer";
import type { BrowserProviderOption } from "vitest/node";
import { launchBrowser } from "../../tools/browser/browser.mjs";

export function puppeteer(): BrowserProviderOption {
  return defineBrowserProvider({
    name: "puppeteer",
    supportedBrowser: ["chrome"],
    providerFactory: () => {
      let browser: Promise<Browser> | undefined;
      const pages = new Map<string, Page>();
      const pageOf = (session: string): Page => {
        const page = pages.get(session);
        if (!page) throw new Error(`No page was opened for the test session ${session}.`);
        return page;
      };
      return {
        name: "puppeteer",
        supportsParallelism: true,
        getCommandsContext: (session) => ({ page: pageOf(session) }),
        async openPage(session, url) {
          browser ??= launchBrowser();
          const page = await (await browser).newPage();
          pages.set(session, page);
          await page.goto(url, { timeout: 0 });
        },
        async getCDPSession(session) {
          const { send, on, once, off } = await pageOf(session).createCDPSession();
          return { send, on, once, off };
        },
        async close() {
          pages.clear();
          await (await browser)?.close();
          browser = undefined;
        },
      };
    },
  });
}
