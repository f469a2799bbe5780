/** Runs of the live pages in a real browser: whatever happens to a tab, the run goes on as if nothing had happened. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "puppeteer";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { programOf } from "../../../../apps/live/ring/program.ts";
import { parseHash } from "../../../../apps/live/ring/setup.ts";
import { readNpz } from "../../../../src/public/files.ts";
import { launchBrowser } from "../../../../tools/browser/browser.mjs";
import { servePages } from "../../../../tools/dev.mjs";
import { differenceOf, sessionOf } from "../../../unit/io/onnx/runtime.ts";
import {
  canLoad,
  fileOf,
  type Loading,
  openTab,
  pause,
  reaches,
  says,
  statesOf,
  stepOf,
  textOf,
  undisturbed,
} from "./live_tab.ts";

let browser: Browser;
let server: Awaited<ReturnType<typeof servePages>>;
/** A browser's storage of its own for every test. */
let context: BrowserContext;
let folder: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), servePages(0)]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
beforeEach(async () => {
  context = await browser.createBrowserContext();
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
});
afterEach(async () => {
  await context.close();
  await rm(folder, { recursive: true });
});

const ring = (hash = "") => `${server.url}/live/ring/${hash}`;
const images = (hash = "") => `${server.url}/live/images/${hash}`;

async function blankPage(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}/live/`);
  return page;
}

/** From the page's own words: seconds between two checkpoints. */
const interval = 5;

type Ending = (page: Page, address: string) => Promise<Page>;

/** What happens to a tab, and what its user does then. */
const endings: Readonly<Record<string, Ending>> = {
  async closed(page, address) {
    await page.close({ runBeforeUnload: false });
    const again = await openTab(context, address);
    await again.click("#offer-continue");
    await says(again, "status", /^It goes on/);
    return again;
  },
  async reloaded(page) {
    await page.reload();
    await says(page, "status", /^It goes on/);
    return page;
  },
  async crashed(page, address) {
    const gone = new Promise((resolve) => page.once("error", resolve));
    void page.goto("chrome://crash").catch(() => undefined);
    await gone;
    return endings["closed"]?.(page, address) ?? page;
  },
  async left(page, address) {
    await page.goto("about:blank");
    await page.goto(address);
    await says(page, "status", /^It goes on/);
    return page;
  },
};

test.each([
  ["closed", 1],
  ["reloaded", 2],
  ["crashed", 3],
  ["left", 4],
] as const)(
  "a ring whose tab is %s at random moments ends with the bits of one that nothing disturbed",
  async (how, seed) => {
    const hash = `#loss=hinge&penalty=r1&play=lookahead&average=0.99&seed=${seed}`;
    let page = await openTab(context, ring(hash));
    let least = 0;
    for (let round = 0; round < 3; round++) {
      await page.click("#train");
      await says(page, "kept", /^Kept in this browser at step/);
      await new Promise((resolve) => setTimeout(resolve, 1000 * interval * Math.random()));
      const [, kept = ""] = /step ([\d,]+)/.exec(await textOf(page, "kept")) ?? [];
      page = (await endings[how]?.(page, ring(hash))) ?? page;
      const step = await stepOf(page);
      // A checkpoint that was being written may be there as well.
      expect(step).toBeGreaterThanOrEqual(Number(kept.replaceAll(",", "")));
      expect(step).toBeGreaterThan(least);
      least = step;
    }
    await page.click("#train");
    await reaches(page, least + 5);
    await pause(page);
    const saved = await statesOf((await fileOf(page, "save-run")).bytes);
    expect(saved.step).toBe(await stepOf(page));
    expect(saved).toEqual(await undisturbed(await blankPage(), "ring", hash, saved.step));
  },
);

test("a run of images that is reloaded and closed ends with the bits of one that nothing disturbed, with its film", async () => {
  const steps = 100;
  const hash = `#width=8&batchSize=16&steps=${steps}`;
  let page = await openTab(context, images(hash));
  /** A run that is at its end would go on for as many steps again. */
  const train = async () => {
    if ((await stepOf(page)) < steps) await page.click("#train");
  };
  await page.click("#train");
  await says(page, "kept", /^Kept in this browser at step/);
  await page.reload();
  await says(page, "status", /^It goes on/);
  const film = () =>
    page.$$eval("#film li span", (labels) =>
      labels
        .map((label) => label.textContent)
        .join(" ")
        .trim(),
    );
  expect(await film()).toMatch(/^0/);
  const before = await film();
  await train();
  await says(page, "kept", /^Kept in this browser at step/);
  await page.close();
  page = await openTab(context, images());
  expect(await textOf(page, "offer")).toMatch(/width 8, batch size 16, steps 100/);
  await page.click("#offer-continue");
  await says(page, "status", /^It goes on/);
  expect(await page.evaluate(() => location.hash)).toBe(hash.replace("#", "#"));
  expect((await film()).startsWith(before)).toBe(true);
  if ((await stepOf(page)) < steps) {
    await train();
    await says(page, "status", /^100 steps are done/, 10 * 60_000);
  }
  const saved = await statesOf((await fileOf(page, "save-run")).bytes);
  expect(saved).toEqual(await undisturbed(await blankPage(), "images", hash, steps));
});

