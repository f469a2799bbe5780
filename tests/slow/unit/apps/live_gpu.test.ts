/** The GPU goes under a live page in a real browser: the run goes on with the bits of one that nothing disturbed. */
import type { Browser, BrowserContext, Page } from "puppeteer";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "../../../../tools/browser/browser.mjs";
import { servePages } from "../../../../tools/dev.mjs";
import { fileOf, openTab, pause, reaches, says, statesOf, stepOf, textOf, undisturbed } from "./live_tab.ts";

let browser: Browser;
let server: Awaited<ReturnType<typeof servePages>>;
let context: BrowserContext;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), servePages(0)]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
beforeEach(async () => {
  context = await browser.createBrowserContext();
});
afterEach(() => context.close());

const ring = (hash: string) => `${server.url}/live/ring/${hash}`;

interface Devices {
  readonly devices: GPUDevice[];
}

/** Runs before the page's own scripts: remembers its devices, and notes beyond the page that one was given back. */
function watchDevices(): void {
  const devices: GPUDevice[] = [];
  Object.assign(window, { devices });
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...given) {
    const device = await requestDevice.apply(this, given);
    devices.push(device);
    return device;
  };
  const { destroy } = GPUDevice.prototype;
  GPUDevice.prototype.destroy = function () {
    localStorage.setItem("given back", "yes");
    return destroy.call(this);
  };
}

const lose = (page: Page) => page.evaluate(() => (window as unknown as Devices).devices.at(-1)?.destroy());

/** All that lasts of the page's run is that of a run that nothing disturbed. */
async function expectUndisturbed(page: Page, name: "ring" | "images", hash: string): Promise<void> {
  const saved = await statesOf((await fileOf(page, "save-run")).bytes);
  expect(saved.step).toBe(await stepOf(page));
  const blank = await context.newPage();
  await blank.goto(`${server.url}/live/`);
  expect(saved).toEqual(await undisturbed(blank, name, hash, saved.step));
}

test("a ring that loses it three times, twice while it trains", async () => {
  const hash = "#loss=hinge&penalty=r1&play=extragradient&average=0.99&seed=3";
  const page = await openTab(context, ring(hash), watchDevices);
  await page.click("#train");
  for (const more of [10, 40]) {
    await reaches(page, (await stepOf(page)) + more);
    await lose(page);
    await says(page, "status", /^Training\. The GPU was lost and is back; nothing was lost\.$/);
    await reaches(page, (await stepOf(page)) + 5);
  }
  await pause(page);
  await lose(page);
  await says(page, "status", /^Paused\. The GPU was lost and is back; nothing was lost\.$/);
  await page.click("#single");
  await says(page, "status", /^Step \d+ done\.$/);
  expect(await textOf(page, "problem")).toBe("");
  await expectUndisturbed(page, "ring", hash);
});

test("a ring whose GPU process is killed", async () => {
  const page = await openTab(context, ring("#seed=4"));
  await page.click("#train");
  await reaches(page, 20);
  const session = await browser.target().createCDPSession();
  // It has no answer: what answers is gone.
  session.send("Browser.crashGpuProcess").catch(() => undefined);
  await says(page, "status", /^Training\. The GPU was lost and is back/, 4 * 60_000);
  await reaches(page, (await stepOf(page)) + 10);
  await pause(page);
  await expectUndisturbed(page, "ring", "#seed=4");
});

test("images, with a classifier that is trained again", async () => {
  const hash = "#width=8&batchSize=16&steps=5000";
  const page = await openTab(context, `${server.url}/live/images/${hash}`, watchDevices);
  await page.click("#train");
  await says(page, "classifier-text", /being trained beside the GAN: [1-9]/, 5 * 60_000);
  await lose(page);
  await says(page, "status", /^Training\. The GPU was lost and is back; nothing was lost\.$/);
  const step = await stepOf(page);
  await reaches(page, step + 5);
  // Measurements go on, and the classifier begins again after one of them.
  await says(page, "classifier-text", /^The classifier (is being trained beside the GAN|tells)/, 5 * 60_000);
  await pause(page);
  await page.click("#walk");
  await page.waitForFunction(() =>
    /walks between/.test(document.getElementById("walks")?.getAttribute("aria-label") ?? ""),
  );
  expect(await textOf(page, "problem")).toBe("");
  await expectUndisturbed(page, "images", hash);
});

test.each(["ring", "images"])("the page %s gives it back when it is left", async (name) => {
  const page = await openTab(context, `${server.url}/live/${name}/#width=8`, watchDevices);
  await page.evaluate(() => localStorage.removeItem("given back"));
  await page.goto(`${server.url}/live/`);
  expect(await page.evaluate(() => localStorage.getItem("given back"))).toBe("yes");
});
