/** Text from outside (names of files, messages with such names in them) as a terminal can be trusted with it. */

/**
 * What moves a cursor, rings, colours, hides, or turns the order of the letters around it: control characters, marks of
 * direction, what has no width, line breaks of Unicode, and halves of surrogate pairs. A joiner between two letters or parts
 * of an emoji only joins them.
 */
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;

/**
 * One line of text: every character that would not show as itself is written as its number, such as `\u{1b}`.
 *
 * @param {unknown} text
 * @returns {string}
 */
export function printable(text) {
  return String(text).replace(unprintable, (character) => {
    const number = /** @type {number} */ (character.codePointAt(0));
    return `\\u{${number.toString(16)}}`;
  });
}

/**
 * Several lines: those of `printable`, with the line breaks kept, for text that is ours or a program's and only holds such
 * names.
 *
 * @param {unknown} text
 * @returns {string}
 */
export function printableLines(text) {
  return String(text)
    .split(/\r?\n/)
    .map((line) => printable(line.replaceAll("\t", "  ")))
    .join("\n");
}
