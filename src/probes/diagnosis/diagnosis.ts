import { type Extra, partOf } from "../../errors/extra.ts";
import type { Rule } from "../rules/rule.ts";
import type { Examiner } from "./examiner.ts";

/** What looks at a run by rules of diagnosis. */
export type RunExaminer = Pick<Examiner, "next" | "see" | "findings" | "episodes" | "save" | "restore">;

/** What makes examiners of rules. */
export interface Examining {
  assertRules(where: string, given: unknown): asserts given is readonly Rule[];
  examiner(rules: readonly Rule[]): RunExaminer;
}

export const extraDiagnosis: Extra<Examining> = { entry: "diagnosis" };

/** Rules that are known before the user's, with what examines them. */
export interface Diagnosis extends Examining {
  readonly rules: readonly Rule[];
}

/** What looks at a run that nobody has rules for. */
const nothing: RunExaminer = {
  next: Number.POSITIVE_INFINITY,
  see: () => undefined,
  findings: () => [],
  episodes: () => [],
  save: () => "",
  restore: () => undefined,
};

/**
 * What makes an examiner of the known rules, and those of the user; one that finds nothing where there are none.
 *
 * @throws OptionError for rules that are none, or whose names are taken; SaddlepointError on a page without diagnosis.
 */
export function diagnosisOf(where: string, rules: readonly Rule[], known?: Diagnosis): () => RunExaminer {
  if (!known && rules.length === 0) return () => nothing;
  const examining: Examining = known ?? partOf(extraDiagnosis, `${where}, rules`);
  const all: unknown = Array.isArray(rules) ? [...(known?.rules ?? []), ...rules] : rules;
  examining.assertRules(where, all);
  return () => examining.examiner(all);
}