test("a second tab of the same settings disturbs nothing: it says so, and is not kept", async () => {
  const one = await openTab(context, ring());
  await one.click("#train");
  await says(one, "kept", /^Kept in this browser at step/);
  const two = await openTab(context, ring());
  expect(await textOf(two, "offer")).toBe("");
  await two.click("#train");
  await says(
    two,
    "kept",
    /^Another tab trains a run of these settings, and keeps it\. This one trains too, and is not kept\.$/,
  );
  await reaches(two, 5);
  await two.close();
  await one.bringToFront();
  await pause(one);
  const saved = await statesOf((await fileOf(one, "save-run")).bytes);
  const last = saved.step.toLocaleString("en");
  await says(one, "kept", new RegExp(`at step ${last}\\.$`));
  await one.reload();
  expect(await says(one, "status", /^It goes on/)).toContain(`step ${last},`);
  expect(saved).toEqual(await undisturbed(await blankPage(), "ring", "", saved.step));
});

test.each([
  [
    "whose quota is used up",
    () => {
      FileSystemFileHandle.prototype.createWritable = async () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    },
    /^The run is not kept in this browser: .*no more room.* The training goes on; “Save run” puts it into a file\.$/,
  ],
  [
    "that keeps nothing",
    () => {
      navigator.storage.getDirectory = async () => {
        throw new DOMException("private", "SecurityError");
      };
      Object.defineProperty(window, "sessionStorage", {
        get() {
          throw new DOMException("private", "SecurityError");
        },
      });
    },
    /^The run is not kept in this browser: .*private.* The training goes on/,
  ],
])("a browser %s is a sentence, and the training goes on", async (_, before, sentence) => {
  const page = await openTab(context, ring(), before);
  await page.click("#train");
  await says(page, "kept", sentence);
  const step = await stepOf(page);
  await reaches(page, step + 5);
  expect(await textOf(page, "problem")).toBe("");
});

test("without OPFS a run is kept in a database", async () => {
  const before = () => {
    Object.defineProperty(navigator.storage, "getDirectory", { value: undefined });
  };
  let page = await openTab(context, ring(), before);
  await page.click("#train");
  await says(page, "kept", /^Kept in this browser at step/);
  await page.close();
  page = await openTab(context, ring(), before);
  await page.click("#offer-continue");
  await says(page, "status", /^It goes on/);
});

test("a saved run goes on in another browser, with its settings; other files are refused with a sentence", async () => {
  const hash = "#data=grid&seed=9&generatorRate=0.00126";
  const page = await openTab(context, ring(hash));
  await page.click("#train");
  await reaches(page, 20);
  await pause(page);
  const file = await fileOf(page, "save-run");
  expect(file.name).toMatch(/^ring-run-step-\d+\.safetensors$/);
  const paths = { good: join(folder, file.name), damaged: join(folder, "damaged.safetensors") };
  await writeFile(paths.good, file.bytes);
  const damaged = file.bytes.slice();
  damaged[damaged.length - 9] = 1 + (damaged.at(-9) ?? 0);
  await writeFile(paths.damaged, damaged);
  const generator = await fileOf(page, "save-generator");
  await writeFile(join(folder, "generator.safetensors"), generator.bytes);
  await page.close();

  const other = await browser.createBrowserContext();
  try {
    const there = await openTab(other, ring());
    const input = await there.$("input#open-run-file");
    await input?.uploadFile(paths.damaged);
    await says(there, "saving-problem", /^This is no run that was saved here, or it is damaged: .*hash/);
    await input?.uploadFile(join(folder, "generator.safetensors"));
    await says(there, "saving-problem", /^This is no run that was saved here/);
    await input?.uploadFile(paths.good);
    await says(there, "status", /^It goes on from step/);
    expect(await there.evaluate(() => location.hash)).toBe(hash);
    expect(await textOf(there, "saving-problem")).toBe("");
    await there.click("#train");
    await reaches(there, (await stepOf(there)) + 10);
    await pause(there);
    const saved = await statesOf((await fileOf(there, "save-run")).bytes);
    expect(saved).toEqual(await undisturbed(await blankPage(), "ring", hash, saved.step));
    const elsewhere = await openTab(other, images("#width=8&batchSize=16"));
    await (await elsewhere.$("input#open-run-file"))?.uploadFile(paths.good);
    await says(elsewhere, "saving-problem", /^This run is of the page "ring"; open it there\.$/);
  } finally {
    await other.close();
  }
});

