/** Chrome's GPU process is killed under a training, and pages are hidden and frozen: it goes on with the same bits. */
import type { Browser, Page } from "puppeteer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../../../tools/browser/browser.mjs";
import { moduleRoutes } from "../../../tools/browser/headless_page.mjs";
import { serve } from "../../../tools/browser/serve.mjs";
import type { PageRun } from "./gpu_process_page.ts";

const steps = 1500;

/** What the page has for the test. */
interface Global {
  readonly page: {
    readonly step: number;
    readonly losses: number;
    readonly warnings: readonly string[];
    run(steps: number): Promise<PageRun>;
  };
}

let server: Awaited<ReturnType<typeof serve>>;
let expected: PageRun;
beforeAll(async () => {
  server = await serve({ routes: await moduleRoutes("tests/slow/unit/gpu_process_page.ts"), log: () => undefined });
  expected = await inBrowser((page) => run(page));
}, 10 * 60_000);
afterAll(() => server.close());

async function inBrowser<Result>(use: (page: Page, browser: Browser) => Promise<Result>): Promise<Result> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => "page" in globalThis);
    return await use(page, browser);
  } finally {
    await browser.close();
  }
}

const run = (page: Page): Promise<PageRun> =>
  page.evaluate((count) => (globalThis as unknown as Global).page.run(count), steps);

const lossesOf = (page: Page): Promise<number> => page.evaluate(() => (globalThis as unknown as Global).page.losses);

/** Waits until it has reported a step. */
const reached = (page: Page, step: number) =>
  page.waitForFunction((wanted) => (globalThis as unknown as Global).page.step >= wanted, { timeout: 0 }, step);

async function killGpu(browser: Browser): Promise<void> {
  const session = await browser.target().createCDPSession();
  // It has no answer: what answers is gone.
  session.send("Browser.crashGpuProcess").catch(() => undefined);
}

function expectSame(actual: PageRun): void {
  expect(actual.steps).toEqual(expected.steps);
  expect(actual.digest).toBe(expected.digest);
}

test("the run that is not disturbed reports every 25 steps", () => {
  expect(expected.steps).toEqual(Array.from({ length: steps / 25 }, (_, i) => 25 * (i + 1)));
  expect(expected.losses).toBe(0);
});

test("the GPU process is killed three times", async () => {
  await inBrowser(async (page, browser) => {
    const running = run(page);
    for (const step of [100, 500, 1100]) {
      await reached(page, step);
      await killGpu(browser);
    }
    const actual = await running;
    expectSame(actual);
    expect(actual.losses).toBe(3);
    expect(await page.evaluate(() => (globalThis as unknown as Global).page.warnings.join())).not.toContain(
      "another adapter",
    );
  });
});

test("it is killed again while the training is brought back", async () => {
  await inBrowser(async (page, browser) => {
    const running = run(page);
    await reached(page, 300);
    await killGpu(browser);
    for (const pause of [150, 400, 800]) {
      await new Promise((done) => setTimeout(done, pause));
      await killGpu(browser);
    }
    const actual = await running;
    expectSame(actual);
    expect(actual.losses).toBeGreaterThan(0);
  });
});

test("a page behind another one, and frozen for a while, goes on; so it does when it loses the GPU there", async () => {
  await inBrowser(async (page, browser) => {
    const running = run(page);
    const session = await page.createCDPSession();
    await reached(page, 200);
    const front = await browser.newPage();
    await front.bringToFront();
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    await new Promise((done) => setTimeout(done, 1000));
    await killGpu(browser);
    await new Promise((done) => setTimeout(done, 1000));
    await session.send("Page.setWebLifecycleState", { state: "active" });
    const actual = await running;
    expectSame(actual);
    expect(actual.losses).toBe(1);
    expect(await lossesOf(page)).toBe(1);
  });
});
