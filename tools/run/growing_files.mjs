/**
 * What a run measures, for programs that watch it while it trains: `telemetry.jsonl`, and an event file of TensorBoard
 * (`tensorboard --logdir RUN`) for each time that it was begun or gone on with.
 */
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "./out_folder.mjs";

/**
 * @typedef {import("../../apps/job/job_entry.ts").JobEntry} JobEntry
 * @typedef {Pick<import("./host.mjs").Host, "telemetryLines" | "tensorBoardLog">} Writers
 *
 * @typedef {object} GrowingFiles
 * @property {(entry: JobEntry) => void} add
 * @property {() => Promise<void>} done resolves when all of it is written
 */

export const linesName = "telemetry.jsonl";
const eventsFolder = "tensorboard";

/**
 * @param {Writers} host
 * @param {string} folder of the run
 * @param {object} [options]
 * @param {readonly JobEntry[]} [options.told] what a run that goes on builds on: lines of later steps go
 * @param {number | undefined} [options.step] that it goes on from
 * @param {(line: string) => void} [options.note] told once, if nothing can be written
 * @returns {GrowingFiles}
 */
export function growingFiles(host, folder, { told = [], step = 0, note = console.error } = {}) {
  const lines = join(folder, linesName);
  const log = host.tensorBoardLog({ step });
  const events = join(folder, eventsFolder, log.name);
  let [canWrite, hasEvents] = [true, false];
  const trying = (/** @type {() => void} */ write) => {
    if (!canWrite) return;
    try {
      write();
    } catch (error) {
      canWrite = false;
      note(
        `${folder}: ${linesName} and what TensorBoard shows grow no further (${reasonOf(error)}); the training goes on.`,
      );
    }
  };
  trying(() => {
    const before = told.map((entry) => host.telemetryLines(entry)).join("");
    if (before === "") rmSync(lines, { force: true });
    else writeFileSync(lines, before);
  });
  const append = (/** @type {Uint8Array} */ bytes) =>
    trying(() => {
      if (bytes.length === 0) return;
      if (!hasEvents) {
        mkdirSync(join(folder, eventsFolder), { recursive: true });
        appendFileSync(events, log.header);
      }
      hasEvents = true;
      appendFileSync(events, bytes);
    });
  // One after the other: pictures are packed asynchronously.
  let written = Promise.resolve();
  return {
    add(entry) {
      const text = host.telemetryLines(entry);
      if (text !== "") trying(() => appendFileSync(lines, text));
      const seconds = Date.now() / 1000;
      written = written
        .then(() => log.add(entry, seconds))
        .then(append)
        .catch((error) => note(`TensorBoard is told nothing of a step: ${error}`));
    },
    done: () => written,
  };
}
