/** Tables of Markdown, and what stands in their cells. */
import type { Share } from "./score.ts";

export const percent = (share: number) => `${Math.round(100 * share)} %`;

/** Such as "11 of 12, 65 to 99 %". */
export const shareText = ({ hits, of, low, high }: Share) =>
  of === 0 ? "none" : `${hits} of ${of}, ${Math.round(100 * low)} to ${percent(high)}`;

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}
