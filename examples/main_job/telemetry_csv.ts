/** Telemetry as a table that any tool reads. */
import type { RunRecord } from "./run_record.ts";

/**
 * All numbers of a run as CSV (RFC 4180): one row a step, and an empty cell where a step did not measure a quantity.
 * Histograms are left out. Numbers have the nine digits that tell every f32 from its neighbours.
 */
export function telemetryCsv(record: RunRecord): string {
  const columns = record.columns.filter(({ isBin }) => !isBin);
  const cursors = columns.map(() => 0);
  const lines = record.steps.map((step) => {
    const cells = columns.map(({ steps, values }, i) => {
      const cursor = cursors[i] as number;
      if (steps[cursor] !== step) return "";
      cursors[i] = cursor + 1;
      return number(values[cursor] as number);
    });
    return [step, ...cells].join(",");
  });
  return [["step", ...columns.map(({ name }) => quoted(name))].join(","), ...lines, ""].join("\r\n");
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : String(value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
