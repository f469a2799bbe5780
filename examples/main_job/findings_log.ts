/** The findings of a whole run, where a report only holds those of the moment. */
import type { probes } from "saddlepoint";

/** A finding as the run leaves it. */
export interface LoggedFinding extends probes.Finding {
  /** Generator steps done when it was last seen. */
  readonly lastSeenStep: number;
  /** Whether the last report still had it. */
  readonly active: boolean;
}

const ranks: Readonly<Record<probes.Severity, number>> = { info: 0, warning: 1, serious: 2 };

/**
 * Keeps each ailment once: since the first step in which it showed, at its worst severity, with the message and the
 * numbers of the last time.
 */
export class FindingsLog {
  readonly #known = new Map<probes.Ailment, LoggedFinding>();

  /** Takes a report's findings, and returns those whose ailment is new in this run. */
  add(step: number, findings: readonly probes.Finding[]): probes.Finding[] {
    for (const [ailment, known] of this.#known) {
      const isActive = findings.some((finding) => finding.ailment === ailment);
      this.#known.set(ailment, { ...known, active: isActive });
    }
    const isNew = findings.filter(({ ailment }) => !this.#known.has(ailment));
    for (const finding of findings) {
      const before = this.#known.get(finding.ailment);
      this.#known.set(finding.ailment, {
        ...finding,
        severity: before ? worse(before.severity, finding.severity) : finding.severity,
        sinceStep: Math.min(before?.sinceStep ?? finding.sinceStep, finding.sinceStep),
        lastSeenStep: step,
        active: true,
      });
    }
    return isNew;
  }

  /** The worst first, then by when they began. */
  get all(): LoggedFinding[] {
    return [...this.#known.values()].sort((a, b) => ranks[b.severity] - ranks[a.severity] || a.sinceStep - b.sinceStep);
  }
}

function worse(a: probes.Severity, b: probes.Severity): probes.Severity {
  return ranks[a] >= ranks[b] ? a : b;
}
