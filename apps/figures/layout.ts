/** Several charts as one picture. */

interface Placed {
  readonly chart: string;
  readonly width: number;
  readonly height: number;
}

/** One below the other. */
export function stacked(charts: readonly string[], gap: number): string {
  const all = charts.map(sized);
  const tops = all.map((_, i) => all.slice(0, i).reduce((sum, { height }) => sum + height + gap, 0));
  const width = Math.max(...all.map((each) => each.width));
  const height = (tops.at(-1) ?? 0) + (all.at(-1)?.height ?? 0);
  return whole(
    all.map(({ chart }, i) => chart.replace("<svg", `<svg y="${tops[i]}"`)),
    width,
    height,
  );
}

/** One beside the other. */
export function beside(charts: readonly string[], gap: number): string {
  const all = charts.map(sized);
  const lefts = all.map((_, i) => all.slice(0, i).reduce((sum, { width }) => sum + width + gap, 0));
  const width = (lefts.at(-1) ?? 0) + (all.at(-1)?.width ?? 0);
  const height = Math.max(...all.map((each) => each.height));
  return whole(
    all.map(({ chart }, i) => chart.replace("<svg", `<svg x="${lefts[i]}"`)),
    width,
    height,
  );
}

function sized(chart: string): Placed {
  const [, width = "0", height = "0"] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(chart) ?? [];
  return { chart, width: Number(width), height: Number(height) };
}

const whole = (charts: readonly string[], width: number, height: number): string =>
  `<svg class="figure" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${charts.join("")}</svg>`;
