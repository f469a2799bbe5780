/** How a program begins and ends: its error as a sentence, its exit code, and the signals that end it. */
import process from "node:process";
import { CommandLineError } from "./command_line_error.mjs";
import { printable, printableLines } from "./printable.mjs";

export const exitCodes = { done: 0, failed: 1, badOptions: 2 };

/** What a shell expects of a program that a signal ended: 128 and the signal's number. */
export const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 };

/** @typedef {keyof typeof signalCodes} Signal */

/** @type {Readonly<Record<Signal, string>>} */
export const signalWords = {
  SIGHUP: "the end of its terminal (SIGHUP)",
  SIGINT: "Ctrl-C",
  SIGQUIT: "Ctrl-\\ (SIGQUIT)",
  SIGTERM: "the system (SIGTERM)",
};

const signals = /** @type {Signal[]} */ (Object.keys(signalCodes));

/** A second signal within this many milliseconds is the same press of Ctrl-C, passed on by npm. */
const samePress = 500;

const parent = process.ppid;

/** npm hands a SIGTERM to the shell that it starts programs with, which ends and hands it to nobody. */
function isLeftByNpm() {
  return process.env.npm_lifecycle_event !== undefined && process.ppid !== parent;
}

/**
 * @param {{ first: (signal: Signal) => void, again: (signal: Signal) => void }} listeners `again` is called for every one
 *   after the first
 * @returns {() => void} ends the watch
 */
export function onSignals({ first, again }) {
  /** @type {number | undefined} */
  let firstAt;
  const listener = (/** @type {Signal} */ signal) => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      first(signal);
    } else if (now - firstAt > samePress) again(signal);
  };
  for (const signal of signals) process.on(signal, listener);
  const timer = setInterval(() => {
    if (!isLeftByNpm()) return;
    clearInterval(timer);
    listener("SIGTERM");
  }, 500);
  timer.unref();
  return () => {
    clearInterval(timer);
    for (const signal of signals) process.off(signal, listener);
  };
}

/**
 * Runs a program. A browser that `launchBrowser` started ends with the process.
 *
 * @param {() => Promise<number | void>} program resolves to the exit code with which the process ends there and then, or to
 *   nothing, where it ends when nothing is left to do
 * @param {{ ownsSignals?: boolean }} [options] whether the program itself says what a signal does; else it ends there and then
 */
export async function runMain(program, { ownsSignals = false } = {}) {
  // A terminal that was closed, or a reader that had enough, is no reason to lose what is being made.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  if (!ownsSignals) {
    const end = (/** @type {Signal} */ signal) => process.exit(signalCodes[signal]);
    onSignals({ first: end, again: end });
  }
  const code = await codeOf(program);
  if (code !== undefined) process.exit(code);
}

/** @param {() => Promise<number | void>} program */
async function codeOf(program) {
  try {
    return await program();
  } catch (error) {
    if (error instanceof CommandLineError) {
      // One sentence, in which a line break can only be part of a name.
      console.error(printable(error.message));
      return exitCodes.badOptions;
    }
    console.error(printableLines(error instanceof Error ? error.message : error));
    return exitCodes.failed;
  }
}
