/** `saddlepoint resume RUN`: goes on with a run that broke off, from its last checkpoint. */
import { join } from "node:path";
import { loadHost } from "../run/host.mjs";
import { reopenRun, rewindTold, toldOf } from "../run/run_folder.mjs";
import { exitCodes } from "../terminal/main.mjs";
import { runTraining } from "./run_training.mjs";
import { described, shownPath } from "./said.mjs";
import { say } from "./say.mjs";
import { commandHelp, readCommand } from "./words.mjs";

/** @type {import("./words.mjs").CommandSpec} */
export const resumeSpec = {
  about: [
    "Goes on with a run that broke off, from its last checkpoint.",
    "The run ends with the same parameters, on the same adapter, as if it had never broken off. One that broke off before its first " +
      "checkpoint begins anew; of one that is done, the files are written again.",
  ],
  word: { name: "RUN", about: "the folder that train made" },
  options: {},
};

/**
 * @param {readonly string[]} words
 * @param {string} program
 * @returns {Promise<number>}
 */
export async function resume(words, program) {
  const host = await loadHost();
  const given = readCommand(words, program, resumeSpec, host.didYouMean);
  if (!given) {
    console.log(commandHelp(program, resumeSpec));
    return exitCodes.done;
  }
  const path = given.word;
  const run = await reopenRun(host, path);
  const all = toldOf(host, run.path);
  if (host.isDone(all)) return writeAgain(host, run, all, program);
  const step = await host.checkpointStep(host.folderStore(join(run.path, "checkpoints")));
  const told = await rewindTold(host, run, step);
  say(
    step === undefined
      ? `${shownPath(run.path)} broke off before its first checkpoint: it begins anew.`
      : `Going on with ${shownPath(run.path)} after step ${step}.`,
  );
  return runTraining(host, run, { resumeWith: program, told, step });
}

/**
 * @param {import("../run/host.mjs").Host} host
 * @param {import("../run/run_folder.mjs").RunFolder} run
 * @param {readonly import("../../apps/job/job_entry.ts").JobEntry[]} told
 * @param {string} program
 */
async function writeAgain(host, run, told, program) {
  const log = new host.JobLog();
  for (const entry of told) log.add(entry);
  const result = await log.result();
  if (result) {
    await run.write(result.files);
    say(`This run is done; its files are written again.\n\n${described(result, run.path, program)}`);
  }
  await run.release();
  return exitCodes.done;
}