test("the generator draws the page's samples, without the page and in ONNX; samples and program come as they are", async () => {
  const hash = "#average=0.9&loss=hinge";
  const page = await openTab(context, ring(hash));
  await page.click("#train");
  await reaches(page, 20);
  await pause(page);
  const { samples, latents } = Object.fromEntries(await readNpz((await fileOf(page, "save-npz")).bytes));
  expect([samples?.shape, latents?.shape]).toEqual([
    [1000, 2],
    [1000, 2],
  ]);
  const expected = Float32Array.from(samples?.values ?? []);

  const lines = new TextDecoder()
    .decode((await fileOf(page, "save-csv")).bytes)
    .trim()
    .split("\r\n");
  expect(lines[0]).toBe("x,y");
  expect(Float32Array.from(lines.slice(1).flatMap((line) => line.split(",").map(Number)))).toEqual(expected);
  expect([...(await fileOf(page, "save-samples")).bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);

  const onnx = await sessionOf((await fileOf(page, "save-onnx")).bytes);
  const { Tensor } = await import("onnxruntime-web");
  const given = new Tensor("float32", Float32Array.from(latents?.values ?? []), [1000, 2]);
  const made = await onnx.run({ latent: given });
  expect(differenceOf(expected, made["samples"]?.data as Float32Array)).toBeLessThan(1e-4);

  const generator = await fileOf(page, "save-generator");
  const source = new URL("../../../../src/", import.meta.url).pathname;
  const blank = await blankPage();
  await canLoad(blank);
  const drawn = await blank.evaluate(
    async (path, file, numbers) => {
      const { load } = window as unknown as Loading;
      const { Engine } = await load<typeof import("../../../../src/index.ts")>(`/@fs${path}index.ts`);
      type Entry = typeof import("../../../../src/public/generator.ts");
      const { loadGenerator } = await load<Entry>(`/@fs${path}public/generator.ts`);
      const loaded = await loadGenerator(await Engine.create(), Uint8Array.from(file));
      return Array.from<number>((await loaded.generate(Float32Array.from(numbers))).values);
    },
    source,
    [...generator.bytes],
    [...(latents?.values ?? [])],
  );
  expect(Float32Array.from(drawn)).toEqual(expected);

  // A page behind another one can't be clicked.
  await page.bringToFront();
  await page.evaluate(() => {
    Object.defineProperty(navigator, "clipboard", {
      value: { writeText: async (text: string) => void Object.assign(window, { copied: text }) },
    });
  });
  await page.click("#copy-code");
  await says(page, "copied", /^Copied/);
  const copied = await page.evaluate(() => (window as unknown as { copied: string }).copied);
  expect(copied).toBe(programOf(parseHash(hash).setup));
});

/** An IDX file of 32 images of 28 x 28 pixels. */
function idxFile(seed: number): Uint8Array {
  const header = [0, 0, 8, 3, 0, 0, 0, 32, 0, 0, 0, 28, 0, 0, 0, 28];
  return Uint8Array.from([...header, ...Array.from({ length: 32 * 28 * 28 }, (_, i) => (i * seed) % 251)]);
}

test("a run on the user's own images asks for the same files, and goes on with no others", async () => {
  const [same, others] = [join(folder, "mine.idx"), join(folder, "others.idx")];
  await writeFile(same, idxFile(7));
  await writeFile(others, idxFile(11));
  const hash = "#width=8&batchSize=16";
  const page = await openTab(context, images(hash));
  await (await page.$("input#files"))?.uploadFile(same);
  await says(page, "data-summary", /mine\.idx: 32 images/);
  await says(page, "status", /^Ready/);
  await page.click("#train");
  await says(page, "kept", /^Kept in this browser at step/);
  await pause(page);
  await page.reload();
  await says(page, "status", /^Ready/);
  expect(await textOf(page, "offer")).toMatch(
    /your own images, “mine\.idx” \(32 images of 28 × 28 × 1\).*give the same files/,
  );
  expect(await page.$eval("#offer-continue", (button) => (button as HTMLButtonElement).disabled)).toBe(true);
  await (await page.$("input#files"))?.uploadFile(others);
  await says(page, "data-summary", /others\.idx/);
  await says(page, "status", /^Ready/);
  await page.click("#offer-continue");
  await says(page, "problem-text", /not the images that this run was trained on/);
  await page.click("#restart");
  await says(page, "status", /^Ready/);
  await (await page.$("input#files"))?.uploadFile(same);
  await says(page, "data-summary", /mine\.idx/);
  await says(page, "status", /^Ready/);
  await page.click("#kept-runs summary");
  await says(page, "kept-runs-list", /Step \d+, saved/);
  await page.evaluate(() => {
    const buttons = [...document.querySelectorAll<HTMLButtonElement>("#kept-runs-list button")];
    buttons.find(({ textContent }) => textContent === "Continue")?.click();
  });
  await says(page, "status", /^It goes on from step/);
});
