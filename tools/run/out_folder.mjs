/** The folder that the report goes to, made and tried before anything is trained. */
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { CommandLineError } from "../terminal/command_line_error.mjs";

/** @type {Readonly<Record<string, string>>} */
const reasons = {
  EACCES: "you may not write there",
  EDQUOT: "your quota is used up",
  EEXIST: "there is a file in the way",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no folder can be made there",
  ENOSPC: "the disk is full",
  ENOTDIR: "there is a file in the way",
  EPERM: "you may not write there",
  EROFS: "the disk can only be read",
};

/**
 * Why a file or folder could not be used.
 *
 * @param {unknown} error
 * @param {Readonly<Record<string, string>>} [special] what codes mean there
 */
export function reasonOf(error, special = {}) {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return special[code] ?? reasons[code] ?? code;
}

/**
 * @param {string} path
 * @param {boolean} isGiven by `--out`
 * @returns {Promise<string>} an absolute path of a folder that can be written to
 * @throws {CommandLineError} where there is none to be had
 */
export async function outFolder(path, isGiven) {
  try {
    return await triedFolder(path);
  } catch (error) {
    const named = isGiven ? `--out ${path}: this folder` : `The folder ${path}`;
    const advice = isGiven ? "give another one" : "name another one with --out";
    throw new CommandLineError(`${named} can't hold the report: ${reasonOf(error)}; ${advice}.`);
  }
}

/**
 * Makes a folder where there is none, and writes to it once.
 *
 * @param {string} path
 * @returns {Promise<string>} its absolute path
 */
export async function triedFolder(path) {
  const folder = resolve(path);
  const trial = join(folder, `.saddlepoint-${process.pid}`);
  await makeFolder(folder);
  await writeFile(trial, "");
  await rm(trial);
  return folder;
}

let writes = 0;

/**
 * Writes a file whole or not at all, beside its place first, so that nobody ever reads a half.
 *
 * @param {string} path
 * @param {string | Uint8Array} content
 */
export async function writeWhole(path, content) {
  const file = resolve(path);
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.${writes++}.partial`);
  await makeFolder(dirname(file));
  try {
    await writeFile(beside, content);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * With the folders above it. Node's own `recursive` never ends below /proc, where a folder that is there takes none.
 *
 * @param {string} folder
 * @returns {Promise<void>}
 */
async function makeFolder(folder) {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    // Another program may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  }
}

/** @param {string} path */
const isFolder = async (path) => (await stat(path).catch(() => undefined))?.isDirectory() === true;
