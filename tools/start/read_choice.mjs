/** One choice on the command line of `npm start`, from its words: a name with options, or a number. */
import { CommandLineError } from "../terminal/command_line_error.mjs";

/** @typedef {import("./choices.mjs").Choices} Choices */

/**
 * @typedef {{ type: string } & Record<string, number | string>} Named a name with those of its options that were given
 */

/**
 * @param {"penalty" | "trick"} kind
 * @param {ReadonlyMap<string, readonly string[]>} given
 * @param {Choices} choices
 * @returns {Named[]}
 */
export function readAll(kind, given, choices) {
  const all = (given.get(kind) ?? []).map((text) => readNamed(kind, text, choices));
  const types = all.map(({ type }) => type);
  const twice = types.find((type, i) => types.indexOf(type) !== i);
  if (twice)
    throw new CommandLineError(`--${kind} ${twice} is given twice; give it once, with the options that you want.`);
  return all;
}

/**
 * `NAME` or `NAME:OPTION=VALUE,OPTION=VALUE`; of a penalty also `NAME=WEIGHT`.
 *
 * @param {keyof Choices["gameOptions"]} kind
 * @param {string} text
 * @param {Choices} choices
 * @returns {Named}
 */
export function readNamed(kind, text, choices) {
  const { gameOptions } = choices;
  const [head = "", ...more] = text.split(":");
  const [name = "", ...weights] = kind === "penalty" ? head.split("=") : [head];
  /** @type {Readonly<Record<string, import("saddlepoint").gan.OptionSpecs>>} */
  const entries = gameOptions[kind];
  const type = oneOf(`--${kind}`, kind, name, Object.keys(entries), choices);
  const specs = entries[type] ?? {};
  const pairs = [
    ...(weights.length > 0 ? [`weight=${weights.join("=")}`] : []),
    ...more.join(":").split(",").filter(Boolean),
  ];
  const values = pairs.map((pair) => {
    const [option = "", value = "", ...rest] = pair.split("=");
    if (value === "" || rest.length > 0) {
      const example = kind === "penalty" ? `${type} or ${type}=0.1` : `${type} or ${type}:OPTION=VALUE`;
      throw new CommandLineError(`--${kind} ${text}: write it as ${example}.`);
    }
    const known = oneOf(`--${kind} ${type}`, "option", option, Object.keys(specs), choices);
    const spec = /** @type {import("saddlepoint").gan.OptionSpec} */ (specs[known]);
    return /** @type {const} */ ([known, readOption(`--${kind} ${type} ${known}`, value, spec, choices)]);
  });
  return { type, ...Object.fromEntries(values) };
}

/**
 * @param {string} option
 * @param {string} value
 * @param {import("saddlepoint").gan.OptionSpec} spec
 * @param {Choices} choices
 */
function readOption(option, value, spec, choices) {
  if ("choices" in spec) return oneOf(option, "choice", value, spec.choices, choices);
  if (!("low" in spec)) return oneOf(option, "choice", value, ["true", "false"], choices) === "true";
  const { low, high, whole = false } = spec;
  return readNumber(option, value, { low, high, whole });
}

/**
 * @template {string} Name
 * @param {string} option
 * @param {string} what
 * @param {string} name
 * @param {readonly Name[]} names
 * @param {Choices} choices
 * @returns {Name}
 */
export function oneOf(option, what, name, names, { aliases, didYouMean, gameOptions }) {
  const found = names.find((known) => known === name);
  if (found !== undefined) return found;
  const meant = didYouMean(name, names, Object.hasOwn(aliases, what) ? aliases[what] : {});
  const elsewhere = Object.entries(gameOptions).find(
    ([kind, entries]) => kind !== what && Object.hasOwn(entries, name),
  );
  const place =
    meant === "" && elsewhere && what in gameOptions ? ` It is a ${elsewhere[0]}: --${elsewhere[0]} ${name}.` : meant;
  throw new CommandLineError(
    `${option} ${name}: there is no such ${what}; these exist: ${listed(names) || "none"}.${place}`,
  );
}

/**
 * @param {string} option
 * @param {string} text
 * @param {{ low: number, high: number, whole: boolean }} range
 */
export function readNumber(option, text, { low, high, whole }) {
  // Number() alone would take "", " 1" and "0x10".
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value) || value < low || value > high || (whole && !Number.isInteger(value))) {
    const kind = whole ? "a whole number" : "a number";
    throw new CommandLineError(`${option} ${text}: give ${kind} from ${low} to ${high}.`);
  }
  return value;
}

/** @param {readonly string[]} names */
export function listed(names) {
  return names.join(", ");
}
