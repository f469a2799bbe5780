/** The generator that a command is about: that of a run, or a file of one. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { reasonOf } from "../run/out_folder.mjs";
import { findRun } from "../run/run_folder.mjs";
import { runtimes } from "../run/runtimes.mjs";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { kindOf } from "./kind_of.mjs";

/**
 * @typedef {object} GivenGenerator
 * @property {Uint8Array} bytes of its file, which is whole
 * @property {import("saddlepoint/generator").GeneratorCard} card
 * @property {string} folder where it lies: that of the run, if it is of one
 * @property {import("../run/run_folder.mjs").RunCard} [run]
 */

/** What commands take that are about a generator. */
export const generatorWord = {
  name: "RUN",
  about: "the folder that train made, or a file of its generator (.safetensors)",
};

/** Where it can be done. */
export const runtimeNames = /** @type {(keyof typeof runtimes)[]} */ (Object.keys(runtimes));

export const runtimeOption = {
  value: "NAME",
  choices: runtimeNames,
  about: `where it is done, ${runtimeNames.join(", ")} (default: where the run was trained, or chrome)`,
  also: "backend",
};

/** Where a job loads the generator from. */
export const generatorPath = "/generator.safetensors";

/**
 *
 * @param {Uint8Array} bytes
 * @returns {Readonly<Record<string, import("../browser/serve.mjs").Route>>}
 */
export const generatorRoute = (bytes) => ({
  [generatorPath]: async () => ({ type: "application/octet-stream", body: bytes }),
});
export const generatorName = "generator.safetensors";

/**
 * @param {import("../run/host.mjs").Host} host
 * @param {string} path
 * @returns {Promise<GivenGenerator>}
 * @throws {CommandLineError} where there is none, or a damaged one
 */
export async function givenGenerator(host, path) {
  const run = kindOf(path) === "file" ? undefined : findRun(path);
  const file = run ? join(run.path, generatorName) : resolve(path);
  const bytes = readOr(file, (reason, code) => {
    if (run && code === "ENOENT") {
      return `${path}: this run has no checkpoint yet, and so no generator; wait for its first one, or go on with it by resume.`;
    }
    return `${path}: the generator can't be read: ${reason}.`;
  });
  try {
    const card = await host.cardOf(bytes);
    return { bytes, card, folder: dirname(file), ...(run && { run: run.card }) };
  } catch (error) {
    throw new CommandLineError(
      `${join(path, run ? generatorName : "")}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/**
 * @param {string} file
 * @param {(reason: string, code: string) => string} sentence
 * @returns {Uint8Array}
 */
function readOr(file, sentence) {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new CommandLineError(
      sentence(reasonOf(error, { EACCES: "you may not read it", ENOENT: "it is not there" }), code),
    );
  }
}
