/** A job in another process, followed from here to its end, whichever that is. */
import { onSignals } from "../terminal/main.mjs";
import { runtimes } from "./runtimes.mjs";

/**
 * @typedef {import("../terminal/main.mjs").Signal} Signal
 * @typedef {import("../../apps/job/job_progress.ts").JobProgress} JobProgress
 * @typedef {import("../../apps/job/job_entry.ts").JobEntry} JobEntry
 * @typedef {import("../../apps/job/remote_job.ts").SentError} SentError
 * @typedef {import("../../apps/job/remote_job.ts").JobNews} JobNews
 * @typedef {import("../../apps/job/remote_job.ts").JobOrder} JobOrder
 *
 * @typedef {object} Ending how a job ended
 * @property {Signal} [signal] what stopped it
 * @property {string} [lost] what became of the page or process, where it did not end by itself: a sentence without its point
 * @property {SentError} [error] what failed there
 */

/**
 * Milliseconds from a signal of the system to the end: who sends one kills what has not ended some ten seconds later. After a
 * Ctrl-C there is no such haste.
 */
const patience = 5000;

/**
 * Runs the job, and resolves when it is over: done, stopped by a signal, failed, or lost with its browser. It rejects only
 * where it could not begin.
 *
 * @param {object} job
 * @param {keyof typeof runtimes} job.runtime
 * @param {(url: string) => JobOrder} job.order for a job that reaches this program at that address
 * @param {Readonly<Record<string, import("../browser/serve.mjs").Route>>} job.routes of the data
 * @param {import("../browser/serve.mjs").Handler} job.handle what else it may ask
 * @param {import("./host.mjs").Host["fromText"]} job.fromText
 * @param {(entry: JobEntry) => void} job.tell
 * @param {(progress: JobProgress) => void} job.show
 * @param {(line: string) => void} job.note
 * @returns {Promise<Ending>}
 */
export async function followJob({ runtime, order, routes, handle, fromText, tell, show, note }) {
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
  let stop = () => {};
  // What a job tells is kept here as it comes, since there is no asking a browser that is gone.
  let hasStarted = false;
  onSignals({
    first: (signal) => {
      stoppedBy = signal;
      if (!hasStarted) return end({ signal });
      stop();
      note("Stopping; the report of what there is follows. Ctrl-C again ends at once.");
      if (signal !== "SIGINT") setTimeout(() => end({ signal }), patience);
    },
    again: (signal) => end({ signal }),
  });
  const hear = (/** @type {string} */ text) => {
    const news = /** @type {JobNews} */ (fromText(text));
    if ("progress" in news) show(news.progress);
    else if ("entry" in news) {
      hasStarted = true;
      tell(news.entry);
    } else if ("over" in news) end({ ...news.over, ...(stoppedBy ? { signal: stoppedBy } : {}) });
  };
  const begun = runtimes[runtime]({ routes, handle, hear, note, lose: (lost) => end({ lost }) }).then(async (job) => {
    stop = job.stop;
    if (stoppedBy === undefined) await job.run(order(job.url));
    return ended;
  });
  return Promise.race([ended, begun]);
}
