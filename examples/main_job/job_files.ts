/** The files that a run leaves behind, as text or bytes. */
import type { data } from "saddlepoint";
import { encodePng, scatterChart, seriesColour, standaloneSvg } from "../shared/charts.ts";
import { probeFigures } from "../shared/report/probe_charts.ts";
import { lossFigure } from "../shared/report/run_charts.ts";
import { renderReport } from "../shared/report.ts";
import type { RunReport } from "../shared/run_report.ts";
import { imageSheet } from "./image_sheet.ts";
import type { RunRecord } from "./run_record.ts";
import type { Summary } from "./summary.ts";
import { telemetryCsv } from "./telemetry_csv.ts";
import { pairs, type SampleSet, toRunReport } from "./to_run_report.ts";

export interface JobFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** One file for each of these plots that the run has columns for. */
const probePlots = {
  "loss_gain.svg": /^lossGain\/(medianLog10|otherMedianLog10)$/,
  "gradient_flow_generator.svg": /^gradient\/generator\/.+\/rms$/,
  "gradient_flow_discriminator.svg": /^gradient\/discriminator\/.+\/rms$/,
  "saturation_generator.svg": /^saturation\/generator\/.+\/saturated$/,
  "saturation_discriminator.svg": /^saturation\/discriminator\/.+\/saturated$/,
  "update_ratios_generator.svg": /^update\/generator\//,
  "update_ratios_discriminator.svg": /^update\/discriminator\//,
} as const satisfies Record<string, RegExp>;

export async function jobFiles(
  summary: Summary,
  record: RunRecord,
  source: data.DataSource,
  samples: SampleSet | undefined,
): Promise<JobFile[]> {
  const run = toRunReport(summary, record, source, samples);
  return [
    { name: "report.html", content: await renderReport(run) },
    ...(samples ? [await sampleFile(samples, source, summary.steps)] : []),
    { name: "losses.svg", content: standaloneSvg(lossFigure(run).svg) },
    ...probeFiles(run),
    { name: "telemetry.csv", content: telemetryCsv(record) },
    { name: "summary.json", content: `${JSON.stringify(summary, null, 2)}\n` },
  ];
}

function probeFiles(run: RunReport): JobFile[] {
  return Object.entries(probePlots).flatMap(([name, pattern]) => {
    const chosen = Object.entries(run.probes.columns).filter(([column]) => pattern.test(column));
    const { lines } = probeFigures({ ...run, probes: { ...run.probes, columns: Object.fromEntries(chosen) } });
    return lines.slice(0, 1).map(({ svg }) => ({ name, content: standaloneSvg(svg) }));
  });
}

async function sampleFile(samples: SampleSet, source: data.DataSource, step: number): Promise<JobFile> {
  if (samples.shape.length > 2) {
    const sheet = imageSheet(samples.generated, samples.shape as [number, number, number, number]);
    return { name: "samples.png", content: await encodePng(sheet.pixels, sheet.width, sheet.height, sheet.channels) };
  }
  return { name: "samples.svg", content: standaloneSvg(sampleChart(samples, source, step)) };
}

function sampleChart({ generated, real }: SampleSet, { modes }: data.DataSource, step: number): string {
  const count = generated.length / 2;
  const reach = 1.15 * Math.max(...pairs(real).flat().map(Math.abs));
  return scatterChart({
    title: `Samples after ${step.toLocaleString("en")} steps`,
    description: `${count} generated samples over real ones${modes ? `, with the ${modes.centers.length} modes` : ""}.`,
    xLabel: "x (data units)",
    yLabel: "y (data units)",
    width: 560,
    layers: [
      { name: "real", points: real, colour: seriesColour(6), opacity: 0.45 },
      { name: "generated", points: generated, colour: seriesColour(0), opacity: 0.7 },
    ],
    circles: (modes?.centers ?? []).map(([x = 0, y = 0]) => ({ x, y, radius: 3 * (modes?.standardDeviation ?? 0) })),
    ...(modes ? { circlesName: "mode, 3 σ" } : {}),
    domain: { x: [-reach, reach], y: [-reach, reach] },
  });
}
