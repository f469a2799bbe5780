/** Several charts as one picture. */

/** One below the other. */
export const stacked = (charts: readonly string[], gap: number): string => placed(charts, gap, "y");

/** One beside the other. */
export const beside = (charts: readonly string[], gap: number): string => placed(charts, gap, "x");

function placed(charts: readonly string[], gap: number, along: "x" | "y"): string {
  let at = 0;
  let across = 0;
  const all = charts.map((chart) => {
    const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(chart) ?? [];
    const [length, breadth] = (along === "x" ? [width, height] : [height, width]).map(Number) as [number, number];
    const moved = chart.replace("<svg", `<svg ${along}="${at}"`);
    at += length + gap;
    across = Math.max(across, breadth);
    return moved;
  });
  const [width, height] = along === "x" ? [at - gap, across] : [across, at - gap];
  return `<svg class="figure" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${all.join("")}</svg>`;
}
