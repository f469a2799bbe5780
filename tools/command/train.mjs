/** `saddlepoint train`: trains, shows how it goes, and leaves a run in a folder, with a report. */
import { join, resolve } from "node:path";
import { loadHost } from "../run/host.mjs";
import { beginRun } from "../run/run_folder.mjs";
import { withConfigFile } from "../start/config_file.mjs";
import { nameOf } from "../start/data_files.mjs";
import { helpText } from "../start/help.mjs";
import { parseOptions } from "../start/options.mjs";
import { exitCodes } from "../terminal/main.mjs";
import { kindOf } from "./kind_of.mjs";
import { runTraining } from "./run_training.mjs";
import { version } from "./version.mjs";

/**
 * @param {readonly string[]} words after the command's name
 * @param {string} program what the user typed before them
 * @param {string} [resumeWith] what is typed to go on with a run
 * @returns {Promise<number>} the exit code
 */
export async function train(words, program, resumeWith = "npx saddlepoint resume") {
  const host = await loadHost();
  const options = withWholePaths(parseOptions(await withConfigFile(words, host), { choices: host, kindOf, program }));
  if (options.help) {
    console.log(helpText(host, program));
    return exitCodes.done;
  }
  const { out, ...chosen } = options;
  const path = out ?? join("out", nameOf(options.data));
  const run = await beginRun(host, { path, given: out !== undefined, options: chosen, library: version });
  return runTraining(host, run, { resumeWith });
}

/**
 * So that the run can be gone on with from elsewhere.
 *
 * @param {import("../start/options.mjs").StartOptions} options
 */
function withWholePaths({ data, labels, ...rest }) {
  return {
    ...rest,
    data: "file" in data ? { file: resolve(data.file) } : "folder" in data ? { folder: resolve(data.folder) } : data,
    ...(labels === undefined ? {} : { labels: resolve(labels) }),
  };
}
