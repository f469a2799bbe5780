/** The charts that every live page has: both losses, and how much gradient the generator's lets through. */
import { lineChart } from "../../charts/charts.ts";
import { element } from "./element.ts";
import type { History } from "./history.ts";

export function drawLosses(history: History): void {
  const steps = history.steps;
  const gains = ["lossGain/medianLog10", "lossGain/otherMedianLog10"].flatMap((name) =>
    history.get(name).filter(Number.isFinite),
  );
  element("chart-losses").innerHTML = lineChart({
    title: "Losses",
    description: "The losses of generator and discriminator over training steps.",
    xLabel: "step",
    yLabel: "loss (batch mean)",
    smooth: true,
    series: [
      { name: "generator", x: steps, y: history.get("loss/generator") },
      { name: "discriminator", x: steps, y: history.get("loss/discriminator") },
    ],
  });
  element("chart-gain").innerHTML = lineChart({
    title: "Loss gain",
    description: "How much gradient the generator's loss lets through, beside the other form of the loss.",
    xLabel: "step",
    yLabel: "log₁₀ of the median |∂L_G/∂logit|",
    smooth: true,
    // Small changes of a healthy gain must not look like large ones.
    yDomain: [Math.min(-1, ...gains), Math.max(0.05, ...gains)],
    series: [
      { name: "this loss", x: steps, y: history.get("lossGain/medianLog10") },
      { name: "the other form", x: steps, y: history.get("lossGain/otherMedianLog10") },
    ],
  });
}
