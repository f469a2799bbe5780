/** `npm start`: trains in headless Chrome, shows how it goes, and writes a report. `npm start -- --help` lists options. */
import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { loadChoices } from "./start/choices.mjs";
import { nameOf, servedData } from "./start/data_files.mjs";
import { helpText } from "./start/help.mjs";
import { followJob, loadLeftBehind } from "./start/job_run.mjs";
import { parseOptions, swallowedByNpm } from "./start/options.mjs";
import { outFolder } from "./start/out_folder.mjs";
import { CommandLineError } from "./terminal/command_line_error.mjs";
import { exitCodes, runMain, signalCodes, signalWords } from "./terminal/main.mjs";
import { printable, printableLines } from "./terminal/printable.mjs";
import { progressPrinter, trainingParts, words } from "./terminal/progress.mjs";

/**
 * @typedef {import("./start/options.mjs").StartOptions} StartOptions
 * @typedef {import("./start/job_run.mjs").Ending} Ending
 * @typedef {import("../apps/job/job_config.ts").JobConfig} JobConfig
 * @typedef {import("../apps/job/job_log.ts").JobResult} JobResult
 * @typedef {import("../apps/job/job_progress.ts").JobProgress} JobProgress
 * @typedef {ReturnType<typeof progressPrinter>} Printer
 */

async function main() {
  const choices = await loadChoices();
  const swallowed = swallowedByNpm(process.env);
  if (swallowed) throw new CommandLineError(swallowed);
  const options = parseOptions(process.argv.slice(2), { choices, kindOf });
  if (options.help) {
    console.log(helpText(choices));
    return exitCodes.done;
  }
  const folder = await outFolder(options.out, join("out", nameOf(options.data)));
  const { data, routes } = await servedData(options);
  const { JobLog, fromText } = await loadLeftBehind();

  const printer = progressPrinter(process.stdout);
  const log = new JobLog();
  const ending = await followJob({
    config: jobConfig(options, data),
    routes,
    log,
    fromText,
    show: (progress) => show(progress, printer),
    note: printer.note,
  });
  // What is wrong with the choices or the data is no run.
  const result = isMistake(ending) ? undefined : await log.result(reasonOf(ending));
  for (const { name, content } of result?.files ?? []) await writeFile(join(folder, name), content);
  printer.end();
  if (result) printer.note(`\n${described(result, folder)}`);
  const reason = ending.error ? sentence(ending.error) : ending.lost && `${ending.lost}.`;
  if (reason) console.error(`\n${printableLines(reason)}`);
  else if (!result) console.error("Stopped before there was anything to report.");
  return codeOf(ending);
}

/** @param {Ending} ending */
function codeOf(ending) {
  if (ending.signal) return signalCodes[ending.signal];
  if (isMistake(ending)) return exitCodes.badOptions;
  return ending.error || ending.lost ? exitCodes.failed : exitCodes.done;
}

/** @param {Ending} ending */
function isMistake({ error }) {
  return error?.name === "OptionError";
}

/**
 * For the report, as `JobLog.result` takes it; nothing for a run that came to its end.
 *
 * @param {Ending} ending
 */
function reasonOf({ signal, lost, error }) {
  if (error) return `It failed: ${error.message.replace(/\.$/, "")}`;
  return lost ?? (signal && `Stopped by ${signalWords[signal]}`);
}

/**
 * @param {JobProgress} progress
 * @param {Printer} printer
 */
function show(progress, printer) {
  if (progress.phase === "start") printer.note(`${printable(progress.title)}\non ${printable(progress.adapter)}`);
  else if (progress.phase === "compile") printer.update(`compiling shaders  ${progress.done}/${progress.total}`);
  else if (progress.phase === "classifier") {
    printer.update(`training a classifier for the metrics  ${progress.done}/${progress.total} steps`);
  } else if (progress.phase === "warning") printer.note(`Note: ${printable(progress.message)}`);
  else if (progress.phase === "finding") {
    const { severity, ailment, message, remedies } = progress.finding;
    printer.note(
      `Finding (${severity}): ${words(ailment)}\n  ${printable(message)}\n  Try: ${remedies[0] ?? "see the report"}.`,
    );
  } else printer.update(trainingParts(progress.state));
}

/**
 * @param {JobResult} result
 * @param {string} folder
 */
function described({ summary, headline, files }, folder) {
  const here = printable(relative(process.cwd(), folder) || ".");
  const found = summary.findings.map(({ severity, ailment, site, sinceStep, active }) =>
    [
      `Found (${severity}): ${words(ailment)} at ${site} since step ${sinceStep}`,
      active ? "." : "; gone at the end.",
    ].join(""),
  );
  if (found.length === 0) found.push(summary.steps > 0 ? "Nothing was found to be wrong." : "Nothing was trained.");
  const lines = [
    `${headline}.`,
    ...(summary.ending === null ? [] : [summary.ending]),
    ...found,
    "",
    `Report  ${join(here, "report.html")}`,
    `Files   ${files.map(({ name }) => name).join(", ")}`,
    `        in ${here}`,
    "Live    npm run dev, to train in a page of your own browser",
  ];
  return lines.map(printable).join("\n");
}

/**
 * @param {StartOptions} options
 * @param {JobConfig["data"]} data
 * @returns {JobConfig}
 */
function jobConfig(options, data) {
  const { model, conditional, imageSize, loss, penalties, tricks, play, optimizer, average, dSteps, lr, batch } =
    options;
  /** @type {Record<string, unknown>} */
  const chosen = {
    data,
    model,
    conditional,
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
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    // Below a file, at the end of links in a circle, too long to be a name: nothing as well.
    return "nothing";
  }
}

/** @param {import("./start/job_run.mjs").PageError} error */
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

await runMain(main, { ownsSignals: true });
