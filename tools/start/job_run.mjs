/** A job in a page of headless Chrome, followed from here to its end, whichever that is. */
import { launchBrowser } from "../browser/browser.mjs";
import { moduleRoutes } from "../browser/headless_page.mjs";
import { serve } from "../browser/serve.mjs";
import { bundle } from "../build.mjs";
import { onSignals } from "../terminal/main.mjs";

/**
 * @typedef {import("../terminal/main.mjs").Signal} Signal
 * @typedef {import("../../apps/job/job_config.ts").JobConfig} JobConfig
 * @typedef {import("../../apps/job/job_progress.ts").JobProgress} JobProgress
 * @typedef {import("../../apps/job/page.ts").PageError} PageError
 * @typedef {import("../../apps/job/page.ts").PageNews} PageNews
 * @typedef {Pick<typeof import("../../apps/job/left_behind.ts"), "JobLog" | "fromText">} LeftBehind
 * @typedef {import("../../apps/job/job_log.ts").JobLog} JobLog
 *
 * @typedef {object} Ending how a job ended
 * @property {Signal} [signal] what stopped it
 * @property {string} [lost] what became of the page, where it did not end by itself: a sentence without its point
 * @property {PageError} [error] what failed in the page
 */

/**
 * Milliseconds from a signal of the system to the end: who sends one kills what has not ended some ten seconds later. After a
 * Ctrl-C there is no such haste.
 */
const patience = 5000;

/**
 * What a job tells is kept here as it comes, since there is no asking a browser that is gone.
 *
 * @returns {Promise<LeftBehind>}
 */
export async function loadLeftBehind() {
  const { code } = await bundle({ entry: "apps/job/left_behind.ts", sourcemap: false });
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}

/**
 * Runs the job, and resolves when it is over: done, stopped by a signal, failed, or lost with its browser. It rejects only
 * where it could not begin.
 *
 * @param {object} job
 * @param {JobConfig} job.config
 * @param {Readonly<Record<string, import("../browser/serve.mjs").Route>>} job.routes of the data
 * @param {JobLog} job.log takes what the job tells
 * @param {LeftBehind["fromText"]} job.fromText
 * @param {(progress: JobProgress) => void} job.show
 * @param {(line: string) => void} job.note
 * @returns {Promise<Ending>}
 */
export async function followJob({ config, routes, log, fromText, show, note }) {
  /** @type {(ending: Ending) => void} */
  let end = () => {};
  const ended = /** @type {Promise<Ending>} */ (
    new Promise((resolve) => {
      end = resolve;
    })
  );
  /** @type {Signal | undefined} */
  let stoppedBy;
  /** @type {() => void} */
  let stopPage = () => {};
  onSignals({
    first: (signal) => {
      stoppedBy = signal;
      if (!log.hasStarted) return end({ signal });
      stopPage();
      note("Stopping; the report of what there is follows. Ctrl-C again ends at once.");
      if (signal !== "SIGINT") setTimeout(() => end({ signal }), patience);
    },
    again: (signal) => end({ signal }),
  });
  const hear = (/** @type {string} */ text) => {
    const news = /** @type {PageNews} */ (fromText(text));
    if ("progress" in news) show(news.progress);
    else if ("entry" in news) log.add(news.entry);
    else end({ ...news.over, ...(stoppedBy ? { signal: stoppedBy } : {}) });
  };
  const begun = openPage({ routes, hear, note, lose: (lost) => end({ lost }) }).then(async (page) => {
    stopPage = () => void page.evaluate(() => window.saddlepointJob?.stop()).catch(() => undefined);
    await page.evaluate((chosen) => window.saddlepointJob?.run(chosen), config);
    return ended;
  });
  return Promise.race([ended, begun]);
}

/**
 * @param {object} options
 * @param {Readonly<Record<string, import("../browser/serve.mjs").Route>>} options.routes
 * @param {(text: string) => void} options.hear
 * @param {(line: string) => void} options.note
 * @param {(lost: string) => void} options.lose told when the page is gone
 */
async function openPage({ routes, hear, note, lose }) {
  const server = await serve({
    routes: { ...(await moduleRoutes("apps/job/page.ts")), ...routes },
    log: note,
  });
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
  return page;
}
