/** Findings as cards, or a plain statement that there is none and what was watched. */

import { capitalised, escapeText, formatNumber, words } from "../charts/text.ts";
import { severityBadge } from "./badge.ts";
import { watched } from "./probe_groups.ts";
import type { RunFinding, RunReport } from "./run_report.ts";

/** The short name of a finding in plots, counted from its place in the report. */
export function findingLabel(index: number): string {
  return `F${index + 1}`;
}

/** The findings section's content, the worst first in the order that the diagnosis gave. */
export function findingCards(run: RunReport): string {
  if (run.findings.length === 0) return nothingFound(run);
  const cards = run.findings.map((finding, index) => findingCard(finding, findingLabel(index)));
  return `<div class="cards cards-findings">${cards.join("")}</div>`;
}

/** One finding as a card; `name` is its short name in plots. */
export function findingCard(finding: RunFinding, name: string): string {
  const {
    ailment,
    severity,
    site,
    sinceStep,
    firstStep = sinceStep,
    goneSinceStep,
    message,
    evidence,
    remedies,
  } = finding;
  const numbers = Object.entries(evidence).map(([key, value]) => {
    const shown = typeof value === "number" ? formatNumber(value) : String(value);
    return `<div><dt>${escapeText(words(key))}</dt><dd>${escapeText(shown)}</dd></div>`;
  });
  const steps = remedies.map((remedy) => `<li>${escapeText(remedy)}</li>`);
  const when =
    goneSinceStep === undefined
      ? `since step ${formatNumber(sinceStep)}`
      : `from step ${formatNumber(sinceStep)}, last seen at step ${formatNumber(goneSinceStep)}`;
  const again = firstStep < sinceStep ? `; it had gone meanwhile, and showed first at ${formatNumber(firstStep)}` : "";
  return (
    `<article class="card finding finding-${severity}"><header><span class="finding-name">${name}</span>` +
    `${severityBadge(severity)}</header><h3>${escapeText(capitalised(words(ailment)))}</h3>` +
    `<p class="finding-where">at <code>${escapeText(site)}</code> ${when}${again}</p>` +
    `<p>${escapeText(message)}</p>` +
    (numbers.length > 0 ? `<h4>Evidence</h4><dl class="evidence">${numbers.join("")}</dl>` : "") +
    (steps.length > 0 ? `<h4>Remedies, the first to try first</h4><ol>${steps.join("")}</ol>` : "") +
    "</article>"
  );
}

function nothingFound(run: RunReport): string {
  const probes = watched(run.probes.columns);
  const statement =
    probes.length === 0
      ? "No probe was recorded, so nothing could be found. Record probes to have the run diagnosed."
      : `Nothing was found in ${formatNumber(run.steps)} steps. Watched were: ${probes.join("; ")}. ` +
        "No probe crossed its threshold for long enough to count.";
  const badge = probes.length === 0 ? severityBadge("info", "not watched") : severityBadge("good", "nothing found");
  return `<div class="card finding finding-none"><header>${badge}</header><p>${escapeText(statement)}</p></div>`;
}
