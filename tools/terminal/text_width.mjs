/** How much room text takes in a terminal, which has a column for most characters, two for some, and none for others. */

const graphemes = new Intl.Segmenter();

/** As terminals draw them: the scripts of East Asia in their full width, and emoji. */
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)/u;

/** Marks that are drawn over the character before. */
const mark = /^[\p{Mn}\p{Me}\p{Cf}]/u;

/** @param {string} grapheme one character as people count them, with its marks */
function widthOf(grapheme) {
  if (wide.test(grapheme)) return 2;
  return mark.test(grapheme) ? 0 : 1;
}

/**
 * @param {string} text one printable line
 * @returns {number} columns
 */
export function textWidth(text) {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOf(segment);
  return width;
}

/**
 * The beginning of a text, with three points where the rest is missing.
 *
 * @param {string} text
 * @param {number} columns at least 1
 */
export function cutToWidth(text, columns) {
  if (textWidth(text) <= columns) return text;
  const points = columns > 3 ? "..." : "";
  let kept = "";
  let width = points.length;
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width > columns) break;
    kept += segment;
  }
  return `${kept.trimEnd()}${points}`;
}

/**
 * The parts that fit, in their order; the first one always, cut if it must be. A part that is too long makes way for shorter
 * ones behind it.
 *
 * @param {readonly string[]} parts the most important first
 * @param {number} columns
 */
export function fittingParts(parts, columns) {
  const [first = "", ...rest] = parts;
  let line = cutToWidth(first, columns);
  for (const part of rest) {
    const longer = `${line}  ${part}`;
    if (textWidth(longer) <= columns) line = longer;
  }
  return line;
}

/**
 * Breaks a text between its words. A word that is too long stays whole.
 *
 * @param {string} text
 * @param {number} columns
 * @returns {string[]} at least one line
 */
export function wrapped(text, columns) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    const longer = `${line} ${word}`;
    if (line === "") lines[lines.length - 1] = word;
    else if (textWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * Breaks each line of a text between its words, and goes on below where it began.
 *
 * @param {string} text
 * @param {number} columns
 */
export function filled(text, columns) {
  return text
    .split("\n")
    .map((line) => {
      if (textWidth(line) <= columns) return line;
      // Behind spaces, or behind a word in a column of its own.
      const indent = /^(?:\S+ {2,}| *)/.exec(line)?.[0] ?? "";
      const lines = wrapped(line.slice(indent.length), Math.max(1, columns - indent.length));
      return indent + lines.join(`\n${" ".repeat(indent.length)}`);
    })
    .join("\n");
}
