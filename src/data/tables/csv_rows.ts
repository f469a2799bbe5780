import { DataError } from "../../errors/errors.ts";

/** A line of a table, as texts. */
export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What stands between two cells; " " is any stretch of spaces and tabs. */
export type Separator = string;

const candidates: readonly Separator[] = ["\t", ";", ","];

/**
 * The rows of a table in text (RFC 4180, and what else is written): cells may stand in quotes, lines end in LF, CR LF or CR.
 * Empty lines are passed over, and comments: from a # that begins a line or stands behind white space, to the end of the line.
 *
 * @throws DataError for a quote that is not closed.
 */
export function* csvRows(where: string, text: string, separator: Separator): Generator<CsvRow> {
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const start = { at, line };
    let end = endOfLine(text, at);
    let record = withoutComment(text.slice(at, end));
    if (record.trim() !== "") {
      let cells = cellsOf(record, separator);
      // A quoted cell goes on in the next line.
      while (cells === undefined) {
        if (end >= text.length) {
          throw new DataError(
            `${where}: a quote that opens in line ${start.line} is never closed; close it, or remove it.`,
          );
        }
        end = endOfLine(text, end + lineBreak(text, end));
        line++;
        record = text.slice(start.at, end);
        cells = cellsOf(record, separator);
      }
      if (cells.some((cell) => cell !== "")) yield { line: start.line, cells };
    }
    at = end + lineBreak(text, end);
    line++;
  }
}

function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at++;
  return at;
}

const lineBreak = (text: string, at: number): number => (text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1);

const withoutComment = (record: string): string => {
  if (!record.includes("#")) return record;
  // What stands in quotes is no comment.
  return record.replace(/("(?:[^"]|"")*"?)|(?:^|\s)#.*$/g, (_, quoted: string | undefined) => quoted ?? "");
};

/** The first of tab, semicolon and comma that is in the first row, outside of quotes; or else white space. */
export function separatorOf(text: string): Separator {
  for (let at = 0; at < text.length; ) {
    let end = endOfLine(text, at);
    // A name in quotes may go on in the next lines.
    while (end < text.length && text.slice(at, end).split('"').length % 2 === 0) end = endOfLine(text, end + 1);
    const bare = withoutComment(text.slice(at, end).replace(/"(?:[^"]|"")*"/g, '""'));
    if (bare.trim() !== "") return candidates.find((candidate) => bare.includes(candidate)) ?? " ";
    at = end + lineBreak(text, end);
  }
  return " ";
}

/** Undefined where a quote is open at the end. */
function cellsOf(record: string, separator: Separator): string[] | undefined {
  const isBlank = separator === " ";
  if (!record.includes('"')) {
    return isBlank ? record.trim().split(/\s+/) : record.split(separator).map((cell) => cell.trim());
  }
  const cells: string[] = [];
  const rest = isBlank ? record.trim() : record;
  const isSeparator = (letter: string | undefined) => (isBlank ? /\s/.test(letter ?? "") : letter === separator);
  for (let at = 0; at <= rest.length; at++) {
    while (at < rest.length && /\s/.test(rest[at] ?? "") && !(isSeparator(rest[at]) && !isBlank)) at++;
    let cell = "";
    if (rest[at] === '"') {
      for (at++; ; at++) {
        if (at >= rest.length) return undefined;
        if (rest[at] !== '"') cell += rest[at];
        else if (rest[at + 1] === '"') cell += rest[at++];
        else break;
      }
      at++;
    }
    const from = at;
    while (at < rest.length && !isSeparator(rest[at])) at++;
    cells.push(cell + rest.slice(from, at).trim());
  }
  return cells;
}
