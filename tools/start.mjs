/** `npm start`: trains in headless Chrome, shows how it goes, and writes a report. `npm start -- --help` lists options. */
import { statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { launchBrowser } from "./browser.mjs";
import { bundle } from "./build.mjs";
import { loadChoices } from "./choices.mjs";
import { nameOf, servedData } from "./data_files.mjs";
import { CommandLineError, helpText, parseOptions, swallowedByNpm } from "./options.mjs";
import { progressPrinter, trainingLine, words } from "./progress.mjs";
import { serve } from "./serve.mjs";

/**
 * @typedef {import("./options.mjs").StartOptions} StartOptions
 * @typedef {import("../examples/main_job/job_config.ts").JobConfig} JobConfig
 * @typedef {import("../examples/main_job/job_progress.ts").JobProgress} JobProgress
 * @typedef {import("../examples/main_job/page.ts").PageResult} PageResult
 * @typedef {ReturnType<typeof progressPrinter>} Printer
 */

/** The icon is there so that the browser asks for none. */
const html = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

const exitCodes = { done: 0, failed: 1, badOptions: 2 };

/** A second Ctrl-C within this many milliseconds is the same one, passed on by npm. */
const samePress = 500;

async function main() {
  const choices = await loadChoices();
  const swallowed = swallowedByNpm(process.env);
  if (swallowed) throw new CommandLineError(swallowed);
  const options = parseOptions(process.argv.slice(2), { choices, kindOf });
  if (options.help) {
    console.log(helpText(choices));
    return exitCodes.done;
  }
  const folder = resolve(options.out ?? join("out", nameOf(options.data)));
  await mkdir(folder, { recursive: true });

  const printer = progressPrinter(process.stdout);
  const result = await runInBrowser(options, printer);
  for (const { name, text, encoding } of result.files) await writeFile(join(folder, name), text, encoding);
  printer.end();
  describe(result, folder);
  if (!result.error) return exitCodes.done;
  console.error(`\n${sentence(result.error)}`);
  return result.error.name === "OptionError" ? exitCodes.badOptions : exitCodes.failed;
}

/**
 * @param {StartOptions} options
 * @param {Printer} printer
 * @returns {Promise<PageResult>}
 */
async function runInBrowser(options, printer) {
  const { data, routes } = await servedData(options);
  const { code } = await bundle({ entry: "examples/main_job/page.ts" });
  const server = await serve({
    routes: {
      "/": async () => ({ type: "text/html", body: html }),
      "/page.js": async () => ({ type: "text/javascript", body: code }),
      ...routes,
    },
  });
  try {
    printer.note("Starting Chrome ...");
    const browser = await launchBrowser({ log: printer.note, closeOnInterrupt: false });
    try {
      return await runInPage(browser, server.url, jobConfig(options, data), printer);
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}

/**
 * @param {import("puppeteer").Browser} browser
 * @param {string} url
 * @param {JobConfig} config
 * @param {Printer} printer
 * @returns {Promise<PageResult>}
 */
async function runInPage(browser, url, config, printer) {
  const page = await browser.newPage();
  /** @type {(error: Error) => void} */
  let fail = () => {};
  const failure = new Promise((_, reject) => {
    fail = reject;
  });
  failure.catch(() => undefined);
  browser.on("disconnected", () => fail(new Error("Chrome ended while it was training.")));
  page.on("error", () => fail(new Error("The page crashed while it was training; is there enough memory?")));
  page.on("pageerror", (error) => printer.note(`Error in the page: ${error instanceof Error ? error.message : error}`));
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) printer.note(`From the page: ${message.text()}`);
  });
  await page.exposeFunction("onJobProgress", (/** @type {JobProgress} */ progress) => show(progress, printer));
  await page.goto(url);
  await page.waitForFunction("window.saddlepointJob !== undefined");

  const stopWatching = onInterrupt(
    () => {
      printer.note("Stopping; the report of what there is follows. Ctrl-C again ends at once.");
      page.evaluate(() => window.saddlepointJob?.stop()).catch(() => undefined);
    },
    () => fail(new Error("Stopped without a report.")),
  );
  try {
    const run = page.evaluate((chosen) => window.saddlepointJob?.run(chosen), config);
    return /** @type {PageResult} */ (await Promise.race([run, failure]));
  } finally {
    stopWatching();
  }
}

