/**
 * A run as a folder: what was asked for, what was told while it trained, its checkpoints, and its report. Each file is written whole
 * or not at all, but for what is told, which grows line by line; so there is always something to go on from.
 */
import { appendFileSync, existsSync, readFileSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { outFolder, reasonOf, writeWhole } from "./out_folder.mjs";

/**
 * @typedef {import("../start/options.mjs").StartOptions} StartOptions
 * @typedef {import("../../apps/job/job_entry.ts").JobEntry} JobEntry
 * @typedef {import("./host.mjs").Host} Host
 *
 * @typedef {object} RunCard what a run's folder says of it
 * @property {number} format of this card
 * @property {string} library its version
 * @property {string} begun the time, in ISO 8601
 * @property {StartOptions} options what was chosen; paths are absolute
 */

const cardName = "run.json";
const toldName = "log.jsonl";
const textName = "log.txt";
const format = 1;

/**
 * A folder of a run, for this program alone until it ends.
 *
 * @typedef {object} RunFolder
 * @property {string} path
 * @property {RunCard} card
 * @property {() => Promise<void>} release lets others have it
 * @property {() => Promise<void>} discard leaves nothing of a run that never began
 * @property {(entry: JobEntry) => void} tell keeps what the job told
 * @property {(line: string) => void} note keeps what the terminal was told
 * @property {(files: readonly { name: string, content: string | Uint8Array }[]) => Promise<void>} write
 */

/**
 * Makes the folder of a run that begins. Without a folder of the user's, it is the first of out/NAME, out/NAME-2 ... that no run is in.
 *
 * @param {Host} host
 * @param {{ path: string, given: boolean, options: StartOptions, library: string }} run
 * @returns {Promise<RunFolder>}
 * @throws {CommandLineError} for a folder that holds a run already, or that another program has
 */
export async function beginRun(host, { path, given, options, library }) {
  for (let number = 1; ; number++) {
    const isNew = !existsSync(number === 1 ? path : `${path}-${number}`);
    const folder = await outFolder(number === 1 ? path : `${path}-${number}`, given);
    const unlock = await host.folderStore(folder).lock();
    const isTaken = !unlock || hasRun(folder);
    if (isTaken) {
      await unlock?.();
      if (!given) continue;
      throw new CommandLineError(
        unlock
          ? `--out ${path}: there is a run already; go on with it by resume, or give another folder.`
          : `--out ${path}: another program trains there; give another folder.`,
      );
    }
    const card = { format, library, begun: new Date().toISOString(), options };
    await writeWhole(join(folder, cardName), `${JSON.stringify(card, null, 2)}\n`);
    // Of a run that was killed before it had a card.
    rmSync(join(folder, toldName), { force: true });
    return open(host, folder, card, unlock, isNew);
  }
}

/**
 * Opens the folder of a run, to read it.
 *
 * @param {string} path
 * @returns {{ path: string, card: RunCard }}
 * @throws {CommandLineError} where there is no run, or one of a later version
 */
export function findRun(path) {
  const folder = resolve(path);
  let text;
  try {
    text = readFileSync(join(folder, cardName), "utf8");
  } catch (error) {
    throw new CommandLineError(
      `${path}: there is no run here (${reasonOf(error, { ENOENT: `no ${cardName}`, ENOTDIR: "it is a file" })}); give the folder that train made, such as out/ring.`,
    );
  }
  const card = cardOf(text);
  if (!card)
    throw new CommandLineError(`${path}: its ${cardName} is damaged; without it nobody knows what was trained.`);
  if (card.format > format) {
    throw new CommandLineError(`${path}: this run is of a later version of saddlepoint, ${card.library}; update it.`);
  }
  return { path: folder, card };
}

/**
 * Opens the folder of a run, to go on with it.
 *
 * @param {Host} host
 * @param {string} path
 * @returns {Promise<RunFolder>}
 */
export async function reopenRun(host, path) {
  const { path: folder, card } = findRun(path);
  const unlock = await host.folderStore(folder).lock();
  if (!unlock) throw new CommandLineError(`${path}: another program trains this run; wait for it, or end it.`);
  return open(host, folder, card, unlock);
}

/**
 * What was told of a run until it ended, in order. The last line may be cut: whoever wrote it was killed.
 *
 * @param {Host} host
 * @param {string} folder
 * @returns {JobEntry[]}
 */
export function toldOf({ fromText }, folder) {
  let text;
  try {
    text = readFileSync(join(folder, toldName), "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    try {
      return [/** @type {JobEntry} */ (fromText(line))];
    } catch {
      return [];
    }
  });
}

/**
 * Grows with every word that a run tells.
 *
 * @param {string} folder
 */
export const toldSize = (folder) => statSync(join(folder, toldName), { throwIfNoEntry: false })?.size ?? 0;

/**
 * Leaves what was told of the first steps alone, for a run that goes on from there.
 *
 * @param {Host} host
 * @param {RunFolder} run
 * @param {number | undefined} step of the checkpoint; without one the run begins anew
 * @returns {Promise<JobEntry[]>} what is left
 */
export async function rewindTold(host, run, step) {
  const left = step === undefined ? [] : host.entriesUntil(toldOf(host, run.path), step);
  await writeWhole(join(run.path, toldName), left.map((entry) => `${host.toText(entry)}\n`).join(""));
  return left;
}

/**
 * @param {Host} host
 * @param {string} path
 * @param {RunCard} card
 * @param {() => Promise<void>} unlock
 * @param {boolean} [isNew] whether the folder was made for this run
 * @returns {RunFolder}
 */
function open(host, path, card, unlock, isNew = false) {
  let canTell = true;
  const append = (/** @type {string} */ name, /** @type {string} */ text) => {
    if (!canTell) return;
    try {
      appendFileSync(join(path, name), text);
    } catch (error) {
      canTell = false;
      console.error(`${join(path, name)}: what is told is no longer kept (${reasonOf(error)}); the training goes on.`);
    }
  };
  return {
    path,
    card,
    release: unlock,
    async discard() {
      for (const name of [cardName, toldName, textName]) rmSync(join(path, name), { force: true });
      await unlock();
      if (!isNew) return;
      try {
        rmdirSync(path);
      } catch {
        // There is something else in it.
      }
    },
    tell: (entry) => append(toldName, `${host.toText(entry)}\n`),
    note: (line) => append(textName, `${new Date().toISOString()} ${line.trim()}\n`),
    async write(files) {
      for (const { name, content } of files) await writeWhole(join(path, name), content);
    },
  };
}

/** @param {string} folder */
function hasRun(folder) {
  return existsSync(join(folder, cardName));
}

/**
 * @param {string} text
 * @returns {RunCard | undefined}
 */
function cardOf(text) {
  try {
    const card = JSON.parse(text);
    return typeof card?.format === "number" && typeof card.options === "object" ? card : undefined;
  } catch {
    return undefined;
  }
}
