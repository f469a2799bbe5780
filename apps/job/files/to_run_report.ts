/** From what a run measured to what the report shows. */
import { type data, metrics } from "saddlepoint";
import type { ClassSamples, Column, RunMetrics, RunReport } from "../../report/run_report.ts";
import type { ClassSheet } from "../images/class_sheet.ts";
import { imageSections } from "../images/image_sections.ts";
import type { ImageResults } from "../images/image_watch.ts";
import type { ResolvedJob } from "../job_config.ts";
import { axesOf, coordinateHistograms, pointSamples } from "../points/point_sections.ts";
import type { RecordedColumn, RunRecord } from "./run_record.ts";
import type { Summary } from "./summary.ts";

/** Samples side by side, of the shape that the data has. */
export interface SampleSet {
  /** [samples, ...sample shape] */
  readonly shape: readonly number[];
  readonly generated: Float32Array;
  readonly real: Float32Array;
}

/** Of the data, where it has some. */
export interface KnownModes {
  readonly modes?: data.DataSource["modes"] | undefined;
}

/** What is shown of samples, as far as there is any. */
export interface ShownSamples {
  readonly samples?: SampleSet | undefined;
  readonly images?: ImageResults | undefined;
  readonly sheet?: ClassSheet | undefined;
}

export function toRunReport(
  summary: Summary,
  record: RunRecord,
  source: KnownModes,
  { samples, images, sheet }: ShownSamples = {},
): RunReport {
  const { title, adapter, config, seed, steps, seconds, stepsPerSecond, findings, ending } = summary;
  const engineStats = { ...summary.engineStats, deviceLosses: summary.deviceLosses };
  const modes = runMetrics(record);
  const columns = record.columns;
  const lossOf = (player: string) => columns.find(({ name }) => name === `loss/${player}`)?.values.map(shown) ?? [];
  return {
    title,
    adapter: adapter.name,
    software: adapter.software,
    config: { ...config },
    seed,
    steps,
    seconds,
    stepsPerSecond,
    ...(ending === null ? {} : { ending }),
    losses: {
      steps: record.steps,
      series: {
        generator: lossOf("generator"),
        discriminator: lossOf("discriminator"),
      },
    },
    ...(modes ? { metrics: modes } : {}),
    ...(samples ? sampleSections(samples, source, config) : {}),
    ...(images ? imageSections(images) : {}),
    ...(sheet ? { classSamples: classSamples(sheet, config) } : {}),
    probes: probeColumns(record, columns),
    findings: findings.map(({ active, lastSeenStep, ...finding }) => ({
      ...finding,
      ...(active ? {} : { goneSinceStep: lastSeenStep }),
      evidence: Object.fromEntries(Object.entries(finding.evidence).map(([name, value]) => [name, value ?? "none"])),
    })),
    stats: Object.fromEntries(Object.entries(engineStats).map(([name, value]) => [name, value ?? Number.NaN])),
  };
}

function runMetrics({ metrics }: RunRecord): RunMetrics | undefined {
  const last = metrics.at(-1)?.modes;
  if (!last) return undefined;
  return {
    steps: metrics.map(({ step }) => step),
    modesCapturedOnePercent: metrics.map(({ modes }) => modes.capturedOnePercent),
    modeCount: last.modeCount,
    highQualityShare: metrics.map(({ modes }) => modes.highQualityShare),
    n: last.n,
    threshold: Number.parseFloat(last.threshold),
  };
}

function sampleSections(
  set: SampleSet,
  source: KnownModes,
  { coordinates }: ResolvedJob,
): Pick<RunReport, "samples" | "histograms"> {
  const [count = 0, height = 0, width = 0, channels = 1] = set.shape;
  if (set.shape.length > 2) {
    const shape = [count, height, width, channels] as const;
    return { samples: { kind: "images", images: [...set.generated], shape, real: [...set.real] } };
  }
  const samples = pointSamples(set, source, coordinates);
  const histograms = coordinateHistograms(set, coordinates);
  return { ...(samples && { samples }), ...(histograms.length > 0 && { histograms }) };
}

function classSamples({ names, rows, accuracy }: ClassSheet, { coordinates }: ResolvedJob): ClassSamples {
  const axes = axesOf(coordinates);
  return {
    names,
    rows: rows.map(({ values }) => Array.from(values, shown)),
    shape: rows[0]?.shape ?? [],
    ...(axes && { axes }),
    ...(accuracy ? { accuracy: accuracy.value, note: metrics.describe(accuracy) } : {}),
  };
}

/** The order of the plots: what the diagnosis looks at first. Other probes follow as they come. */
const probeOrder = ["lossGain", "balance", "gradient", "saturation", "update"];

/** The probes at the steps that measured all of them; every step, where the costlier ones are off. */
function probeColumns(
  { steps: all, probedSteps }: RunRecord,
  recorded: readonly RecordedColumn[],
): RunReport["probes"] {
  const steps = probedSteps.length > 0 ? probedSteps : all;
  const columns = recorded.filter(({ name }) => !name.startsWith("loss/")).sort((a, b) => rank(a) - rank(b));
  const entries = columns.map((column): [string, Column] => {
    if (column.steps.length === steps.length) return [column.name, column.values.map(shown)];
    const values = new Map(column.steps.map((step, i) => [step, column.values[i] ?? Number.NaN]));
    return [column.name, steps.map((step) => shown(values.get(step) ?? Number.NaN))];
  });
  return { steps, columns: Object.fromEntries(entries) };
}

function rank({ name }: { readonly name: string }): number {
  const position = probeOrder.indexOf(name.slice(0, name.indexOf("/")));
  return position < 0 ? probeOrder.length : position;
}

function shown(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
