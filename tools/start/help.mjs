/** `npm start -- --help`: what each option means, in a terminal of 80 columns. */

import { wrapped } from "../terminal/text_width.mjs";

/**
 * @typedef {import("./choices.mjs").Choices} Choices
 * @typedef {import("../../apps/job/options/train_options.ts").OptionRow} OptionRow
 * @typedef {Readonly<Record<string, { readonly default: number | boolean | string, readonly about: string }>>} Options of one loss, one penalty ...
 */

const width = 80;
/** Where the texts of options begin. */
const column = 21;

/** What there is to say of a section before its options. */
const before = {
  Game: "Each of these is a NAME, or NAME:OPTION=VALUE,OPTION=VALUE. Below a name are its options with their defaults.",
};

/**
 * @param {Choices} choices
 * @param {string} [program] what is typed before the options
 * @returns {string}
 */
export function helpText(choices, program = "npm start --") {
  /** @type {[name: string, row: OptionRow][]} */
  const rows = Object.entries(choices.trainOptions);
  const sections = [...new Set(rows.map(([, { section }]) => section))];
  return `${[
    "Trains a GAN on WebGPU, watches it, and writes a report.",
    "",
    `  ${program} [options]`,
    ...sections.flatMap((section) => [
      "",
      section,
      ...(section in before ? [paragraph(before[/** @type {keyof typeof before} */ (section)])] : []),
      ...rows.filter(([, row]) => row.section === section).flatMap(([name, row]) => explained(name, row, choices)),
    ]),
    "",
    paragraph(
      "Exit codes: 0 done, 1 failed, 2 bad options; 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by the end of its terminal. " +
        "Whatever ends a run, the report has what there was; Ctrl-C again ends at once.",
      0,
    ),
    paragraph("SADDLEPOINT_ADAPTER=swiftshader trains on the CPU, =default on what Chrome finds.", 0),
  ].join("\n")}\n`;
}

/**
 * @param {string} name
 * @param {OptionRow} row
 * @param {Choices} choices
 * @returns {string[]}
 */
function explained(name, { forms, lists }, choices) {
  const [first = "", ...rest] = forms.map(({ value, about }) =>
    option(value === undefined ? `--${name}` : `--${name} ${value}`, about),
  );
  return [first, ...(lists === undefined ? [] : listedBelow(lists, choices)), ...rest];
}

/**
 * @param {NonNullable<OptionRow["lists"]>} lists
 * @param {Choices} choices
 * @returns {string[]}
 */
function listedBelow(lists, { dataSetTitles, imageSetTitles, gameOptions }) {
  if (lists !== "data") return table(gameOptions[lists], lists === "penalty" ? ["interval"] : []);
  return Object.entries({ ...dataSetTitles, ...imageSetTitles }).map(([name, title]) => row(name, title));
}

/**
 * @param {string} name
 * @param {string} text
 */
export function option(name, text) {
  return beside(`  ${name}`, text, column);
}

/**
 * @param {string} name
 * @param {string} text
 */
function row(name, text) {
  return beside(`      ${name}`, text, column + 2);
}

/**
 * The names without options in one paragraph, and the others each above its own.
 *
 * @param {Readonly<Record<string, Options>>} entries
 * @param {readonly string[]} [left] options that go without saying
 * @returns {string[]}
 */
function table(entries, left = []) {
  const shown = Object.entries(entries).map(([name, options]) => ({
    name,
    options: Object.entries(options).filter(([key]) => !left.includes(key)),
  }));
  const plain = shown.filter(({ options }) => options.length === 0).map(({ name }) => name);
  return [
    ...(plain.length > 0 ? [paragraph(plain.join(", "), 4)] : []),
    ...shown.filter(({ options }) => options.length > 0).flatMap(named),
  ];
}

/**
 * What a penalty's weight is goes without saying: it stands beside the name.
 *
 * @param {{ name: string, options: [string, Options[string]][] }} entry
 */
function named({ name, options }) {
  const described = (/** @type {[string, Options[string]]} */ [option, spec]) =>
    row(`${option}=${spec.default}`, spec.about);
  const weight = options.find(([option]) => option === "weight")?.[1].default;
  return [
    beside(`    ${name}`, weight === undefined ? "" : `weight=${weight}`, column + 2),
    ...options.filter(([option]) => option !== "weight").map(described),
  ];
}

/**
 * @param {string} left
 * @param {string} text in lines beside it; below it, where it is too long
 * @param {number} from the column of the text
 */
function beside(left, text, from) {
  const lines = wrapped(text, width - from).map((line) => " ".repeat(from) + line);
  if (left.length + 2 > from) return [left, ...lines].join("\n").trimEnd();
  return [left.padEnd(from) + (lines[0] ?? "").trimStart(), ...lines.slice(1)].join("\n").trimEnd();
}

/**
 * @param {string} text
 * @param {number} [indent]
 */
export function paragraph(text, indent = 2) {
  return wrapped(text, width - indent)
    .map((line) => " ".repeat(indent) + line)
    .join("\n");
}
