/** Telemetry from a table that `telemetryCsv` wrote, or that another program wrote with its columns. */
import { DataError, type probes } from "saddlepoint";

/**
 * One row a step, in their order, and a column "step"; an empty cell is what the step did not measure, and NaN here.
 *
 * @throws DataError for what is no such table, with the line.
 */
export function telemetryOfCsv(text: string): probes.TelemetryTable {
  const [header = [], ...lines] = cellsOf(text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n"));
  const at = header.indexOf("step");
  if (at < 0) {
    throw new DataError(
      `The first line has no column "step" (${header.length === 1 && header[0] === "" ? "it is empty" : `it begins with "${header[0]?.slice(0, 60)}"`}); ` +
        "give a table as telemetry.csv of a run: names with commas between them, then a line a step.",
    );
  }
  const names = header.filter((_, column) => column !== at);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new DataError(`The first line has the column "${twice}" twice; leave one of them out.`);
  let before = -1;
  const rows = lines.map((cells, line) => {
    if (cells.length !== header.length) {
      throw new DataError(`Line ${line + 2} has ${cells.length} cells, and the first line ${header.length} names.`);
    }
    const step = numberIn(cells[at] ?? "", line, "step");
    if (!Number.isSafeInteger(step) || step <= before) {
      throw new DataError(
        `Line ${line + 2} is of step "${cells[at]}"${before < 0 ? "" : ` after step ${before}`}; steps are whole numbers that grow from line to line.`,
      );
    }
    before = step;
    const others = cells.filter((_, column) => column !== at);
    return { step, values: Float32Array.from(others, (cell, i) => numberIn(cell, line, names[i] ?? "")) };
  });
  return { columns: names.map((name, offset) => ({ name, offset, size: 1 })), rows };
}

/** What `csvTable` writes, and what spreadsheets and pandas write in its place. */
const special: Readonly<Record<string, number>> = {
  "": Number.NaN,
  nan: Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  "-infinity": Number.NEGATIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

function numberIn(cell: string, line: number, column: string): number {
  const text = cell.trim().toLowerCase();
  if (Object.hasOwn(special, text)) return special[text] ?? Number.NaN;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) return Number(text);
  throw new DataError(
    `Line ${line + 2} has "${cell.slice(0, 60)}" in the column "${column}"; give numbers, or nothing.`,
  );
}

/** Lines of cells (RFC 4180), which end with \n. Empty lines at the end are none. */
function cellsOf(text: string): string[][] {
  const lines: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^,\n]*)(,|\n|$)/gy;
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    const [whole, given = "", end = ""] = match;
    lines.at(-1)?.push(given.startsWith('"') ? given.slice(1, -1).replaceAll('""', '"') : given);
    if (end !== "," && end !== "") lines.push([]);
    if (whole === "" || end === "") break;
  }
  const isEmpty = (line: readonly string[] = []) => line.every((part) => part === "") && line.length <= 1;
  while (lines.length > 1 && isEmpty(lines.at(-1))) lines.pop();
  return lines;
}
