/** Telemetry as plots: lines for a few sites, a heat strip for many, and one for each histogram. */
import { heatStrip } from "../charts/heat_strip.ts";
import { lineChart } from "../charts/line_chart.ts";
import { power, words } from "../charts/text.ts";
import type { Figure } from "./figure.ts";
import { findingLabel } from "./findings.ts";
import { byPlayer, groupColumns, type HistogramGroup, type ProbeGroup } from "./probe_groups.ts";
import { type CombinedKind, combinedKinds, countsOfFaults, type MeasureKind, measureKind } from "./probe_kinds.ts";
import type { Column, RunReport } from "./run_report.ts";

/** More lines than this can't be told apart; a heat strip shows them instead. */
const mostLines = 8;

export interface ProbeFigures {
  /** Probe by probe, in the order of the columns. */
  readonly lines: readonly Figure[];
  readonly histograms: readonly Figure[];
}

/** Every column of a run's telemetry in some plot. */
export function probeFigures(run: RunReport): ProbeFigures {
  const { lines, histograms } = groupColumns(run.probes.columns);
  const own = lines.filter((group) => !isShownElsewhere(group, run));
  const probes = [...new Set(own.map((group) => group.probe))];
  return {
    lines: probes.flatMap((probe) => figuresOf(probe, own, run)),
    histograms: histograms.map((histogram) => histogramFigure(histogram, run)),
  };
}

function figuresOf(probe: string, lines: readonly ProbeGroup[], run: RunReport): Figure[] {
  const own = lines.filter((group) => group.probe === probe).map(withoutFaultlessSites);
  const combined = combinedKinds.filter((kind) => kind.probe === probe);
  const isCombined = ({ measure }: ProbeGroup) => combined.some(({ measures }) => Object.hasOwn(measures, measure));
  return [
    ...combined.flatMap((kind) => combinedFigure(kind, own, run)),
    ...own.filter((group) => !isCombined(group)).flatMap((group) => groupFigures(group, run)),
  ];
}

function withoutFaultlessSites(group: ProbeGroup): ProbeGroup {
  if (!countsOfFaults.has(group.probe)) return group;
  return { ...group, sites: group.sites.filter(({ values }) => values.some((count) => count !== 0)) };
}

/** The losses have their own plot. */
function isShownElsewhere({ probe, measure }: ProbeGroup, run: RunReport): boolean {
  return probe === "loss" && Object.hasOwn(run.losses.series, measure);
}

interface Line {
  readonly name: string;
  /** The full name of its site. */
  readonly site: string;
  readonly values: Column;
}

function combinedFigure(kind: CombinedKind, groups: readonly ProbeGroup[], run: RunReport): Figure[] {
  // In the order of the kind, so that a line keeps its colour whatever the order of the columns.
  const lines = Object.entries(kind.measures).flatMap(([measure, name]) => {
    const sites = groups.find((group) => group.measure === measure)?.sites ?? [];
    return sites.map(({ site, values }) => ({ name: sites.length > 1 ? `${name}, ${site}` : name, site, values }));
  });
  return lines.length === 0 ? [] : [figure(kind, kind.title, lines, run)];
}

function groupFigures(group: ProbeGroup, run: RunReport): Figure[] {
  if (group.sites.length === 0) return [];
  const kind = measureKind(group.probe, group.measure);
  return byPlayer(group).map(({ player, sites }) => {
    const title = player === "" ? kind.title : `${kind.title}: ${player}`;
    const lines = sites.map(({ site, values }) => ({
      // A probe without sites has nothing to tell apart, and so no legend.
      name: site,
      site: player === "" ? site : `${player}/${site}`,
      values,
    }));
    return figure(kind, title, lines, run);
  });
}

