/** `saddlepoint doctor`: whether trainings work on this computer, how fast, and what to do where they don't. */
import { statfs } from "node:fs/promises";
import process from "node:process";
import { askJob } from "../run/ask_job.mjs";
import { loadHost } from "../run/host.mjs";
import { exitCodes } from "../terminal/main.mjs";
import { printableLines } from "../terminal/printable.mjs";
import { progressPrinter } from "../terminal/progress.mjs";
import { foundRuntimes } from "./found_runtimes.mjs";
import { runtimeNames } from "./given_generator.mjs";
import { version } from "./version.mjs";
import { commandHelp, readCommand } from "./words.mjs";
import { sizeText } from "./write_out.mjs";

/** @typedef {Omit<import("../../apps/job/tasks/check.ts").CheckAnswer, "kind">} Check */

/** A run of images with its checkpoints; less than that fills up in the middle of one. */
const leastRoom = 1e9;

/** @type {import("./words.mjs").CommandSpec} */
export const doctorSpec = {
  about: [
    "Says within a minute whether trainings work on this computer: which browsers and adapters are there, whether known answers come " +
      "out right, and how fast it is.",
  ],
  options: {
    runtime: {
      value: "NAME",
      choices: runtimeNames,
      about: `which one to try, ${runtimeNames.join(", ")} (default chrome)`,
      also: "backend",
    },
  },
  after: ["Exit codes: 0 all is well, 1 something is broken, 2 a mistake in what was asked."],
};

/**
 * @param {readonly string[]} words
 * @param {string} program
 * @returns {Promise<number>}
 */
export async function doctor(words, program) {
  const host = await loadHost();
  const given = readCommand(words, program, doctorSpec, host.didYouMean);
  if (!given) {
    console.log(commandHelp(program, doctorSpec));
    return exitCodes.done;
  }
  const chosen = runtimeNames.find((name) => name === given.text("runtime")) ?? "chrome";
  const printer = progressPrinter(process.stdout);
  let isBroken = false;
  let isChecked = false;
  const tell = (/** @type {Check} */ check) => {
    isBroken ||= check.state === "broken";
    printer.note(printableLines(lineOf(check)));
  };
  tell({
    name: "saddlepoint",
    state: "good",
    text: `${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  });
  for (const { name, isHere, text } of await foundRuntimes()) {
    tell({ name, state: isHere ? "good" : "note", text });
  }
  const silence = silenceTimer(`${chosen} said nothing for a minute`);
  try {
    const asked = askJob({
      runtime: chosen,
      routes: {},
      order: () => ({ task: "check" }),
      fromText: host.fromText,
      take(answer) {
        silence.heard();
        if (answer.kind !== "checked") return;
        isChecked = true;
        tell(answer);
      },
      show(progress) {
        silence.heard();
        if (progress.phase === "compile") printer.update(`compiling shaders  ${progress.done}/${progress.total}`);
      },
      note: (line) => printer.update(line),
    });
    await Promise.race([asked, silence.over]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const advice = isChecked
      ? "try another runtime with --runtime"
      : `mend ${chosen}, or try another one with --runtime`;
    tell({ name: chosen, state: "broken", text, advice });
  }
  tell(await room());
  printer.end();
  console.log(isBroken ? "\nSomething is broken." : `\nTrainings work here, in ${chosen}.`);
  return isBroken ? exitCodes.failed : exitCodes.done;
}

const longestSilence = 60_000;

/**
 * A driver may hang without a word, and whoever asks a doctor wants to know.
 *
 * @param {string} sentence
 * @returns {{ heard: () => void, over: Promise<never> }} `over` rejects after a minute in which nothing was heard
 */
function silenceTimer(sentence) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let heard = () => {};
  const over = /** @type {Promise<never>} */ (
    new Promise((_, reject) => {
      heard = () => {
        clearTimeout(timer);
        timer = setTimeout(() => reject(new Error(sentence)), longestSilence);
        timer.unref();
      };
    })
  );
  over.catch(() => undefined);
  heard();
  return { heard, over };
}

/** @returns {Promise<Check>} */
async function room() {
  const { bavail, bsize } = await statfs(process.cwd());
  const free = bavail * bsize;
  const text = `${sizeText(free)} free in this folder`;
  if (free >= leastRoom) return { name: "disk", state: "good", text };
  return { name: "disk", state: "note", text, advice: "make room: checkpoints of a run of images may take a gigabyte" };
}

const marks = { good: "ok", note: "note", broken: "BROKEN" };
/** Where texts begin. */
const column = 22;

/** @param {Check} check */
function lineOf({ name, state, text, advice }) {
  const head = `${marks[state].padEnd(7)} ${name}`.padEnd(column);
  return [head + text, ...(advice === undefined ? [] : [`${" ".repeat(column)}${capital(advice)}.`])].join("\n");
}

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