/**
 * @param {() => void} first
 * @param {() => void} again
 * @returns {() => void} ends the watch
 */
function onInterrupt(first, again) {
  let pressedAt = Number.NEGATIVE_INFINITY;
  const listener = () => {
    const now = performance.now();
    if (pressedAt === Number.NEGATIVE_INFINITY) {
      pressedAt = now;
      first();
    } else if (now - pressedAt > samePress) again();
  };
  process.on("SIGINT", listener);
  return () => process.off("SIGINT", listener);
}

/**
 * @param {JobProgress} progress
 * @param {Printer} printer
 */
function show(progress, printer) {
  if (progress.phase === "start") printer.note(`${progress.title}\non ${progress.adapter}`);
  else if (progress.phase === "compile") printer.update(`compiling shaders  ${progress.done}/${progress.total}`);
  else if (progress.phase === "classifier") {
    printer.update(`training a classifier for the metrics  ${progress.done}/${progress.total} steps`);
  } else if (progress.phase === "warning") printer.note(`Note: ${progress.message}`);
  else if (progress.phase === "finding") {
    const { severity, ailment, message, remedies } = progress.finding;
    printer.note(`Finding (${severity}): ${words(ailment)}\n  ${message}\n  Try: ${remedies[0] ?? "see the report"}.`);
  } else printer.update(trainingLine(progress.state));
}

/**
 * @param {PageResult} result
 * @param {string} folder
 */
function describe({ summary, headline, files }, folder) {
  if (files.length === 0) return;
  const here = relative(process.cwd(), folder) || ".";
  const findings = summary?.findings ?? [];
  console.log(`
${headline}.
${
  findings.length === 0
    ? summary && summary.steps > 0
      ? "Nothing was found to be wrong."
      : "Nothing was trained."
    : findings
        .map(({ severity, ailment, site, sinceStep, active }) =>
          [
            `Found (${severity}): ${words(ailment)} at ${site} since step ${sinceStep}`,
            active ? "." : "; gone at the end.",
          ].join(""),
        )
        .join("\n")
}

Report  ${join(here, "report.html")}
Files   ${files.map(({ name }) => name).join(", ")}
        in ${here}
Live    npm run dev, to train in a page of your own browser`);
}

/**
 * @param {StartOptions} options
 * @param {JobConfig["data"]} data
 * @returns {JobConfig}
 */
function jobConfig(options, data) {
  const { model, imageSize, loss, penalties, tricks, play, optimizer, average, dSteps, lr, batch } = options;
  /** @type {Record<string, unknown>} */
  const chosen = {
    data,
    model,
    imageSize,
    loss,
    // A model has penalties of its own.
    penalties: penalties.length > 0 ? penalties : undefined,
    tricks,
    play,
    optimizer,
    generatorAverage: average === undefined ? undefined : { decay: average },
    steps: options.steps,
    seed: options.seed,
    discriminatorSteps: dSteps,
    learningRate: lr,
    batchSize: batch,
    probeEvery: options.probeEvery,
  };
  // The names were checked against the registries that the types come from.
  return /** @type {JobConfig} */ (/** @type {unknown} */ (withoutUndefined(chosen)));
}

/** @param {Readonly<Record<string, unknown>>} record */
function withoutUndefined(record) {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/**
 * @param {string} path
 * @returns {"file" | "folder" | "nothing"}
 */
function kindOf(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return "nothing";
  return stats.isDirectory() ? "folder" : "file";
}

/** @param {{ name: string, message: string, stack: string }} error */
function sentence({ name, message, stack }) {
  // The library's own errors are written for users; of others, the place is all the help there is.
  const isOurs = [
    "SaddlepointError",
    "ShapeError",
    "OptionError",
    "DataError",
    "NoWebGpuError",
    "DeviceLostError",
  ].concat("OutOfMemoryError", "KernelError", "GradientError");
  return isOurs.includes(name) ? message : stack || `${name}: ${message}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof CommandLineError ? exitCodes.badOptions : exitCodes.failed;
}
