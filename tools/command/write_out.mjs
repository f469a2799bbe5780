/** Files that a command makes where the user wants them. */
import { dirname } from "node:path";
import { reasonOf, triedFolder, writeWhole } from "../run/out_folder.mjs";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { kindOf } from "./kind_of.mjs";

/**
 * Writes a file whole or not at all. One that is there is replaced.
 *
 * @param {string} path
 * @param {string | Uint8Array} content
 * @throws {CommandLineError} where it can't be
 */
export async function writeOut(path, content) {
  assertNoFolder(path);
  try {
    await writeWhole(path, content);
  } catch (error) {
    throw new CommandLineError(`${path} can't be written: ${reasonOf(error)}; give another place with --out.`);
  }
}

/**
 * Before anything long is begun.
 *
 * @param {string} path of a file
 * @throws {CommandLineError} where none can be written
 */
export async function assertWritable(path) {
  assertNoFolder(path);
  await outPlace(dirname(path));
}

/** @param {string} path */
function assertNoFolder(path) {
  if (kindOf(path) !== "folder") return;
  throw new CommandLineError(`--out ${path}: this is a folder; give the name of a file.`);
}

/**
 * A folder that files can be written to, made where there is none; tried before anything long is begun.
 *
 * @param {string} path
 * @returns {Promise<string>}
 */
export async function outPlace(path) {
  if (kindOf(path) === "file") throw new CommandLineError(`--out ${path}: this is a file; give a folder.`);
  try {
    return await triedFolder(path);
  } catch (error) {
    throw new CommandLineError(`--out ${path}: nothing can be written there: ${reasonOf(error)}; give another folder.`);
  }
}

/** @param {number} bytes */
export function sizeText(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : Number(value.toPrecision(3))} ${units[power]}`;
}
