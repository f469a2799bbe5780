/** A training run as one HTML file that needs nothing else: no request, no script but its own. */
import { startReadouts } from "../charts/readout.ts";
import { capitalised, escapeText, formatNumber } from "../charts/text.ts";
import ownStyleSheet from "../shared/style.css?raw" with { type: "text" };
import { classFigures } from "./class_figures.ts";
import type { Figure } from "./figure.ts";
import { findingCards } from "./findings.ts";
import { brokenLosses, headline, tiles } from "./headline.ts";
import { histogramFigures, imageMetricFigures } from "./metric_figures.ts";
import { probeFigures } from "./probe_charts.ts";
import { lossFigure, metricFigures, sampleFigures } from "./run_charts.ts";
import type { RunReport } from "./run_report.ts";
import { configTable, statsTable } from "./tables.ts";

export { headline } from "./headline.ts";

/**
 * Renders a run.
 *
 * @param styleSheet the CSS to put into the file, for a report with a look of its own
 * @returns the text of an HTML file; a promise, since the platform compresses images asynchronously
 */
export async function renderReport(run: RunReport, styleSheet: string = ownStyleSheet): Promise<string> {
  const { lines, histograms } = probeFigures(run);
  const samples = [...(await sampleFigures(run)), ...(await classFigures(run))];
  const sections = [
    section("Findings", findingCards(run)),
    section("Samples", figureCards(samples)),
    section(
      "Training",
      figureCards([lossFigure(run), ...metricFigures(run), ...imageMetricFigures(run), ...histogramFigures(run)]),
    ),
    section("Probes", figureCards(lines)),
    section("Histograms", folded(histograms)),
    `<div class="cards cards-tables">${[
      section("Configuration", configTable(run.config)),
      section("Engine", statsTable(run.stats)),
    ].join("")}</div>`,
  ];
  return page(run, sections.join("\n"), styleSheet, await contentPolicy());
}

function page(run: RunReport, content: string, styleSheet: string, policy: string): string {
  const broken = brokenLosses(run);
  // Text can end a style element early only by its end tag.
  const css = styleSheet.replaceAll("</", "<\\/");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(run.title)}: training report</title>
<style>${css}</style>
</head>
<body>
<div class="page report">
<header class="report-header">
<div class="bar"><p class="eyebrow">Saddlepoint training report</p>${themeButton}</div>
<h1>${escapeText(run.title)}</h1>
<p class="lead">${escapeText(capitalised(headline(run)))}.</p>
${run.ending ? `<p class="lead lead-serious">${escapeText(run.ending)}</p>` : ""}
${broken ? `<p class="lead lead-serious">${escapeText(broken)}</p>` : ""}
${tiles(run)}
</header>
<main>
${content}
</main>
<footer class="muted">${escapeText(footnote(run))}</footer>
</div>
</body>
</html>
`;
}

/** The theme button. */
const themeScript = `
{
  const button = document.getElementById("theme");
  const root = document.documentElement;
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const show = () => { button.textContent = isDark() ? "Light theme" : "Dark theme"; };
  button.hidden = false;
  button.onclick = () => { root.dataset.theme = isDark() ? "light" : "dark"; show(); };
  show();
}
`;
/** All that runs in a report: the policy lets nothing else. */
const script = `${themeScript}(${startReadouts})();`;

/** Hidden until its script runs, since without one it does nothing. */
const themeButton = `<button type="button" class="button button-quiet" id="theme" hidden>Theme</button><script>${script}</script>`;

/** A report loads nothing, sends nothing, and runs its own script alone, whatever names and messages it shows. */
async function contentPolicy(): Promise<string> {
  return [
    "default-src 'none'",
    `script-src ${await reportScripts()}`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** The sources of its scripts, as a policy of whoever serves it names them. */
export const reportScripts = async (): Promise<string> => `'sha256-${await hashOf(script)}'`;

async function hashOf(script: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script));
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}

function footnote(run: RunReport): string {
  const software = run.software ? " Timings on a software adapter say nothing about a GPU." : "";
  const points = run.probes.steps.length;
  const probes = points > 0 ? ` Probes were read at ${formatNumber(points)} steps.` : "";
  return (
    `In long series the strong line is the mean over 2 % of the points, in front of all values; × marks values that ` +
    `can't be drawn.${probes}${software}`
  );
}

function section(title: string, content: string): string {
  if (content === "") return "";
  return `<section><h2>${escapeText(capitalised(title))}</h2>${content}</section>`;
}

function figureCards(figures: readonly Figure[]): string {
  if (figures.length === 0) return "";
  return `<div class="cards">${figures.map(figureCard).join("\n")}</div>`;
}

function figureCard({ svg, caption, leastWidth, isWide }: Figure): string {
  const below = caption === "" ? "" : `<figcaption>${escapeText(caption)}</figcaption>`;
  const plot = leastWidth === undefined ? svg : `<div class="scroll" style="--least:${leastWidth}px">${svg}</div>`;
  return `<figure class="card${isWide ? " card-wide" : ""}">${plot}${below}</figure>`;
}

/** There can be one histogram a site, more than most readers want to scroll past. */
function folded(figures: readonly Figure[]): string {
  if (figures.length === 0) return "";
  const count = `${figures.length} ${figures.length === 1 ? "histogram" : "histograms"} over training steps`;
  return `<details class="fold"><summary>${count}</summary>${figureCards(figures)}</details>`;
}
