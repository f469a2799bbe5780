import type { metrics } from "saddlepoint";
import { reportCount, type Study, type StudyRun, sampleCount } from "./study.ts";

type Measure = (reports: readonly metrics.ModeSummary[]) => number;

const atEnd =
  (of: (modes: metrics.ModeSummary) => number): Measure =>
  (reports) =>
    of(reports.at(-1) as metrics.ModeSummary);

/** Players circle, and the last report alone may show a good or a bad moment. */
const lately: Measure = (reports) => {
  const last = reports.slice(Math.ceil(0.6 * reports.length));
  return last.reduce((total, { capturedOnePercent }) => total + capturedOnePercent, 0) / last.length;
};

const measures: readonly { readonly title: string; readonly digits: number; readonly of: Measure }[] = [
  {
    title: "modes with at least 1 % of the samples",
    digits: 1,
    of: atEnd(({ capturedOnePercent }) => capturedOnePercent),
  },
  { title: "the same, mean over the last 40 % of the steps", digits: 1, of: lately },
  { title: "modes with at least 1 sample", digits: 1, of: atEnd(({ capturedAtLeastOne }) => capturedAtLeastOne) },
  { title: "samples within 3 σ of a mode, %", digits: 0, of: atEnd(({ highQualityShare }) => 100 * highQualityShare) },
];

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Mean and standard deviation over the runs, and what each seed gave. */
function cell(runs: readonly StudyRun[], of: Measure, digits: number): string {
  const values = runs.map(({ reports }) => of(reports));
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  const each = values.map((value) => value.toFixed(Number.isInteger(value) ? 0 : digits)).join(", ");
  return `${mean.toFixed(digits)} ± ${Math.sqrt(variance).toFixed(digits)} (${each})`;
}

/** A study's results as a page. */
export function studyMarkdown(study: Study, runs: readonly StudyRun[], adapter: string, command: string): string {
  const rows = study.variants.map(({ name }) => {
    const own = runs.filter(({ variant }) => variant === name);
    const seconds = own.reduce((total, run) => total + run.seconds, 0) / own.length;
    return row([name, ...measures.map(({ of, digits }) => cell(own, of, digits)), seconds.toFixed(0)]);
  });
  const head = ["", ...measures.map(({ title }) => title), "seconds a run"];
  return `# ${study.title}

${study.about}

Written by \`${command}\` on ${adapter}: ${study.seeds.length} seeds (${study.seeds.join(", ")}), ${study.steps} generator steps each, and
${sampleCount} samples at each of ${reportCount} reports. Learning rates fall from the middle of a run on, to ${study.lastRate} of themselves at its end. Mean ±
standard deviation over the seeds, and each seed's value.

${[row(head), row(head.map(() => "---")), ...rows].join("\n")}

${study.reading}

## Published

${study.published}
`;
}
