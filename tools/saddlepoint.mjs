#!/usr/bin/env node
/** `npx saddlepoint`: trains GANs, goes on with runs, draws, measures, exports and diagnoses them. */
import process from "node:process";
import { diagnose } from "./command/diagnose.mjs";
import { doctor } from "./command/doctor.mjs";
import { evaluate } from "./command/evaluate.mjs";
import { exportGenerator } from "./command/export.mjs";
import { resume } from "./command/resume.mjs";
import { sample } from "./command/sample.mjs";
import { train } from "./command/train.mjs";
import { version } from "./command/version.mjs";
import { view } from "./command/view.mjs";
import { CommandLineError } from "./terminal/command_line_error.mjs";
import { exitCodes, runMain } from "./terminal/main.mjs";

/** @typedef {(words: readonly string[], program: string) => Promise<number>} Command */

/** @type {Readonly<Record<string, { run: Command, about: string }>>} */
const commands = {
  train: { run: train, about: "trains a GAN, watches it, and writes a report" },
  resume: { run: resume, about: "goes on with a run that broke off" },
  sample: { run: sample, about: "draws samples of a run's generator" },
  evaluate: { run: evaluate, about: "measures a run's generator against data" },
  view: { run: view, about: "serves the report of a run, also while it trains" },
  diagnose: { run: diagnose, about: "says what is wrong with a run, and what to try" },
  export: { run: exportGenerator, about: "writes a run's generator as ONNX or safetensors" },
  doctor: { run: doctor, about: "says whether trainings work here, and how fast" },
};

const program = "npx saddlepoint";

function helpText() {
  return [
    "Trains GANs on WebGPU, and says why one fails.",
    "",
    `  ${program} COMMAND [options]`,
    "",
    ...Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(10)}${about}`),
    "",
    `${program} COMMAND --help explains one; --version prints the version.`,
    "Exit codes: 0 done, 1 failed, 2 a mistake in what was asked.",
  ].join("\n");
}

async function main() {
  const [name, ...words] = process.argv.slice(2);
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    console.log(helpText());
    return name === undefined ? exitCodes.badOptions : exitCodes.done;
  }
  if (name === "--version" || name === "-v") {
    console.log(version);
    return exitCodes.done;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    throw new CommandLineError(
      `There is no command "${name}"; these exist: ${Object.keys(commands).join(", ")}. See ${program} --help.`,
    );
  }
  return command.run(words, `${program} ${name}`);
}

await runMain(main, { ownsSignals: true });
