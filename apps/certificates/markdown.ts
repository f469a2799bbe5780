import type { Certificate, CertifiedSection } from "./certificate.ts";
import type { CertificateReport } from "./certify.ts";

const columns = ["what", "against", "expected", "found", "error", "tolerance", ""] as const;

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

const rowOf = ({ name, against, expected, found, error, tolerance, isPassed }: Certificate): string =>
  row([
    name,
    against,
    expected,
    found,
    error.toExponential(1),
    tolerance.toExponential(0),
    isPassed ? "pass" : "**FAIL**",
  ]);

/** So many of so many. */
export function countPassed(certificates: readonly Certificate[]): string {
  return `${certificates.filter(({ isPassed }) => isPassed).length} of ${certificates.length}`;
}

const sectionText = ({ title, about, certificates }: CertifiedSection): string =>
  [
    `## ${title}`,
    about,
    `${countPassed(certificates)} pass.`,
    [row(columns), row(columns.map(() => "---")), ...certificates.map(rowOf)].join("\n"),
  ].join("\n\n");

const overviewColumns = ["section", "passed", "largest error", "tolerance", "of"] as const;

/** How near to failing, or how far beyond it; NaN is beyond everything. */
const strain = ({ error, tolerance }: Certificate): number =>
  Number.isNaN(error) ? Number.POSITIVE_INFINITY : error / tolerance;

function overviewRow({ title, certificates }: CertifiedSection): string {
  const { name, error, tolerance } = certificates.reduce((worst, each) =>
    strain(each) > strain(worst) ? each : worst,
  );
  return row([title, countPassed(certificates), error.toExponential(1), tolerance.toExponential(0), name]);
}

/** A line a section, with the largest of its errors as a share of what is tolerated there. */
const overview = (sections: readonly CertifiedSection[]): string =>
  [row(overviewColumns), row(overviewColumns.map(() => "---")), ...sections.map(overviewRow)].join("\n");

export function markdownOf({ adapter, sections }: CertificateReport, command: string): string {
  const head = `# Certificates\n\nWhat the engine computes, held against what is known otherwise. Written by \`${command}\` on ${adapter}. The largest error is that which comes nearest to its tolerance.`;
  return `${[head, overview(sections), ...sections.map(sectionText)].join("\n\n")}\n`;
}
