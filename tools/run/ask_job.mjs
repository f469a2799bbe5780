/** A task that is done where trainings are: in a page, or in another process. */
import process from "node:process";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { onSignals, signalCodes } from "../terminal/main.mjs";
import { runtimes } from "./runtimes.mjs";

/**
 * @typedef {import("../../apps/job/tasks/task.ts").TaskOrder} TaskOrder
 * @typedef {import("../../apps/job/tasks/task.ts").TaskAnswer} TaskAnswer
 * @typedef {import("../../apps/job/remote_job.ts").JobNews} JobNews
 * @typedef {import("../../apps/job/remote_job.ts").SentError} SentError
 */

/** Errors that are about what was asked: choices, and files. */
const mistakes = ["OptionError", "DataError", "ShapeError"];

/**
 * Has a task done, and resolves when it is over. A signal ends this program, and all that it started with it.
 *
 * @param {object} task
 * @param {keyof typeof runtimes} task.runtime
 * @param {(url: string) => TaskOrder} task.order for a job that reaches this program at that address
 * @param {Readonly<Record<string, import("../browser/serve.mjs").Route>>} task.routes
 * @param {import("./host.mjs").Host["fromText"]} task.fromText
 * @param {(answer: TaskAnswer) => void} task.take
 * @param {(progress: import("../../apps/job/job_progress.ts").JobProgress) => void} task.show
 * @param {(line: string) => void} task.note
 * @returns {Promise<void>}
 * @throws {CommandLineError} for a mistake in what was asked
 */
export async function askJob({ runtime, order, routes, fromText, take, show, note }) {
  const end = (/** @type {import("../terminal/main.mjs").Signal} */ signal) => process.exit(signalCodes[signal]);
  const ignore = onSignals({ first: end, again: end });
  try {
    await new Promise((resolve, reject) => {
      const hear = (/** @type {string} */ text) => {
        const news = /** @type {JobNews} */ (fromText(text));
        if ("progress" in news) show(news.progress);
        else if ("answer" in news) take(news.answer);
        else if ("over" in news) news.over.error ? reject(errorOf(news.over.error)) : resolve(undefined);
      };
      // They speak of trainings.
      const lose = (/** @type {string} */ lost) => reject(new Error(`${lost.replace(" while it was training", "")}.`));
      runtimes[runtime]({ routes, handle: async () => undefined, hear, note, lose })
        .then((job) => job.run(order(job.url)))
        .catch(reject);
    });
  } finally {
    ignore();
  }
}

/** @param {SentError} error */
function errorOf({ name, message }) {
  return mistakes.includes(name) ? new CommandLineError(message) : new Error(message);
}
