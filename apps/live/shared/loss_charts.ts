/** The charts that every live page has: both losses, and how much gradient the generator's lets through. */
import type { probes } from "saddlepoint";
import { lineChart } from "../../charts/charts.ts";
import { element } from "./element.ts";
import { linesOf } from "./lines.ts";

const gains = [
  { name: "this loss", column: "lossGain/medianLog10" },
  { name: "the other form", column: "lossGain/otherMedianLog10" },
];

export function drawLosses(history: probes.TelemetryHistory): void {
  element("chart-losses").innerHTML = lineChart({
    title: "Losses",
    description: "The losses of generator and discriminator over training steps.",
    xLabel: "step",
    yLabel: "loss (batch mean)",
    smooth: true,
    ...linesOf(
      history,
      ["generator", "discriminator"].map((player) => ({ name: player, column: `loss/${player}` })),
    ),
  });
  const extremes = gains
    .flatMap(({ column }) => history.series(column).flatMap(({ minimum, maximum }) => [minimum, maximum]))
    .filter(Number.isFinite);
  element("chart-gain").innerHTML = lineChart({
    title: "Loss gain",
    description: "How much gradient the generator's loss lets through, beside the other form of the loss.",
    xLabel: "step",
    yLabel: "log₁₀ of the median |∂L_G/∂logit|",
    smooth: true,
    // Small changes of a healthy gain must not look like large ones.
    yDomain: [Math.min(-1, ...extremes), Math.max(0.05, ...extremes)],
    ...linesOf(history, gains),
  });
}
