/** `saddlepoint view RUN`: serves the report of a run, made from what was told until now, and its files. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { contentTypeOf, serve } from "../browser/serve.mjs";
import { loadHost } from "../run/host.mjs";
import { findRun, toldOf, toldSize } from "../run/run_folder.mjs";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { exitCodes, onSignals, signalCodes } from "../terminal/main.mjs";
import { kindOf } from "./kind_of.mjs";
import { shownPath } from "./said.mjs";
import { say } from "./say.mjs";
import { commandHelp, readCommand } from "./words.mjs";

/**
 * @typedef {import("../run/host.mjs").Host} Host
 * @typedef {readonly { readonly name: string, readonly content: string | Uint8Array }[]} Files
 */

/** @type {import("./words.mjs").CommandSpec} */
export const viewSpec = {
  about: [
    "Serves the report of a run to this machine alone. It is made anew from what was told until then whenever the page is loaded: of a run " +
      "that trains still, or was killed before its report.",
  ],
  word: { name: "RUN", about: "the folder that train made" },
  options: {
    port: {
      value: "N",
      number: { low: 0, high: 65_535, whole: true },
      about: "where it listens (default: any that is free)",
      also: "p",
    },
  },
  after: ["/files has the files of the run. Ctrl-C ends it."],
};

/**
 * @param {readonly string[]} words
 * @param {string} program
 * @returns {Promise<number>}
 */
export async function view(words, program) {
  const host = await loadHost();
  const given = readCommand(words, program, viewSpec, host.didYouMean);
  if (!given) {
    console.log(commandHelp(program, viewSpec));
    return exitCodes.done;
  }
  const run = findRun(given.word);
  const port = given.number("port") ?? 0;
  const ended = new Promise((resolve) => {
    onSignals({ first: resolve, again: resolve });
  });
  const server = await serve({
    root: run.path,
    port,
    scripts: await host.reportScripts(),
    handle: reportHandler(host, run.path),
  }).catch((error) => {
    throw new CommandLineError(portSentence(port, error));
  });
  say(
    `${shownPath(run.path)} at ${server.url}, its files at ${server.url}/files\nReload the page for what was told since. Ctrl-C ends it.`,
  );
  const signal = /** @type {import("../terminal/main.mjs").Signal} */ (await ended);
  await server.close();
  return signalCodes[signal];
}

/**
 * @param {number} port
 * @param {unknown} error
 */
function portSentence(port, error) {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const reasons = { EADDRINUSE: "another program listens there", EACCES: "you may not listen there" };
  const reason = Object.entries(reasons).find(([known]) => known === code)?.[1] ?? String(error);
  return `--port ${port}: ${reason}; give another one, or leave it out.`;
}

/**
 * Answers with what a report of now would be, before what lies in the folder.
 *
 * @param {Host} host
 * @param {string} folder
 * @returns {import("../browser/serve.mjs").Handler}
 */
function reportHandler(host, folder) {
  /** @type {{ at: string, files: Promise<Files> } | undefined} */
  let made;
  const filesNow = () => {
    const at = `${toldSize(folder)} ${isTraining(folder)}`;
    if (made?.at !== at) made = { at, files: filesOf(host, folder) };
    return made.files;
  };
  return async ({ method, path }) => {
    if (method !== "GET" && method !== "HEAD") return undefined;
    const html = (/** @type {string} */ body) => ({ status: 200, type: contentTypeOf("a.html"), body });
    if (path === "/files" || path === "/files/") return html(fileList(folder, await filesNow()));
    const name = path === "/" ? "report.html" : path.slice(1);
    const file = (await filesNow()).find((each) => each.name === name);
    if (file) return { status: 200, type: contentTypeOf(name), body: file.content };
    return path === "/" ? html(page("This run has told nothing yet; reload the page later.")) : undefined;
  };
}

/**
 * @param {Host} host
 * @param {string} folder
 * @returns {Promise<Files>} none before a run has told what it trains
 */
async function filesOf(host, folder) {
  const told = toldOf(host, folder);
  const log = new host.JobLog();
  for (const entry of told) log.add(entry);
  const result = await log.result(host.isDone(told) ? undefined : endingOf(folder, told));
  return result?.files ?? [];
}

/**
 * @param {string} folder
 * @param {readonly import("../../apps/job/job_entry.ts").JobEntry[]} told
 */
function endingOf(folder, told) {
  if (isTraining(folder)) return "It trains still";
  return told.at(-1)?.kind === "end" ? "It was stopped" : "It broke off";
}

/**
 * Whether the program that has the folder is alive. To take its lock, only to see, could make a resume fail that begins now.
 *
 * @param {string} folder
 */
function isTraining(folder) {
  try {
    const holder = Number(readFileSync(join(folder, ".lock"), "utf8"));
    return Number.isInteger(holder) && holder > 0 && process.kill(holder, 0);
  } catch (error) {
    // There is one, of another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * @param {string} folder
 * @param {Files} made
 */
function fileList(folder, made) {
  const there = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => !name.split("/").some((part) => part.startsWith(".")))
    .filter((name) => kindOf(join(folder, name)) === "file");
  const names = [...new Set([...made.map(({ name }) => name), ...there])].sort();
  const link = (/** @type {string} */ name) =>
    `<li><a href="/${name.split("/").map(encodeURIComponent).join("/")}">${escaped(name)}</a></li>`;
  return page(`<a href="/">Report</a><ul>${names.map(link).join("")}</ul>`);
}

/** @param {string} body */
const page = (body) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Run</title>` +
  `<link rel="icon" href="data:,"><body style="font: 16px/1.6 system-ui, sans-serif; margin: 2rem auto; max-width: 40rem">${body}</body></html>`;

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
