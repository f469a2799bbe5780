/** A job in a page of headless Chrome. */
import { launchBrowser } from "../browser/browser.mjs";
import { moduleRoutes } from "../browser/headless_page.mjs";
import { serve } from "../browser/serve.mjs";

/** @type {import("./runtimes.mjs").Runtime} */
export async function inChrome({ routes, handle, hear, note, lose }) {
  const server = await serve({ routes: { ...(await moduleRoutes("apps/job/page.ts")), ...routes }, handle, log: note });
  note("Starting Chrome ...");
  const browser = await launchBrowser({ log: note, closeOnSignal: false });
  const page = await browser.newPage();
  browser.on("disconnected", () => lose("Chrome ended while it was training"));
  page.on("error", () => lose("The page crashed while it was training (is there enough memory?)"));
  page.on("close", () => lose("The page was closed while it was training"));
  page.on("pageerror", (error) => note(`Error in the page: ${error instanceof Error ? error.message : error}`));
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) note(`From the page: ${message.text()}`);
  });
  await page.exposeFunction("onJobNews", hear);
  await page.goto(server.url);
  // Its module ran before the page was loaded. From now on, another document in its place is not the job.
  page.on("framenavigated", (frame) => {
    if (frame === page.mainFrame()) lose("The page was left while it was training");
  });
  return {
    url: server.url,
    run: async (order) => void (await page.evaluate((given) => window.saddlepointJob?.run(given), order)),
    stop: () => void page.evaluate(() => window.saddlepointJob?.stop()).catch(() => undefined),
  };
}
