/** Files that a command makes where the user wants them. */
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { makeFolder, reasonOf } from "../run/out_folder.mjs";
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
  const file = resolve(path);
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.partial`);
  if (kindOf(file) === "folder") {
    throw new CommandLineError(`--out ${path}: this is a folder; give the name of a file.`);
  }
  try {
    await makeFolder(dirname(file));
    await writeFile(beside, content);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
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
  if (kindOf(path) === "folder") {
    throw new CommandLineError(`--out ${path}: this is a folder; give the name of a file.`);
  }
  await outPlace(dirname(path));
}

/**
 * A folder that files can be written to, made where there is none; tried before anything long is begun.
 *
 * @param {string} path
 * @returns {Promise<string>}
 */
export async function outPlace(path) {
  const folder = resolve(path);
  if (kindOf(folder) === "file") throw new CommandLineError(`--out ${path}: this is a file; give a folder.`);
  const trial = join(folder, `.saddlepoint-${process.pid}`);
  try {
    await makeFolder(folder);
    await writeFile(trial, "");
    await rm(trial);
    return folder;
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
