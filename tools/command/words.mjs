/** What a command takes, as a table: from it come the choices in the words, and the text of --help. */
import { option, paragraph } from "../start/help.mjs";
import { readNumber } from "../start/read_choice.mjs";
import { CommandLineError } from "../terminal/command_line_error.mjs";

/**
 * @typedef {object} OptionSpec
 * @property {string} about
 * @property {string} [value] what stands behind it in the help; an option without one stands alone
 * @property {{ low: number, high: number, whole: boolean }} [number]
 * @property {readonly string[]} [choices]
 * @property {string} [also] what other programs call it, in words
 *
 * @typedef {object} CommandSpec
 * @property {readonly string[]} about paragraphs
 * @property {{ name: string, about: string }} [word] what stands by itself; a command without one takes none
 * @property {Readonly<Record<string, OptionSpec>>} options without the dashes
 * @property {readonly string[]} [after] paragraphs
 *
 * @typedef {(name: unknown, names: readonly string[], aliases?: Readonly<Record<string, string>>) => string} DidYouMean
 *
 * @typedef {object} Given what was asked for
 * @property {string} word empty for a command that takes none
 * @property {(name: string) => boolean} has
 * @property {(name: string) => string | undefined} text
 * @property {(name: string) => number | undefined} number
 */

/** What a seed can be. */
export const seedRange = { low: 0, high: 2 ** 32 - 1, whole: true };

const helpOption = { about: "this text", also: "h" };

/**
 * @param {readonly string[]} words after the command's name
 * @param {string} program what was typed before them
 * @param {CommandSpec} spec
 * @param {DidYouMean} didYouMean
 * @returns {Given | undefined} undefined where --help was asked for
 * @throws {CommandLineError} for anything that is unknown, malformed, or given twice
 */
export function readCommand(words, program, spec, didYouMean) {
  if (words.includes("--help") || words.includes("-h")) return undefined;
  /** @type {CommandSpec["options"]} */
  const options = { ...spec.options, help: helpOption };
  const seeHelp = `\`${program} --help\` explains it.`;
  const { values, alone } = split(words, options, didYouMean, seeHelp);
  const [word, extra] = alone;
  const beyond = spec.word ? extra : word;
  if (beyond !== undefined) {
    throw new CommandLineError(
      `"${beyond}" stands by itself, where ${program} takes ${spec.word ? `one ${spec.word.name}` : "options alone"}. ${seeHelp}`,
    );
  }
  if (spec.word && word === undefined) {
    throw new CommandLineError(
      `${program} needs ${spec.word.name}: ${spec.word.about}, such as ${program} out/ring. ${seeHelp}`,
    );
  }
  return {
    word: word ?? "",
    has: (name) => values.has(name),
    text: (name) => values.get(name),
    number(name) {
      const text = values.get(name);
      const range = options[name]?.number;
      return text === undefined || !range ? undefined : readNumber(`--${name}`, text, range);
    },
  };
}

/**
 * @param {readonly string[]} words
 * @param {Readonly<Record<string, OptionSpec>>} options
 * @param {DidYouMean} didYouMean
 * @param {string} seeHelp
 */
function split(words, options, didYouMean, seeHelp) {
  /** @type {Map<string, string>} */
  const values = new Map();
  /** @type {string[]} */
  const alone = [];
  for (let i = 0; i < words.length; i++) {
    const word = /** @type {string} */ (words[i]);
    if (word === "--") {
      alone.push(...words.slice(i + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      alone.push(word);
      continue;
    }
    const [, dashed = word, given] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const name = dashed.replace(/^--/, "");
    const spec = dashed.startsWith("--") && Object.hasOwn(options, name) ? options[name] : undefined;
    if (!spec) throw unknownOption(dashed, options, didYouMean, seeHelp);
    if (values.has(name)) throw new CommandLineError(`${dashed} is given twice; leave one of them out.`);
    if (spec.value === undefined) {
      if (given !== undefined) throw new CommandLineError(`${dashed} takes no value.`);
      values.set(name, "");
      continue;
    }
    const value = given ?? words[i + 1];
    if (given === undefined) i++;
    if (value === undefined || value === "" || (given === undefined && value.startsWith("--"))) {
      throw new CommandLineError(`${dashed} needs a value after it. ${seeHelp}`);
    }
    assertValue(name, spec, value, didYouMean);
    values.set(name, value);
  }
  return { values, alone };
}

/**
 * @param {string} name
 * @param {OptionSpec} spec
 * @param {string} value
 * @param {DidYouMean} didYouMean
 */
function assertValue(name, { number, choices }, value, didYouMean) {
  if (number) readNumber(`--${name}`, value, number);
  if (!choices || choices.includes(value)) return;
  throw new CommandLineError(
    `--${name} ${value}: there is no such choice; these exist: ${choices.join(", ")}.${didYouMean(value, choices)}`,
  );
}

/**
 * @param {string} dashed
 * @param {Readonly<Record<string, OptionSpec>>} options
 * @param {DidYouMean} didYouMean
 * @param {string} seeHelp
 */
function unknownOption(dashed, options, didYouMean, seeHelp) {
  const names = Object.keys(options).map((name) => `--${name}`);
  const aliases = Object.entries(options).flatMap(([name, { also }]) => (also ? [[`--${name}`, also]] : []));
  const meant = didYouMean(dashed, names, Object.fromEntries(aliases));
  return new CommandLineError(
    `There is no option ${dashed}; these exist: ${names.join(", ")}.${meant} ${seeHelp.replace("it.", "them.")}`,
  );
}

/**
 * In 80 columns.
 *
 * @param {string} program
 * @param {CommandSpec} spec
 */
export function commandHelp(program, { about, word, options, after = [] }) {
  /** @type {CommandSpec["options"]} */
  const all = { ...options, help: helpOption };
  const between = (/** @type {readonly string[]} */ parts) =>
    parts.flatMap((part) => ["", paragraph(part, 0)]).slice(1);
  return [
    ...between(about),
    "",
    `  ${[program, ...(word ? [word.name] : []), "[options]"].join(" ")}`,
    "",
    ...(word ? [option(word.name, word.about)] : []),
    ...Object.entries(all).map(([name, spec]) =>
      option([`--${name}`, ...(spec.value ? [spec.value] : [])].join(" "), spec.about),
    ),
    ...(after.length > 0 ? ["", ...between(after)] : []),
  ].join("\n");
}
