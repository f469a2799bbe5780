import { assertKeys, assertKind, callback, count, needed, numbers, object } from "../../errors/checks.ts";
import type { Found, RuleContext } from "./rule.ts";

/** Something that holds for a while. */
export interface Stretch {
  /** In how many rows, up to the last one. */
  readonly rows: number;
  /** Whether it holds in a row; undefined where that was not measured, which neither begins nor ends a stretch. */
  readonly holds: (row: number) => boolean | undefined;
  readonly tell: () => Told;
}

/** What a rule tells of a stretch; the step in which it began is put to all of it in one place. */
export interface Told extends Omit<Found, "sinceStep" | "message"> {
  /** The beginning of the message, before the step, and its end. */
  readonly title: string;
  readonly text: string;
}

/** What is found if something has held in each of so many rows, up to the last one; undefined otherwise. */
export function lasting(context: Pick<RuleContext, "steps" | "before">, stretch: Stretch): Found | undefined {
  assertKind("lasting", "the context", context, object);
  const { steps, before } = context;
  assertKind("lasting", "the steps of the context", steps, numbers);
  const kinds = { rows: needed(count), holds: needed(callback), tell: needed(callback) };
  assertKeys<Stretch>("lasting", stretch, kinds);
  const { rows, holds, tell } = stretch;
  let first = steps.length;
  let row = steps.length - 1;
  for (; row >= 0; row--) {
    const state = holds(row);
    if (state === false) break;
    if (state) first = row;
  }
  if (first === steps.length || steps.length - first < rows) return undefined;
  const { title, text, ...told } = tell();
  // A stretch without a beginning here began where it was found to.
  const sinceStep = (row < 0 ? before?.sinceStep : undefined) ?? steps[first] ?? 0;
  return {
    ...told,
    sinceStep,
    message: `${title} since step ${sinceStep}: ${text}`,
    evidence: { ...told.evidence, sinceStep },
  };
}
