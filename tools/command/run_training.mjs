/** A training in the folder of its run, from here to its end: that of `train`, and of `resume`. */
import { join } from "node:path";
import process from "node:process";
import { followJob } from "../run/follow_job.mjs";
import { growingFiles } from "../run/growing_files.mjs";
import { storeServer } from "../run/store_server.mjs";
import { atAddress, servedData } from "../start/data_files.mjs";
import { exitCodes, signalCodes, signalWords } from "../terminal/main.mjs";
import { printableLines } from "../terminal/printable.mjs";
import { progressPrinter } from "../terminal/progress.mjs";
import { jobConfig } from "./job_config.mjs";
import { described, show } from "./said.mjs";

/**
 * @typedef {import("../run/follow_job.mjs").Ending} Ending
 * @typedef {import("../run/host.mjs").Host} Host
 * @typedef {InstanceType<Host["JobLog"]>} JobLog
 * @typedef {import("../run/run_folder.mjs").RunFolder} RunFolder
 * @typedef {import("../../apps/job/job_entry.ts").JobEntry} JobEntry
 */

/**
 * @typedef {object} Begun how a training begins
 * @property {string} resumeWith what is typed before a run's folder, to go on with it
 * @property {readonly JobEntry[]} [told] of the run until its last checkpoint
 * @property {number | undefined} [step] of that checkpoint
 */

/**
 * @param {Host} host
 * @param {RunFolder} run
 * @param {Begun} begun
 * @returns {Promise<number>} the exit code
 */
export async function runTraining(host, run, begun) {
  try {
    return await trainIn(host, run, begun);
  } catch (error) {
    await (begun.told ? run.release() : run.discard());
    throw error;
  }
}

/**
 * @param {Host} host
 * @param {RunFolder} run
 * @param {Begun} begun
 * @returns {Promise<number>}
 */
async function trainIn(host, run, { resumeWith, told = [], step }) {
  const { options } = run.card;
  const { data, routes } = await servedData(options);
  const printer = progressPrinter(process.stdout);
  const note = (/** @type {string} */ line) => {
    run.note(line);
    printer.note(line);
  };
  const log = new host.JobLog();
  for (const entry of told) log.add(entry);
  const growing = growingFiles(host, run.path, { told, step, note });
  const stores = storeServer({
    checkpoints: host.folderStore(join(run.path, "checkpoints")),
    files: host.folderStore(run.path),
  });
  const resumed = step === undefined ? undefined : { step, seconds: host.secondsOf(told) };
  const runtime = options.runtime ?? "chrome";
  const isPage = runtime === "chrome";
  const ending = await followJob({
    runtime,
    order: (url) => ({
      config: jobConfig(options, isPage ? data : atAddress(data, url)),
      kept: {
        url: `${url}${stores.path}`,
        everySeconds: options.checkpointEvery ?? host.usualCheckpointInterval,
        resumed,
      },
    }),
    routes,
    handle: stores.handle,
    fromText: host.fromText,
    tell: (entry) => {
      log.add(entry);
      run.tell(entry);
      growing.add(entry);
    },
    show: (progress) => show(progress, { update: printer.update, note }),
    note,
  });
  await stores.release();
  await growing.done();
  // What is wrong with the choices or the data is no run.
  const isWrong = isMistake(ending, log);
  const result = isWrong ? undefined : await log.result(reasonOf(ending));
  if (result) await run.write(result.files);
  printer.end();
  if (result) note(`\n${described(result, run.path, resumeWith)}`);
  const reason = ending.error ? sentence(ending.error) : ending.lost && `${ending.lost}.`;
  if (reason) {
    run.note(reason);
    console.error(`\n${printableLines(reason)}`);
  } else if (!result) console.error("Stopped before there was anything to report.");
  // What never began leaves nothing; what was stopped can be gone on with.
  await (result || told.length > 0 || ending.signal ? run.release() : run.discard());
  return isWrong ? exitCodes.badOptions : codeOf(ending);
}

/** @param {Ending} ending */
function codeOf(ending) {
  if (ending.signal) return signalCodes[ending.signal];
  return ending.error || ending.lost ? exitCodes.failed : exitCodes.done;
}

/**
 * In what was asked for, or in the files that were named: what the library says of these before a step is done.
 *
 * @param {Ending} ending
 * @param {JobLog} log
 */
const isMistake = ({ error }, log) => error?.name === "OptionError" || (error?.name === "DataError" && log.step === 0);

/**
 * For the report, as `JobLog.result` takes it; nothing for a run that came to its end.
 *
 * @param {Ending} ending
 */
function reasonOf({ signal, lost, error }) {
  if (error) return `It failed: ${error.message.replace(/\.$/, "")}`;
  return lost ?? (signal && `Stopped by ${signalWords[signal]}`);
}

/** @param {import("../../apps/job/remote_job.ts").SentError} error */
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
