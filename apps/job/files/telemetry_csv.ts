/** Telemetry as a table that any tool reads. */
import { csvTable } from "./csv.ts";
import type { RunRecord } from "./run_record.ts";

/**
 * All numbers of a run as CSV: one row a step, and an empty cell where a step did not measure a quantity. Histograms are
 * left out.
 */
export function telemetryCsv(record: RunRecord): string {
  const columns = record.columns.filter(({ isBin }) => !isBin);
  const cursors = columns.map(() => 0);
  const rows = record.steps.map((step) => {
    const cells = columns.map(({ steps, values }, i) => {
      const cursor = cursors[i] as number;
      if (steps[cursor] !== step) return undefined;
      cursors[i] = cursor + 1;
      return values[cursor];
    });
    return [step, ...cells];
  });
  return csvTable(["step", ...columns.map(({ name }) => name)], rows);
}
