/** The live page of points in a browser: what quick changes of its settings cost, and what it says meanwhile. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../../../../tools/browser/browser.mjs";
import { servePages } from "../../../../tools/dev.mjs";

const minutes = 60_000;
type Browser = Awaited<ReturnType<typeof launchBrowser>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

let browser: Browser;
let page: Page;
let server: Awaited<ReturnType<typeof servePages>>;
const problems: string[] = [];

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), servePages(0)]);
  page = await browser.newPage();
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.evaluateOnNewDocument(() => {
    const counts = { asked: 0 };
    const { createComputePipelineAsync } = GPUDevice.prototype;
    GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
      counts.asked++;
      return createComputePipelineAsync.call(this, descriptor);
    };
    Object.assign(window, { counts });
  });
  await page.goto(`${server.url}/live/ring/`);
  await ready();
}, 4 * minutes);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const ready = () =>
  page.waitForFunction(() => /^Ready/.test(document.getElementById("status")?.textContent ?? ""), {
    timeout: 3 * minutes,
  });
const asked = () => page.evaluate(() => (window as unknown as { counts: { asked: number } }).counts.asked);
/** Until the plans with probes, which are compiled while a training can begin, ask for no more. */
async function settled(): Promise<number> {
  for (let before = -1, now = await asked(); ; before = now, now = await asked()) {
    if (now === before) return now;
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
}
const visible = (id: string) => page.evaluate((name) => document.getElementById(name)?.hidden === false, id);

test(
  "five quick changes compile one training, and the picture says that it is of the settings before",
  async () => {
    const first = await settled();
    expect(first).toBeGreaterThan(10);
    expect(await visible("outdated")).toBe(false);
    const changes: readonly [string, string][] = [
      ["loss", "hinge"],
      ["penalty", "r1"],
      ["play", "extragradient"],
      ["generatorActivation", "elu"],
      ["play", "alternating"],
    ];
    for (const [id, value] of changes) {
      await page.select(`#${id}`, value);
      expect(await visible("outdated")).toBe(true);
      expect(await page.$eval("#outdated", (note) => note.textContent)).toContain("Of the settings before");
      expect(await page.$eval("#train", (button) => (button as HTMLButtonElement).disabled)).toBe(true);
    }
    expect((await asked()) - first).toBe(0);
    await ready();
    expect(await page.evaluate(() => location.hash)).toBe("#loss=hinge&penalty=r1&generatorActivation=elu");
    // One training of this kind has about as many as the first, plus the penalty's; five would have hundreds.
    expect((await settled()) - first).toBeLessThan(1.6 * first);
    expect(await visible("outdated")).toBe(false);
    expect(problems).toEqual([]);
  },
  4 * minutes,
);

describe("values of a chart", () => {
  test(
    "are read with the pointer, with a finger and with the arrow keys",
    async () => {
      await page.click("#single");
      await page.waitForFunction(() => document.getElementById("tile-step")?.textContent === "1");
      await page.click("#single");
      await page.waitForFunction(() => document.getElementById("tile-step")?.textContent === "2");
      const readout = () => page.evaluate(() => document.querySelector(".readout-texts")?.textContent ?? "");
      const shown = await page.evaluate(() => document.getElementById("tile-generator")?.textContent ?? "");
      await page.focus("figure:has(#chart-losses)");
      await page.keyboard.press("End");
      expect(await readout()).toMatch(/^step 1generator [\d.]+discriminator [\d.]+$/);
      const [, generator = ""] = /generator ([\d.]+)disc/.exec(await readout()) ?? [];
      expect(Math.abs(Number(generator) - Number(shown))).toBeLessThan(0.01);
      await page.keyboard.press("Home");
      expect(await readout()).toMatch(/^step 0generator/);
      await page.keyboard.press("Escape");
      expect(await readout()).toBe("");
      const chart = await page.$("#chart-losses svg");
      await chart?.hover();
      expect(await readout()).toMatch(/^step [01]generator/);
      await page.mouse.move(0, 0);
      expect(await readout()).toBe("");
      await chart?.tap();
      expect(await readout()).toMatch(/^step [01]generator/);
    },
    2 * minutes,
  );
});
