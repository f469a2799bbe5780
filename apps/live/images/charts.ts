/** The live charts. */
import { heatStrip, lineChart } from "../../charts/charts.ts";
import { element } from "../shared/element.ts";
import { linesOf } from "../shared/lines.ts";
import { drawLosses } from "../shared/loss_charts.ts";
import type { Measured } from "../shared/measured.ts";
import type { Evaluation } from "./judge.ts";

/** More lines than this can't be told apart; a heat strip shows them instead. */
const mostLines = 8;

export function drawTelemetry(measured: Measured): void {
  drawLosses(measured.history);
  element("chart-flow-discriminator").innerHTML = flowChart(measured, "discriminator");
  element("chart-flow-generator").innerHTML = flowChart(measured, "generator");
}

/** The generator's gradient at the layers of one player, in the order of computation. */
function flowChart({ gradients, history }: Measured, player: string): string {
  const prefix = `gradient/${player}/`;
  const layers = gradients
    .filter((column) => column.startsWith(prefix))
    .map((column) => ({ name: column.slice(prefix.length).replace(/\/rms$/, ""), column }))
    .reverse();
  const { series, bands } = linesOf(history, layers);
  const common = {
    title: `Gradient flow in the ${player}`,
    description: `The size of the generator's gradient at each layer of the ${player}, over training steps.`,
    xLabel: "step",
  };
  if (layers.length > mostLines) {
    return heatStrip({
      ...common,
      yLabel: "layer",
      valueLabel: "gradient RMS",
      valueScale: "log",
      rows: series.map(({ name, y }) => ({ name, values: y })),
      columns: Array.from(series[0]?.x ?? [], Number),
    });
  }
  return lineChart({
    ...common,
    yLabel: "gradient RMS (log scale)",
    yScale: "log",
    smooth: true,
    series,
    bands,
  });
}

export function drawMetrics(evaluations: readonly Evaluation[], classCount: number): void {
  const all = [{ name: "", x: evaluations.map(({ step }) => step) }];
  element("chart-sliced-wasserstein").innerHTML = lineChart({
    title: "Sliced Wasserstein distance",
    description: "The distance of samples to real images, pixel by pixel, over training steps.",
    xLabel: "step",
    yLabel: "distance (pixel values from −1 to 1)",
    series: all.map((line) => ({ ...line, y: evaluations.map((each) => each.slicedWasserstein.value) })),
  });
  if (classCount < 2) return;
  const judged = evaluations.filter(({ frechet }) => frechet);
  const x = judged.map(({ step }) => step);
  element("chart-frechet").innerHTML = lineChart({
    title: "Fréchet distance",
    description: "The Fréchet distance of samples to real images in the features of a classifier, over training steps.",
    xLabel: "step",
    yLabel: "distance (features of the classifier)",
    series: [{ name: "", x, y: judged.map(({ frechet }) => frechet?.value ?? Number.NaN) }],
  });
  element("chart-classes").innerHTML = lineChart({
    title: "Classes covered",
    description: `How many of ${classCount} classes the samples cover, over training steps.`,
    xLabel: "step",
    yLabel: `classes (of ${classCount})`,
    yDomain: [0, 1.08 * classCount],
    references: [{ y: classCount, label: "all classes" }],
    series: [{ name: "", x, y: judged.map(({ classes }) => classes?.covered ?? Number.NaN) }],
  });
}
