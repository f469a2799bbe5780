/** The result of a run in a sentence and in a few figures. */
import { escapeText, formatNumber, formatSeconds, formatShare } from "../charts/text.ts";
import type { Column, RunReport } from "./run_report.ts";

/** The result in words and numbers: "8 of 8 modes (1 % rule), 91 % high-quality samples, seed 1, 5,000 steps in 43 s ...". */
export function headline(run: RunReport): string {
  return [...results(run), `seed ${run.seed}`, `${formatNumber(run.steps)} steps in ${formatSeconds(run.seconds)}`]
    .join(", ")
    .concat(` on ${adapterName(run)}`);
}

/** The adapter, with a word that a software adapter's timings say nothing about a GPU. */
export function adapterName({ adapter, software }: RunReport): string {
  return software && !/software/i.test(adapter) ? `${adapter} (software)` : adapter;
}

/** Since when a loss has no finite value any more, as a sentence; nothing for a healthy run. */
export function brokenLosses({ losses }: RunReport): string | undefined {
  const broken = Object.entries(losses.series).flatMap(([name, values]) => {
    if (values.length === 0 || typeof lastOf(values) === "number") return [];
    const lastFinite = values.findLastIndex((value) => typeof value === "number" && Number.isFinite(value));
    return [{ name, step: losses.steps[lastFinite + 1] ?? 0 }];
  });
  const first = broken.sort((a, b) => a.step - b.step)[0];
  if (!first) return undefined;
  return `The ${first.name} loss is not a finite number from step ${formatNumber(first.step)} on.`;
}

function results(run: RunReport): string[] {
  const { metrics } = run;
  // One rule in all figures: a single stray sample captures no mode.
  const modes = metrics && lastOf(metrics.modesCapturedOnePercent);
  const share = metrics && lastOf(metrics.highQualityShare);
  return [
    ...(metrics && modes !== undefined ? [`${formatNumber(modes)} of ${metrics.modeCount} modes (1 % rule)`] : []),
    ...(share !== undefined ? [`${formatShare(share)} high-quality samples`] : []),
    ...(run.classSamples?.accuracy === undefined
      ? []
      : [`conditional accuracy ${formatShare(run.classSamples.accuracy)}`]),
    ...lastImageMetrics(run).map(({ name, value }) => `${name} ${formatNumber(value)}`),
  ];
}

/** More would hide the others. */
const shownImageMetrics = 3;

interface LastMetric {
  readonly name: string;
  readonly value: number;
  /** Empty without one. */
  readonly interval: string;
}

/** Of samples of images, those metrics that tell the most, where their last value is finite. */
function lastImageMetrics({ imageMetrics }: RunReport): LastMetric[] {
  return Object.entries(imageMetrics?.series ?? {})
    .slice(0, shownImageMetrics)
    .flatMap(([name, series]) => {
      const [value, low, high] = [series.values, series.low, series.high].map(lastOf);
      if (value === undefined) return [];
      const isBounded = low !== undefined && high !== undefined;
      return [{ name, value, interval: isBounded ? ` (interval ${formatNumber(low)} to ${formatNumber(high)})` : "" }];
    });
}

/** The last value of a column where it is finite. */
export function lastOf(values: Column): number | undefined {
  const value = values.at(-1);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The figures that a reader looks for first, each with what it counts. */
export function tiles(run: RunReport): string {
  const { metrics } = run;
  const modes = metrics && lastOf(metrics.modesCapturedOnePercent);
  const share = metrics && lastOf(metrics.highQualityShare);
  const entries: [value: string, unit: string, what: string][] = [];
  if (metrics && modes !== undefined) {
    entries.push([formatNumber(modes), `/ ${metrics.modeCount}`, "modes with at least 1 % of the samples"]);
  }
  if (metrics && share !== undefined) {
    const sample = `${formatNumber(metrics.n)} samples, within ${formatNumber(metrics.threshold)} σ of a mode`;
    entries.push([formatShare(share).replace(" %", ""), "%", `high quality (${sample})`]);
  }
  if (run.classSamples?.accuracy !== undefined) {
    const value = formatShare(run.classSamples.accuracy).replace(" %", "");
    entries.push([value, "%", "samples of the class that was asked for"]);
  }
  for (const { name, value, interval } of lastImageMetrics(run)) {
    entries.push([formatNumber(value), "", `${name}${interval}`]);
  }
  entries.push(
    [formatNumber(run.steps), "", `generator steps, seed ${run.seed}`],
    [...valueAndUnit(formatSeconds(run.seconds)), "training time"],
    [formatNumber(run.stepsPerSecond), "/ s", `steps on ${adapterName(run)}`],
  );
  return `<dl class="tiles">${entries
    .map(([value, unit, what]) => {
      const small = unit === "" ? "" : ` <small>${escapeText(unit)}</small>`;
      return `<div class="tile"><dt>${escapeText(what)}</dt><dd>${escapeText(value)}${small}</dd></div>`;
    })
    .join("")}</dl>`;
}

function valueAndUnit(text: string): [string, string] {
  const space = text.indexOf(" ");
  return space < 0 ? [text, ""] : [text.slice(0, space), text.slice(space + 1)];
}
