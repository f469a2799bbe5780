/** The files that a run leaves behind, as text or bytes. */
import { io, type probes } from "saddlepoint";
import { telemetryCsv } from "saddlepoint/files";
import { standaloneSvg } from "../../charts/charts.ts";
import { mostFrames } from "../../report/image_figures.ts";
import { histogramFigure } from "../../report/metric_figures.ts";
import { probeFigures } from "../../report/probe_charts.ts";
import { renderReport } from "../../report/report.ts";
import { lossFigure } from "../../report/run_charts.ts";
import type { RunReport } from "../../report/run_report.ts";
import type { ClassSheet } from "../images/class_sheet.ts";
import type { ImageResults } from "../images/image_watch.ts";
import { coordinateHistograms, pointSamples } from "../points/point_sections.ts";
import { metricsCsv } from "./metrics_csv.ts";
import { pointChart } from "./point_chart.ts";
import type { RunRecord } from "./run_record.ts";
import { samplesNpz } from "./samples_npz.ts";
import type { Summary } from "./summary.ts";
import type { KnownModes, SampleSet } from "./to_run_report.ts";

/** Pixels in a picture for each of an image, so that a viewer shows small images large enough. */
const fileScale = 3;

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

/** What a run left, beside what the report shows of it. */
export interface JobRecords {
  readonly summary: Summary;
  readonly record: RunRecord;
  readonly source: KnownModes;
  readonly samples: SampleSet | undefined;
  readonly images: ImageResults | undefined;
  readonly sheet: ClassSheet | undefined;
}

export async function jobFiles(
  run: RunReport,
  { summary, record, source, samples, images, sheet }: JobRecords,
): Promise<JobFile[]> {
  return [
    { name: "report.html", content: await renderReport(run) },
    ...(samples ? [await sampleFile(samples, source, summary)] : []),
    ...(samples ? [{ name: "samples.npz", content: samplesNpz({ ...samples, sheet }) }] : []),
    ...(images ? await imageRunFiles(images) : []),
    ...(sheet ? await sheetFiles(sheet) : []),
    { name: "losses.svg", content: standaloneSvg(lossFigure(run).svg) },
    ...probeFiles(run),
    { name: "telemetry.csv", content: [...telemetryCsv(record.tables, { columns: isNumber })].join("") },
    { name: "summary.json", content: `${JSON.stringify(summary, null, 2)}\n` },
  ];
}

/** Histograms are left out. */
const isNumber = ({ size }: probes.HistoryColumn): boolean => size === 1;

function probeFiles(run: RunReport): JobFile[] {
  return Object.entries(probePlots).flatMap(([name, pattern]) => {
    const chosen = Object.entries(run.probes.columns).filter(([column]) => pattern.test(column));
    const { lines } = probeFigures({ ...run, probes: { ...run.probes, columns: Object.fromEntries(chosen) } });
    return lines.slice(0, 1).map(({ svg }) => ({ name, content: standaloneSvg(svg) }));
  });
}

async function sampleFile(samples: SampleSet, source: KnownModes, { steps, config }: Summary): Promise<JobFile> {
  if (samples.shape.length > 2) {
    return pngFile("samples.png", io.imageGrid(samples.generated, samples.shape, { scale: fileScale }));
  }
  const points = pointSamples(samples, source, config.coordinates);
  const [histogram] = points ? [] : coordinateHistograms(samples, config.coordinates);
  const svg = histogram ? histogramFigure(histogram).svg : pointChart(points, steps);
  return { name: "samples.svg", content: standaloneSvg(svg) };
}

async function imageRunFiles({ frames, evaluations, walks, nearest }: ImageResults): Promise<JobFile[]> {
  const strip = io.evenlyChosen(
    frames.map(({ grid }) => grid),
    mostFrames,
  );
  const scaled = { scale: fileScale };
  return [
    ...(strip.length > 0 ? [await pngFile("film_strip.png", io.filmStrip(strip, scaled))] : []),
    ...(walks.length > 0 ? [await pngFile("interpolation.png", io.filmStrip(walks, scaled))] : []),
    ...(nearest
      ? [await pngFile("nearest.png", io.imagePairs(nearest.samples, nearest.real, { ...scaled, gap: 6, columns: 4 }))]
      : []),
    { name: "metrics.csv", content: metricsCsv(evaluations) },
  ];
}

/** Of images, a row a class, as PNG; the report has the names beside the rows. */
async function sheetFiles({ rows }: ClassSheet): Promise<JobFile[]> {
  if (rows[0]?.shape.length !== 4) return [];
  return [await pngFile("classes.png", io.filmStrip(rows, { scale: fileScale }))];
}

async function pngFile(name: string, { pixels, width, height, channels }: io.Picture): Promise<JobFile> {
  return { name, content: await io.encodePng(pixels, width, height, channels) };
}
