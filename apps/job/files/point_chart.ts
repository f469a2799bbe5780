/** Points in the plane as a picture. */
import { scatterChart, seriesColour } from "../../charts/charts.ts";
import { dataView } from "../../report/run_charts.ts";
import type { PointSamples } from "../../report/run_report.ts";

/** @param step generator steps done. */
export function pointChart(samples: PointSamples | undefined, step: number): string {
  const { generated = [], real = [], modes = [], std = 0, axes: [x, y] = ["x", "y"] } = samples ?? {};
  const measured = real.length > 0 ? real : generated;
  const reach = 1.15 * measured.flat().reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
  // Generated sets lie around the origin.
  const square = { domain: { x: [-reach, reach], y: [-reach, reach] } } as const;
  const view = samples?.axes ? dataView(measured, true) : square;
  const over = `${real.length > 0 ? " over real ones" : ""}${modes.length > 0 ? `, with the ${modes.length} modes` : ""}`;
  return scatterChart({
    title: `Samples after ${step.toLocaleString("en")} steps`,
    description: `${generated.length} generated samples${over}.`,
    xLabel: `${x} (data units)`,
    yLabel: `${y} (data units)`,
    width: 560,
    layers: [
      ...(real.length > 0 ? [{ name: "real", points: real, colour: seriesColour(6), opacity: 0.45 }] : []),
      { name: "generated", points: generated, colour: seriesColour(0), opacity: 0.7 },
    ],
    circles: modes.map((centre) => ({ ...centre, radius: 3 * std })),
    ...(modes.length > 0 ? { circlesName: "mode, 3 σ" } : {}),
    ...view,
  });
}
