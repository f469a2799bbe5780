/** From what a run with images gathered to what the report shows. */
import { io } from "saddlepoint";
import { mostFrames } from "../../report/image_figures.ts";
import type {
  Column,
  FilmStrip,
  ImageMetrics,
  ImageRows,
  ImageSamples,
  MetricSeries,
  NearestImages,
  RunReport,
  ShareHistogram,
} from "../../report/run_report.ts";
import type { CountHistogram, Evaluation } from "./image_evaluator.ts";
import { coveredShare, type ImageMeasurement, shownMetrics } from "./image_metrics.ts";
import type { ImageResults } from "./image_watch.ts";

type ImageSections = Pick<RunReport, "filmStrip" | "interpolation" | "nearest" | "imageMetrics" | "histograms">;
type ImageShape = ImageSamples["shape"];

export function imageSections({ frames, evaluations, walks, nearest }: ImageResults): ImageSections {
  return {
    ...(frames.length > 0 ? { filmStrip: filmStrip(frames) } : {}),
    ...(walks.length > 0 ? { interpolation: imageRows(walks) } : {}),
    ...(nearest ? { nearest: nearestSection(nearest) } : {}),
    ...(evaluations.length > 0 ? { imageMetrics: imageMetrics(evaluations) } : {}),
    histograms: (evaluations.at(-1)?.histograms ?? []).map(shareHistogram),
  };
}

function filmStrip(frames: ImageResults["frames"]): FilmStrip {
  const chosen = io.evenlyChosen(frames, mostFrames);
  return { ...imageRows(chosen.map(({ grid }) => grid)), steps: chosen.map(({ step }) => step) };
}

function imageRows(batches: ImageResults["walks"]): ImageRows {
  return { rows: batches.map(({ values }) => pixels(values)), shape: batches[0]?.shape as unknown as ImageShape };
}

function nearestSection({
  samples,
  real,
  distances,
  usualDistance,
}: NonNullable<ImageResults["nearest"]>): NearestImages {
  return {
    samples: pixels(samples.values),
    real: pixels(real.values),
    shape: samples.shape as unknown as ImageShape,
    distances,
    note:
      `Distances are Euclidean, of pixels from −1 to 1; the median training image is ${usualDistance.toPrecision(3)} from ` +
      "the nearest other one. Samples that are much nearer are copies.",
  };
}

function imageMetrics(evaluations: readonly Evaluation[]): ImageMetrics {
  const names = [...new Set(evaluations.flatMap(({ measurements }) => measurements.map(({ metric }) => metric)))];
  return {
    steps: evaluations.map(({ step }) => step),
    series: Object.fromEntries(names.map((name) => [name, metricSeries(name, evaluations)])),
  };
}

function metricSeries(name: string, evaluations: readonly Evaluation[]): MetricSeries {
  const measured = evaluations.map(({ measurements }) => measurements.find(({ metric }) => metric === name));
  const column = (of: (measurement: ImageMeasurement) => number | undefined): Column =>
    measured.map((measurement) => shown(measurement && of(measurement)));
  const last = measured.findLast((measurement) => measurement !== undefined);
  const { unit = "", better = "lower", group, domain } = shownMetrics[name] ?? {};
  return {
    // The interval is about the value without the bias of finite samples.
    values: column(({ value, corrected }) => corrected ?? value),
    low: column(({ interval }) => interval?.low),
    high: column(({ interval }) => interval?.high),
    unit,
    better,
    ...(group === undefined ? {} : { group }),
    ...(domain && last ? { domain: domain(last.settings) } : {}),
    note: last?.description ?? "",
  };
}

const titles = {
  classes: { title: "Classes of samples", xLabel: "class" },
  strokes: { title: "Strokes of samples", xLabel: "strokes" },
} as const satisfies Record<CountHistogram["of"], Pick<ShareHistogram, "title" | "xLabel">>;

function shareHistogram({ of, categories, fake, real }: CountHistogram): ShareHistogram {
  const [n, m] = [total(fake), total(real)];
  const threshold = { share: coveredShare, label: `covered: ${100 * coveredShare} %` };
  return {
    ...titles[of],
    categories,
    generated: fake.map((count) => count / n),
    real: real.map((count) => count / m),
    ...(of === "classes" ? { threshold } : {}),
    note: `${n.toLocaleString("en")} samples after the last step, and all ${m.toLocaleString("en")} images of the data.`,
  };
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

const pixels = (values: Float32Array): Column => Array.from(values, (value) => shown(value));

function shown(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