function figure(kind: MeasureKind, title: string, lines: readonly Line[], run: RunReport): Figure {
  const { steps } = run.probes;
  const common = { title, description: describe(kind, title, lines), xLabel: "step" };
  if (lines.length > mostLines) {
    return {
      svg: heatStrip({
        ...common,
        yLabel: "site",
        valueLabel: kind.yLabel,
        valueScale: kind.scale === "log" ? "log" : "linear",
        ...(kind.domain ? { domain: kind.domain } : {}),
        rows: lines.map(({ name, values }) => ({ name, values })),
        columns: steps,
      }),
      caption: kind.caption,
    };
  }
  return {
    svg: lineChart({
      ...common,
      yLabel: kind.yLabel,
      yScale: kind.scale,
      smooth: true,
      ...(kind.domain ? { yDomain: kind.domain } : {}),
      references: kind.reference ? [kind.reference] : [],
      series: lines.map(({ name, values }) => ({ name, x: steps, y: values })),
      markers: findingMarkers(run, (site) => lines.some((line) => line.site === "" || line.site === site)),
    }),
    caption: kind.caption,
  };
}

/** The findings as markers for a plot, where `concerns` says whether a finding's site belongs to it. */
export function findingMarkers(run: RunReport, concerns: (site: string) => boolean): { x: number; label: string }[] {
  return run.findings.flatMap(({ sinceStep, site }, index) =>
    concerns(site) ? [{ x: sinceStep, label: findingLabel(index) }] : [],
  );
}

function describe(kind: MeasureKind, title: string, lines: readonly Line[]): string {
  const names = lines.map(({ name }) => name).filter((name) => name !== "");
  const of = names.length === 0 ? "" : ` for ${names.join(", ")}`;
  return `${title}: ${kind.yLabel} over training steps${of}. ${kind.caption}`.trim();
}

function histogramFigure(histogram: HistogramGroup, run: RunReport): Figure {
  const { probe, site, measure } = histogram;
  const isExponents = measure === "exponents";
  const whose = words(probe);
  const rows = rowsOf(histogram, run.probes.steps.length);
  const kind = measureKind(probe, measure);
  const title = isExponents ? `Exponents of the ${whose}: ${site}` : `${kind.title}: ${site}`;
  return {
    svg: heatStrip({
      title,
      description: `${title}: the share of elements in each bin over training steps.`,
      xLabel: "step",
      yLabel: isExponents ? "size of the elements (power of two)" : "bin",
      valueLabel: "share of elements (log scale)",
      // Logarithmic, since what starts to underflow is a small share long before it is a large one.
      valueScale: "log",
      domain: [1e-3, 1],
      rows,
      columns: run.probes.steps,
    }),
    caption: isExponents
      ? "Each row holds eight powers of two. Below 2⁻¹²⁶, 32-bit numbers underflow; 16-bit numbers do so below 2⁻²⁴."
      : "",
  };
}

/** Shares from counts, for the bins that were ever used and one on each side, the greatest at the top. */
function rowsOf({ measure, bins }: HistogramGroup, steps: number): { name: string; values: number[] }[] {
  const counts = Array.from(bins, (bin) => Array.from({ length: steps }, (_, step) => bin?.[step] ?? Number.NaN));
  const totals = Array.from({ length: steps }, (_, step) =>
    counts.reduce((sum, bin) => sum + (Number.isFinite(bin[step]) ? bin[step]! : 0), 0),
  );
  const used = counts.map((bin) => bin.some((count) => count > 0));
  const first = Math.max(0, used.indexOf(true) - 1);
  const last = Math.min(counts.length - 1, used.lastIndexOf(true) + 1);
  return counts
    .map((bin, index) => ({
      name: measure === "exponents" ? exponentLabel(index) : String(index),
      // A step without any element has no share of them.
      values: bin.map((count, step) => count / (totals[step]! > 0 ? totals[step]! : Number.NaN)),
    }))
    .slice(first, Math.max(first, last) + 1)
    .reverse();
}

/** The powers in bin `index`, of a 32-bit float's biased exponent divided by eight. */
function exponentLabel(index: number): string {
  if (index === 0) return "0, < 2⁻¹¹⁹";
  return `≥ ${power(2, index * 8 - 127)}`;
}
