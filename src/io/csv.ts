/**
 * A line of CSV (RFC 4180), with its end. Numbers have the fewest digits that read back as the same f32; undefined leaves its cell
 * empty.
 */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(shortF32(value));
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** The least normal f32; those below hold fewer digits. */
const leastNormal = 2 ** -126;

/** A whole number of which no digit can go. */
const isSmallWhole = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 24;

/** The number of fewest digits that lies nearest to the same f32, for texts; what is no f32 stays as it is. */
export function shortF32(value: number): number {
  if (isSmallWhole(value) || Math.fround(value) !== value) return value;
  // Nine digits tell every f32 from its neighbours, and six read back as themselves from all normal ones. Most take eight or nine.
  let short: number | undefined;
  for (let digits = 8; digits >= (Math.abs(value) < leastNormal ? 1 : 6); digits--) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) !== value) break;
    short = shorter;
  }
  return short ?? Number(value.toPrecision(9));
}
