/** docs/options.md: every option of a training, from the table that the command line is read by. */

/**
 * @typedef {import("./choices.mjs").Choices} Choices
 * @typedef {import("../../apps/job/options/train_options.ts").OptionRow} OptionRow
 * @typedef {Readonly<Record<string, { readonly default: number | boolean | string, readonly about: string }>>} Options of one entry
 */

/**
 * @param {Choices} choices
 * @returns {string} in Markdown
 */
export function optionsPage(choices) {
  /** @type {[name: string, row: OptionRow][]} */
  const rows = Object.entries(choices.trainOptions);
  const sections = [...new Set(rows.map(([, { section }]) => section))];
  const { dataSetTitles, imageSetTitles, gameOptions } = choices;
  return `${[
    "# Options of a training",
    "",
    "What `npx saddlepoint train` and `npm start --` take, as their `--help` says it. Generated from",
    "`apps/job/options/train_options.ts` and the registries; `npm run options-page` writes it.",
    ...sections.flatMap((section) => [
      "",
      `## ${section}`,
      "",
      ...table(
        ["option", "meaning"],
        rows.filter(([, row]) => row.section === section).flatMap(([name, row]) => formsOf(name, row)),
      ),
    ]),
    "",
    "## Generated data",
    "",
    ...table(["--data", "what it is"], Object.entries({ ...dataSetTitles, ...imageSetTitles }).map(codeFirst)),
    ...Object.entries(gameOptions).flatMap(([kind, entries]) => [
      "",
      `## --${kind}`,
      "",
      ...table(
        ["name", "options, with their defaults"],
        Object.entries(entries).map(([name, options]) => entry(name, options)),
      ),
    ]),
  ].join("\n")}\n`;
}

/**
 * @param {string} name
 * @param {OptionRow} row
 */
const formsOf = (name, { forms, range }) =>
  forms.map(({ value, about }) => [
    `\`--${name}${value === undefined ? "" : ` ${value}`}\``,
    `${about.replace(/:$/, "")}${range ? `; ${range.whole ? "a whole number " : ""}from ${range.low} to ${range.high}` : ""}`,
  ]);

/** @param {readonly [name: string, text: string]} row */
const codeFirst = ([name, text]) => [`\`${name}\``, text];

/**
 * @param {string} name
 * @param {Options} options
 */
const entry = (name, options) => [
  `\`${name}\``,
  Object.entries(options)
    .map(([option, spec]) => `\`${option}=${spec.default}\` ${spec.about}`)
    .join("; "),
];

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(escaped).join(" | ")} |`);

/** @param {string} text */
const escaped = (text) => text.replaceAll("|", "\\|").trim();
