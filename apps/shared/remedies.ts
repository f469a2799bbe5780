/** Remedies in the words of the place where they are read. */
import type { probes } from "saddlepoint";

/**
 * A place's words for one of the changes of a remedy: empty if those for another one say it too, undefined if it can't be
 * made there.
 */
export type Surface = (change: probes.Change, changes: readonly probes.Change[]) => string | undefined;

/** The remedies that can be had there, in the same order. */
export function spokenRemedies(remedies: readonly probes.Remedy[], surface: Surface): string[] {
  return remedies.flatMap(({ changes, reason }) => {
    const said = changes.map((change) => surface(change, changes));
    if (said.includes(undefined)) return [];
    return said.filter(Boolean).join(" and ") + (reason && `, ${reason}`);
  });
}

/** Advice in sentences. */
export function spokenAdvice({ problem, remedies }: probes.Advice, surface: Surface): string {
  const spoken = spokenRemedies(remedies, surface);
  return spoken.length > 0 ? `${problem} Try: ${spoken.join("; or ")}.` : problem;
}
