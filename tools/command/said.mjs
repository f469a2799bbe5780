/** What a training says in the terminal. */
import { join, relative } from "node:path";
import process from "node:process";
import { printable } from "../terminal/printable.mjs";
import { trainingParts, words } from "../terminal/progress.mjs";

/**
 * @typedef {import("../../apps/job/job_log.ts").JobResult} JobResult
 * @typedef {import("../../apps/job/job_progress.ts").JobProgress} JobProgress
 * @typedef {Pick<ReturnType<typeof import("../terminal/progress.mjs").progressPrinter>, "note" | "update">} Printer
 */

/**
 * @param {JobProgress} progress
 * @param {Printer} printer
 */
export function show(progress, printer) {
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

/** @param {string} folder */
export const shownPath = (folder) => printable(relative(process.cwd(), folder) || ".");

/**
 * @param {JobResult} result
 * @param {string} folder
 * @param {string} resumeWith what is typed before the folder, to go on with a run that is not complete
 */
export function described({ summary, headline, files }, folder, resumeWith) {
  const here = shownPath(folder);
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
    ...(summary.completed ? [] : [`Go on   ${resumeWith} ${here}`]),
  ];
  return lines.map(printable).join("\n");
}
