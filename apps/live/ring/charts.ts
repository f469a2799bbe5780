/** The live charts. */
import { lineChart } from "../../charts/charts.ts";
import { element } from "../shared/element.ts";
import { linesOf } from "../shared/lines.ts";
import { drawLosses } from "../shared/loss_charts.ts";
import type { Measured } from "../shared/measured.ts";

export function drawCharts({ history, gradients }: Measured): void {
  drawLosses(history);
  element("chart-flow").innerHTML = lineChart({
    title: "Gradient flow",
    description: "The size of the generator's gradient at each site, over training steps.",
    xLabel: "step",
    yLabel: "gradient RMS (log scale)",
    yScale: "log",
    smooth: true,
    // Before and after an activation is more than one chart can show.
    ...linesOf(
      history,
      gradients
        .filter((column) => !column.endsWith("/linear/rms"))
        .map((column) => ({ name: column.replace(/^gradient\/(.+)\/rms$/, "$1"), column })),
    ),
  });
}
