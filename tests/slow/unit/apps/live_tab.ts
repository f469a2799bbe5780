/** Live pages in tabs of a real browser: what they say, what they hand over, and the same training without a page. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "puppeteer";
import type { gan } from "../../../../src/index.ts";
import { readCheckpoint } from "../../../../src/public/extras/checkpoints.ts";

const minute = 60_000;
const library = fileURLToPath(new URL("../../../../src/index.ts", import.meta.url));

export type PageName = "ring" | "images";

/** Opens a page, and waits until there is a training. @param before a script that runs before the page's own */
export async function openTab(
  context: BrowserContext,
  address: string,
  before: () => void = () => undefined,
): Promise<Page> {
  const page = await context.newPage();
  await page.evaluateOnNewDocument(() => {
    // Downloads end here.
    const given: { name: string; blob: Blob }[] = [];
    const blobs = new Map<string, Blob>();
    const { createObjectURL } = URL;
    URL.createObjectURL = (blob: Blob) => {
      const url = createObjectURL(blob);
      blobs.set(url, blob);
      return url;
    };
    const { click } = HTMLAnchorElement.prototype;
    HTMLAnchorElement.prototype.click = function () {
      const blob = blobs.get(this.href);
      if (this.download && blob) given.push({ name: this.download, blob });
      else click.call(this);
    };
    Object.assign(window, { given });
  });
  await page.evaluateOnNewDocument(before);
  await page.goto(address);
  await says(page, "status", /^(Ready|It goes on)/);
  return page;
}

export const textOf = (page: Page, id: string): Promise<string> =>
  page.$eval(`#${id}`, (node) => (node instanceof HTMLElement && node.hidden ? "" : (node.textContent ?? "")));

/** Waits until a part of the page says so, and gives what it says. */
export async function says(page: Page, id: string, words: RegExp, timeout = 3 * minute): Promise<string> {
  await page
    .waitForFunction(
      (name, source) => {
        const node = document.getElementById(name);
        return node?.hidden === false && new RegExp(source).test(node.textContent ?? "");
      },
      { timeout, polling: 100 },
      id,
      words.source,
    )
    .catch(async (error: unknown) => {
      const texts = await Promise.all([id, "status", "problem", "saving-problem"].map((name) => textOf(page, name)));
      throw new Error(`#${id} does not say ${words}, but: ${texts.join(" | ")}`, { cause: error });
    });
  return textOf(page, id);
}

export const stepOf = async (page: Page): Promise<number> =>
  Number((await textOf(page, "tile-step")).replaceAll(",", ""));

/** Waits until so many steps are done. */
export async function reaches(page: Page, step: number): Promise<void> {
  await page.waitForFunction(
    (least) => Number(document.getElementById("tile-step")?.textContent?.replaceAll(",", "")) >= least,
    { timeout: 5 * minute, polling: 50 },
    step,
  );
}

export async function pause(page: Page): Promise<void> {
  await page.click("#train");
  await says(page, "status", /^Paused/);
}

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Presses a button, and takes the file that it gives. */
export async function fileOf(page: Page, id: string): Promise<GivenFile> {
  await page.evaluate(() => (window as unknown as { given: unknown[] }).given.splice(0));
  await page.click(`#${id}`);
  await page.waitForFunction(() => (window as unknown as { given: unknown[] }).given.length > 0, { timeout: minute });
  const { name, base64 } = await page.evaluate(async () => {
    const [file] = (window as unknown as { given: { name: string; blob: Blob }[] }).given;
    const url = await new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result));
      reader.readAsDataURL(file?.blob ?? new Blob());
    });
    return { name: file?.name ?? "", base64: url.slice(url.indexOf(",") + 1) };
  });
  return { name, bytes: new Uint8Array(Buffer.from(base64, "base64")) };
}

const hashOf = (bytes: ArrayBuffer) => createHash("sha256").update(new Uint8Array(bytes)).digest("hex");

/** What a page keeps beside the run; and what probes keep, which begins once plans with probes are compiled, as soon as that may be. */
const isOfPage = /^(?:page|probes)\//;

/** All that lasts of the trainer's game in a saved run, by path, and its step. */
export async function statesOf(file: Uint8Array): Promise<{ step: number; states: Record<string, string> }> {
  const { step, states } = await readCheckpoint(file);
  const own = states.filter(({ path }) => !isOfPage.test(path));
  return { step, states: Object.fromEntries(own.map(({ path, bytes }) => [path, hashOf(bytes)])) };
}

/** What a page has for a test that imports modules in it. */
export interface Loading {
  /** The module at an address of the page's server. */
  load<Module>(url: string): Promise<Module>;
}

/** As a text: in a function, Vitest puts an import of its own in the place of the page's. */
export const canLoad = (page: Page): Promise<unknown> => page.evaluate("window.load = (url) => import(url); undefined");

/**
 * The same of a training that nothing disturbs: the page's own session of a setup, in one stretch.
 *
 * @param blank a page of the same server that trains nothing
 */
export async function undisturbed(
  blank: Page,
  page: PageName,
  hash: string,
  steps: number,
): Promise<Awaited<ReturnType<typeof statesOf>>> {
  await canLoad(blank);
  const states = await blank.evaluate(
    async (name, address, count, path) => {
      const { load } = window as unknown as Loading;
      type Library = typeof import("../../../../src/index.ts");
      type Ring = typeof import("../../../../apps/live/ring/session.ts");
      type Images = typeof import("../../../../apps/live/images/session.ts");
      const { Engine } = await load<Library>(`/@fs${path}`);
      const engine = await Engine.create();
      await load(`/@fs${path.replace(/index\.ts$/, "public/extras/checkpoints.ts")}`);
      const making = {
        signal: new AbortController().signal,
        progress: () => undefined,
        warning: () => undefined,
        say: () => undefined,
      };
      const ofRing = async () => {
        const { parseHash } = await load<typeof import("../../../../apps/live/ring/setup.ts")>("/live/ring/setup.ts");
        const { Session } = await load<Ring>("/live/ring/session.ts");
        return Session.create(engine, parseHash(address).setup, making);
      };
      const ofImages = async () => {
        const { parseHash } =
          await load<typeof import("../../../../apps/live/images/setup.ts")>("/live/images/setup.ts");
        const { drawnImages } =
          await load<typeof import("../../../../apps/live/images/open_images.ts")>("/live/images/open_images.ts");
        const { Session } = await load<Images>("/live/images/session.ts");
        const { setup } = parseHash(address);
        return Session.create(engine, setup, drawnImages(setup), making);
      };
      const { trainer } = await (name === "ring" ? ofRing() : ofImages());
      for await (const _ of trainer.train({ steps: count, reportEvery: count }));
      const all: readonly gan.SavedState[] = (await trainer.snapshot()).states.filter(
        ({ path }) => !path.startsWith("probes/"),
      );
      engine.destroy();
      return all.map(({ path: at, bytes }): [string, number[]] => [at, Array.from(new Uint8Array(bytes))]);
    },
    page,
    hash,
    steps,
    library,
  );
  return {
    step: steps,
    states: Object.fromEntries(states.map(([at, bytes]) => [at, hashOf(Uint8Array.from(bytes).buffer)])),
  };
}
