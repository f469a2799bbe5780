/** `saddlepoint diagnose RUN`: what is wrong with a run, and since when, by the library's rules. Needs neither GPU nor browser. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { loadHost } from "../run/host.mjs";
import { reasonOf } from "../run/out_folder.mjs";
import { findRun, toldOf } from "../run/run_folder.mjs";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { exitCodes } from "../terminal/main.mjs";
import { words as inWords } from "../terminal/progress.mjs";
import { kindOf } from "./kind_of.mjs";
import { shownPath } from "./said.mjs";
import { say } from "./say.mjs";
import { commandHelp, readCommand } from "./words.mjs";

/**
 * @typedef {import("../run/host.mjs").Host} Host
 * @typedef {ReturnType<Host["diagnoseTable"]>} Diagnosed
 */

const outputs = /** @type {const} */ (["logit", "score", "error"]);

/** @type {import("./words.mjs").CommandSpec} */
export const diagnoseSpec = {
  about: [
    "Says what is wrong with a run, since when, and what to try. It looks at what was told until now: the run may train still, or have " +
      "broken off.",
  ],
  word: {
    name: "RUN",
    about: "the folder that train made, or a table of telemetry (.csv) with columns as those of telemetry.csv",
  },
  options: {
    output: {
      value: "O",
      choices: outputs,
      about:
        "what the critic's output is, for a table of another program: logit (default), score as of wasserstein, or error of an autoencoder",
    },
    json: { about: "prints it as JSON, for other programs" },
  },
  after: ["Exit codes: 0 whether or not something is found, 1 failed, 2 a mistake in what was asked."],
};

/**
 * @param {readonly string[]} words
 * @param {string} program
 * @returns {Promise<number>}
 */
export async function diagnose(words, program) {
  const host = await loadHost();
  const given = readCommand(words, program, diagnoseSpec, host.didYouMean);
  if (!given) {
    console.log(commandHelp(program, diagnoseSpec));
    return exitCodes.done;
  }
  const path = given.word;
  const isFile = kindOf(path) === "file";
  const output = outputs.find((known) => known === given.text("output"));
  const diagnosed = isFile ? ofTable(host, path, output) : ofRun(host, path, output);
  if (given.has("json")) console.log(JSON.stringify({ version: 1, of: path, ...diagnosed }, null, 2));
  else say(described(isFile ? shownPath(resolve(path)) : shownPath(findRun(path).path), diagnosed));
  return exitCodes.done;
}

/**
 * @param {Host} host
 * @param {string} path
 * @param {typeof outputs[number] | undefined} output
 * @returns {Diagnosed}
 */
function ofRun(host, path, output) {
  if (output !== undefined) {
    throw new CommandLineError(`--output ${output}: the loss of a run is known; leave it out.`);
  }
  const { path: folder } = findRun(path);
  const told = toldOf(host, folder);
  const table = join(folder, "telemetry.csv");
  const hasTable = kindOf(table) === "file";
  // Of a run whose log was thrown away.
  return told.length === 0 && hasTable ? ofTable(host, table, undefined) : host.diagnoseTold(told);
}

/**
 * @param {Host} host
 * @param {string} file
 * @param {typeof outputs[number] | undefined} output
 * @returns {Diagnosed}
 */
function ofTable(host, file, output) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandLineError(`${file}: it can't be read: ${reasonOf(error, { EACCES: "you may not read it" })}.`);
  }
  // Where it lies in its run's folder, the loss is known.
  const known = host.factsOf(toldOf(host, dirname(resolve(file))));
  try {
    return host.diagnoseTable(host.telemetryOfCsv(text), { ...known, ...(output && { output }) });
  } catch (error) {
    throw new CommandLineError(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * @param {string} name
 * @param {Diagnosed} diagnosed
 */
function described(name, { steps, findings, silent }) {
  if (!steps) return `${name}: nothing was measured yet, so there is nothing to find.`;
  const [from, to] = steps;
  const looked = `${name}: steps ${from} to ${to}`;
  return [
    findings.length === 0
      ? `${looked}. Nothing was found to be wrong.`
      : `${looked}, ${counted(findings.length, "finding")}.`,
    ...findings.flatMap(findingLines),
    ...silent.flatMap(silentLines),
  ].join("\n");
}

/** @param {Diagnosed["findings"][number]} finding */
function findingLines({
  ailment,
  severity,
  site,
  sinceStep,
  firstStep,
  lastSeenStep,
  active,
  message,
  evidence,
  remedies,
}) {
  const again = firstStep < sinceStep ? ` It showed first in step ${firstStep}.` : "";
  const shown = Object.entries(evidence).filter(([key]) => key !== "sinceStep" && key !== "site");
  return [
    "",
    `${severity}: ${inWords(ailment)} at ${site}`,
    `  ${message}`,
    `  ${active ? "It shows at the end, too." : `It was gone after step ${lastSeenStep}.`}${again}`,
    ...(shown.length > 0 ? [`  Evidence  ${shown.map(([key, value]) => `${key} ${short(value)}`).join(", ")}`] : []),
    ...remedies.map((remedy, i) => `  ${i === 0 ? "Try" : "or "}       ${remedy}`),
  ];
}

/** @param {Diagnosed["silent"][number]} rule */
function silentLines({ rule, partly, missing }) {
  const of = `${missing.length === 1 ? "column" : "columns"} ${missing.join(", ")}`;
  return [
    "",
    partly
      ? `The rule of ${inWords(rule)} looked at a part alone: there is nothing in the ${of}.`
      : `The rule of ${inWords(rule)} could not look: it needs the ${of}.`,
  ];
}

/** @param {number | string | null} value */
const short = (value) => (typeof value === "number" ? Number(value.toPrecision(4)) : (value ?? "not finite"));

/**
 * @param {number} count
 * @param {string} what
 */
const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
