import { parseArgs } from "node:util";
import { CommandLineError } from "./command_line_error.mjs";

/**
 * Node's `parseArgs`, whose errors are about a mistake on the command line.
 *
 * @template {import("node:util").ParseArgsConfig} Config
 * @param {Config} config
 * @param {string} [hint] a sentence that says where to read on
 * @returns {ReturnType<typeof parseArgs<Config>>}
 * @throws {CommandLineError} for words that the options do not know
 */
export function parseWords(config, hint = "") {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new CommandLineError(`${error instanceof Error ? error.message : error} ${hint}`.trimEnd());
  }
}
