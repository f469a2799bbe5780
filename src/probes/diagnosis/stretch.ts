import type { Evidence, Severity } from "../finding.ts";
import type { Observation, Watch } from "../rules/rule.ts";

/** How far something is on its way to be a finding, or to be over: all that is kept of the rows that were seen. */
export interface Stretch {
  /** The first and the last step in which it showed. */
  sinceStep: number;
  lastStep: number;
  /** Observations: up to `lasts` it is no finding yet, down to 0 it is none any more. */
  score: number;
  isFinding: boolean;
  /** Observations that the means are of. */
  count: number;
  numbers: Record<string, number>;
  first: Evidence;
  isRough: boolean;
  severity?: Severity;
}

export const severities: Readonly<Record<Severity, number>> = { serious: 0, warning: 1, info: 2 };

/** The stretch after one more observation; undefined where there is none, or none any more. */
export function after(
  stretch: Stretch | undefined,
  watch: Watch,
  { shows, numbers, first = {}, isRough = false }: Observation,
  step: number,
): Stretch | undefined {
  const { lasts, ends = lasts } = watch;
  if (shows === undefined) return stretch;
  if (!shows) {
    if (!stretch) return undefined;
    // Before it is a finding, one observation against it takes back two for it.
    stretch.score -= stretch.isFinding ? 1 : 2;
    return stretch.score > 0 ? stretch : undefined;
  }
  const known = stretch ?? begun(step, first, isRough);
  if (known.isRough && !isRough) Object.assign(known, { first, isRough });
  known.lastStep = step;
  known.count = Math.min(known.count + 1, lasts);
  for (const [name, value] of Object.entries(numbers)) {
    known.numbers[name] = moved(known.numbers[name] ?? value, value, known.count);
  }
  known.score = Math.min(known.score + 1, known.isFinding ? ends : lasts);
  if (!known.isFinding && known.score >= lasts) Object.assign(known, { isFinding: true, score: ends });
  if (known.isFinding && watch.severity) {
    const severity = watch.severity(known.numbers);
    if (!known.severity || severities[severity] < severities[known.severity]) known.severity = severity;
  }
  return known;
}

const begun = (sinceStep: number, first: Evidence, isRough: boolean): Stretch => ({
  sinceStep,
  lastStep: sinceStep,
  score: 0,
  isFinding: false,
  count: 0,
  numbers: {},
  first,
  isRough,
});

/** A mean of the last numbers. What is infinite has no mean: then the last one counts. */
function moved(mean: number, value: number, count: number): number {
  const next = mean + (value - mean) / count;
  return Number.isFinite(next) ? next : value;
}
