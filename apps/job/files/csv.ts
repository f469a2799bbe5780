/** Tables as CSV (RFC 4180). */
import { csvLine } from "../../../src/io/csv.ts";

/** Numbers have the fewest digits that tell them from their neighbours; undefined leaves its cell empty. */
export function csvTable(
  columns: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  return [columns, ...rows].map(csvLine).join("");
}
