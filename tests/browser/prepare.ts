/** Finds the browser, or installs it, before the clock of the first page starts. */
import { findBrowser } from "../../tools/browser/browser.mjs";

export async function setup(): Promise<void> {
  process.env.PUPPETEER_EXECUTABLE_PATH = await findBrowser();
}
