/** The figure of `frozenGenerator`: what the discriminator's training does to the generator's gradient under two losses. */
import type { FrozenGenerator } from "saddlepoint/experiments";
import { lineChart, standaloneSvg } from "../charts/charts.ts";
import { stacked } from "./layout.ts";

const size = { width: 560, height: 210 };

/** Norms above, variances below, as a file that follows the reader's light or dark. */
export function frozenGeneratorFigure({ steps, curves }: FrozenGenerator): string {
  const last = steps.at(-1) ?? 0;
  const of = (what: "norms" | "variances") => curves.map((curve) => ({ name: curve.loss, x: steps, y: curve[what] }));
  const fell = curves.map(({ loss, decades }) => `${loss}: ${decades.toFixed(1)} decades`).join("; ");
  const xLabel = "steps of the discriminator, the generator frozen";
  const norms = lineChart({
    ...size,
    title: "The gradient that the frozen generator would get",
    description: `Norm of the generator's gradient over ${last} steps of the discriminator. ${fell}.`,
    xLabel,
    yLabel: "norm of the gradient (nats per unit of a parameter), median of 5 batches",
    yScale: "log",
    series: of("norms"),
  });
  const variances = lineChart({
    ...size,
    title: "Its variance from batch to batch",
    description: `Variance of that norm over 5 batches, over ${last} steps of the discriminator.`,
    xLabel,
    yLabel: "variance of the norm (its unit squared), over 5 batches",
    yScale: "log",
    series: of("variances"),
  });
  return standaloneSvg(stacked([norms, variances], 20));
}
