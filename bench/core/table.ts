/** Reports as tables: the same cells in a terminal, in a file and on a page. */
import { escapeText } from "../../apps/charts/text.ts";
import { isMeasured, type MeasuredVariant, type VariantResult, type WorkloadResult } from "./report.ts";
import { type Interval, type Spread, spreadOf } from "./statistics.ts";
import { type Comparison, type GroupName, groups, units } from "./workload.ts";

export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  /** How many of the first columns are names; the others are figures. */
  readonly names: number;
  readonly rows: readonly (readonly string[])[];
  /** Sentences about rows that mean nothing. */
  readonly voids: readonly string[];
  /** Other sentences that belong under the table. */
  readonly notes: readonly string[];
}

/** One table for each group that has results. */
export function tablesOf(results: readonly WorkloadResult[]): Table[] {
  return (Object.keys(groups) as GroupName[]).flatMap((group) => {
    const members = results.filter((result) => result.group === group);
    return members.length === 0 ? [] : [tableOf(group, members)];
  });
}

function tableOf(group: GroupName, results: readonly WorkloadResult[]): Table {
  const factNames = [
    ...new Set(results.flatMap(({ variants }) => variants.flatMap((one) => Object.keys(factsOf(one))))),
  ];
  const comparison = results.find((result) => result.comparison)?.comparison;
  const hasIntervals = results.some(({ variants }) => variants.some((one) => isMeasured(one) && one.ratioInterval));
  const hasPairs = results.some(({ variants }) => variants.some((one) => isMeasured(one) && one.shareOfPrevious));
  const hasLimit = results.some(({ variants }) => variants.some((one) => isMeasured(one) && one.shareOfLimit));
  const hasVariants = results.some(({ variants }) => variants.length > 1);
  const header = [
    "workload",
    ...(hasVariants ? ["variant"] : []),
    "rate",
    "lowest to highest",
    ...(comparison ? [comparisonTitle(comparison)] : []),
    ...(hasIntervals ? ["its 95 % interval"] : []),
    ...(hasPairs ? ["of the row above"] : []),
    ...(hasLimit ? ["share of the limit"] : []),
    "a run, ms",
    "setup and first run, ms",
    ...factNames,
    "check",
  ];
  const rows = results.flatMap(({ name, unit, variants }) =>
    variants.map((variant, i) => {
      const titles = [i === 0 ? name : "", ...(hasVariants ? [variant.name] : [])];
      if (!isMeasured(variant)) return [...titles, `failed: ${variant.failure}`];
      const { rate, milliseconds, startMilliseconds, ratio, ratioInterval, shareOfPrevious, shareOfLimit, facts } =
        variant;
      return [
        ...titles,
        `${digits(rate.median)} ${units[unit].label}`,
        spreadText(rate, digits),
        ...(comparison ? [ratio ? ratioText(ratio, comparison.as) : ""] : []),
        ...(hasIntervals ? [ratioInterval && comparison ? intervalText(ratioInterval, comparison.as) : ""] : []),
        ...(hasPairs ? [shareOfPrevious ? ratioText(shareOfPrevious, "share") : ""] : []),
        ...(hasLimit ? [shareOfLimit ? timesText(shareOfLimit) : ""] : []),
        digits(spreadOf(milliseconds).median),
        digits(startMilliseconds),
        ...factNames.map((fact) => (fact in facts ? digits(facts[fact] as number) : "")),
        checkText(variant),
      ];
    }),
  );
  const voids = results.flatMap(({ name, warnings }) =>
    warnings.length === 0 ? [] : [`${name} is void, since WebGPU reported: ${[...new Set(warnings)].join("; ")}`],
  );
  const choices = results.flatMap(({ name, variants }) =>
    variants.flatMap((one) => (isMeasured(one) && one.note ? [`${one.name}, ${name}: ${one.note}.`] : [])),
  );
  return { title: groups[group], header, names: hasVariants ? 2 : 1, rows, voids, notes: choices };
}

function factsOf(variant: VariantResult) {
  return isMeasured(variant) ? variant.facts : {};
}

function comparisonTitle({ reference, as }: Comparison): string {
  const titles = { share: `of ${reference}`, speedup: `speed-up of ${reference}`, time: `time of ${reference}` };
  return titles[as];
}

function ratioText(ratio: Spread, as: Comparison["as"]): string {
  const text = as === "share" ? (value: number) => `${Math.round(100 * value)}` : (value: number) => digits(value);
  const unit = as === "share" ? " %" : " x";
  return `${text(ratio.median)}${unit} (${spreadText(ratio, text)})`;
}

/** With a digit more than the ratio itself: it is there to be held against a limit. */
function intervalText({ low, high }: Interval, as: Comparison["as"]): string {
  if (as === "share") return `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`;
  return `${low.toPrecision(3)} to ${high.toPrecision(3)} x`;
}

/** 0.85: of a rate; above 1, it is faster. */
function timesText(ratio: Spread): string {
  const text = (value: number) => value.toFixed(2);
  return `${text(ratio.median)} (${spreadText(ratio, text)})`;
}

function checkText({ isRight, error }: MeasuredVariant): string {
  return isRight ? "right" : `WRONG: off by ${error.toExponential(1)}`;
}

function spreadText({ low, high }: Spread, text: (value: number) => string): string {
  return `${text(low)} to ${text(high)}`;
}

/** Three digits, as many as such measurements deserve. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** Columns padded to their widest cell; cells beyond the header's columns don't widen any. */
export function textTable({ title, header, rows, voids, notes }: Table): string {
  const whole = rows.filter((row) => row.length === header.length);
  const widths = header.map((name, column) =>
    Math.max(name.length, ...whole.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [title, "", line(header), rule, ...rows.map(line), ...voids, ...notes].join("\n");
}

export function markdownTable({ title, header, rows, voids, notes }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const filled = rows.map((row) => [...row, ...Array.from({ length: header.length - row.length }, () => "")]);
  return [
    title,
    "",
    line(header),
    line(header.map(() => "---")),
    ...filled.map(line),
    ...voids.flatMap((text) => ["", text]),
    ...(notes.length > 0 ? ["", ...notes.map((note) => `- ${note}`)] : []),
  ].join("\n");
}

export function htmlTable({ title, header, names, rows, voids, notes }: Table): string {
  const style = (column: number) => (column < names ? "" : ' class="number"');
  const cell = (text: string, column: number) =>
    column === 0 ? `<th scope="row">${escapeText(text)}</th>` : `<td${style(column)}>${escapeText(text)}</td>`;
  // A failure is told across the columns that it leaves empty.
  const row = (cells: readonly string[]) => {
    const missing = header.length - cells.length;
    const last = `<td colspan="${missing + 1}">${escapeText(cells.at(-1) ?? "")}</td>`;
    return `<tr>${(missing === 0 ? cells : cells.slice(0, -1)).map(cell).join("")}${missing === 0 ? "" : last}</tr>`;
  };
  return (
    `<table class="table" aria-label="${escapeText(title)}">` +
    `<thead><tr>${header.map((name, i) => `<th scope="col"${style(i)}>${escapeText(name)}</th>`).join("")}</tr></thead>` +
    `<tbody>${rows.map(row).join("")}</tbody></table>` +
    voids.map((text) => `<p class="lead-serious">${escapeText(text)}</p>`).join("") +
    notes.map((note) => `<p class="muted">${escapeText(note)}</p>`).join("")
  );
}
