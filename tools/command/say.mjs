import process from "node:process";
import { printableLines } from "../terminal/printable.mjs";
import { filled } from "../terminal/text_width.mjs";

/**
 * Prints lines, which are broken between words where the terminal ends. What is no terminal gets them whole.
 *
 * @param {string} text
 */
export function say(text) {
  const lines = printableLines(text);
  console.log(process.stdout.isTTY ? filled(lines, process.stdout.columns || 80) : lines);
}
