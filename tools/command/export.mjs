/** `saddlepoint export RUN`: writes a run's generator as a file for other programs. Needs neither GPU nor browser. */
import { join } from "node:path";
import { loadHost } from "../run/host.mjs";
import { CommandLineError } from "../terminal/command_line_error.mjs";
import { exitCodes } from "../terminal/main.mjs";
import { generatorWord, givenGenerator } from "./given_generator.mjs";
import { shownPath } from "./said.mjs";
import { say } from "./say.mjs";
import { commandHelp, readCommand } from "./words.mjs";
import { sizeText, writeOut } from "./write_out.mjs";

const layouts = /** @type {const} */ (["NHWC", "NCHW"]);

/** @type {import("./words.mjs").CommandSpec} */
export const exportSpec = {
  about: ["Writes a run's generator, as of its last checkpoint, as a file for other programs."],
  word: generatorWord,
  options: {
    onnx: { about: "as ONNX (opset 17), for ONNX Runtime and all else that reads it" },
    safetensors: { about: "as safetensors, which loadGenerator of saddlepoint/generator takes" },
    out: {
      value: "FILE",
      about: "where to (default generator.onnx or generator.safetensors beside the generator)",
      also: "output o",
    },
    layout: {
      value: "L",
      choices: layouts,
      about: "how images lie in an ONNX file, NHWC or NCHW: channels last (default) or first",
      also: "format",
    },
  },
};

/**
 * @param {readonly string[]} words
 * @param {string} program
 * @returns {Promise<number>}
 */
export async function exportGenerator(words, program) {
  const host = await loadHost();
  const given = readCommand(words, program, exportSpec, host.didYouMean);
  if (!given) {
    console.log(commandHelp(program, exportSpec));
    return exitCodes.done;
  }
  const isOnnx = given.has("onnx");
  if (isOnnx === given.has("safetensors")) {
    const what = isOnnx ? "Both --onnx and --safetensors are given" : "Nothing says as what to write the generator";
    throw new CommandLineError(`${what}; give one of --onnx and --safetensors.`);
  }
  if (given.has("layout") && !isOnnx) {
    throw new CommandLineError("--layout is about the images of an ONNX file; leave it out, or export --onnx.");
  }
  const { bytes, card, folder } = await givenGenerator(host, given.word);
  const layout = given.text("layout") === "NCHW" ? "NCHW" : "NHWC";
  const made = isOnnx ? await host.asOnnx(bytes, layout) : await host.asSafetensors(bytes);
  const path = given.text("out") ?? join(folder, isOnnx ? "generator.onnx" : "generator.safetensors");
  await writeOut(path, made.bytes);
  say(described(made, { card, path: shownPath(path), isOnnx }));
  return exitCodes.done;
}

/**
 * @param {import("../../apps/job/generator/exported.ts").Exported} made
 * @param {{ card: import("saddlepoint/generator").GeneratorCard, path: string, isOnnx: boolean }} of
 */
function described({ bytes, inputs, outputs }, { card, path, isOnnx }) {
  const notes = {
    latent: "standard normal numbers",
    label: `a class, 0 to ${(card.classes ?? 1) - 1}${card.classNames ? `: ${card.classNames.join(", ")}` : ""}`,
  };
  const rows = [...inputs.map((port) => ["input", port]), ...outputs.map((port) => ["output", port])];
  const ports = /** @type {[string, import("../../apps/job/generator/exported.ts").Port][]} */ (rows);
  return [
    `${path}: the generator of step ${card.step} as ${isOnnx ? "ONNX" : "safetensors"}, ${sizeText(bytes.byteLength)}.`,
    ...ports.map(([kind, { name, dtype, shape }]) =>
      [
        `  ${kind.padEnd(7)}${name.padEnd(9)}${`${dtype} [${shape.join(", ")}]`.padEnd(25)}`,
        kind === "input" && Object.hasOwn(notes, name) ? notes[/** @type {keyof typeof notes} */ (name)] : "",
      ]
        .join("")
        .trimEnd(),
    ),
  ].join("\n");
}
