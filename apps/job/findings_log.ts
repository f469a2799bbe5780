/** The findings of a whole run, where a report only holds those of the moment. */
import type { probes } from "saddlepoint";

/** A finding as the run leaves it. */
export interface LoggedFinding extends probes.Finding {
  /** The step in which the ailment showed first in the run; before `sinceStep` if it had gone meanwhile. */
  readonly firstStep: number;
  /** Generator steps done when it was last seen. */
  readonly lastSeenStep: number;
  /** Whether the last report still had it. */
  readonly active: boolean;
}

const ranks: Readonly<Record<probes.Severity, number>> = { info: 0, warning: 1, serious: 2 };

/**
 * Keeps each ailment once: at its worst severity, and as the last report had it. So the step, the message and the numbers
 * are of one stretch.
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
        firstStep: Math.min(before?.firstStep ?? finding.sinceStep, finding.sinceStep),
        lastSeenStep: step,
        active: true,
      });
    }
    return isNew;
  }

  /** Goes on from what another one had. */
  restore(all: readonly LoggedFinding[]): void {
    this.#known.clear();
    for (const finding of all) this.#known.set(finding.ailment, finding);
  }

  /** The worst first, then by when they began. */
  get all(): LoggedFinding[] {
    return [...this.#known.values()].sort((a, b) => ranks[b.severity] - ranks[a.severity] || a.firstStep - b.firstStep);
  }
}

function worse(a: probes.Severity, b: probes.Severity): probes.Severity {
  return ranks[a] >= ranks[b] ? a : b;
}
