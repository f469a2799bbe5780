/** Tables as CSV (RFC 4180). */

/** Numbers have the nine digits that tell every f32 from its neighbours; undefined leaves its cell empty. */
export function csvTable(
  columns: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  return [columns, ...rows]
    .map((cells) => cells.map(cell).join(","))
    .concat("")
    .join("\r\n");
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
