/** Severities as an icon, a word and a colour: never as a colour alone. */
import type { Severity } from "./run_report.ts";

/** Each severity has a shape of its own: circle, triangle, octagon. */
const icons = {
  info: '<circle cx="8" cy="8" r="7"/><path class="badge-sign" d="M8 7.2v4.2M8 4.4v.3"/>',
  warning: '<path d="M8 1 15.5 14.5H.5z"/><path class="badge-sign" d="M8 6v4M8 12.2v.2"/>',
  serious: '<path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z"/><path class="badge-sign" d="m5.5 5.5 5 5m0-5-5 5"/>',
  good: '<circle cx="8" cy="8" r="7"/><path class="badge-sign" d="m4.8 8.3 2.2 2.2 4.2-4.6"/>',
} as const satisfies Record<Severity | "good", string>;

/** A badge as HTML. `word` is plain text that the caller has escaped; the severity itself without it. */
export function severityBadge(severity: Severity | "good", word: string = severity): string {
  return (
    `<span class="badge badge-${severity}"><svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">` +
    `${icons[severity]}</svg>${word}</span>`
  );
}
