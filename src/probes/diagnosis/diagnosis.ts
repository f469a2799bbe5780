import { type Extra, partOf } from "../../errors/extra.ts";
import type { Finding } from "../finding.ts";
import type { ExamineOptions } from "../rules/examine.ts";
import type { Rule } from "../rules/rule.ts";
import type { TelemetryTable } from "../telemetry.ts";

/** What examines rules of diagnosis. */
export interface Examiner {
  assertRules(where: string, given: unknown): asserts given is readonly Rule[];
  examineRules(rules: readonly Rule[], table: TelemetryTable, options: ExamineOptions): Finding[];
}

export const extraDiagnosis: Extra<Examiner> = { entry: "diagnosis" };

/** Rules that are known before the user's, with what examines them. */
export interface Diagnosis extends Examiner {
  readonly rules: readonly Rule[];
}

/** From a window of telemetry to what is wrong. */
export type Diagnose = (table: TelemetryTable, options: ExamineOptions) => readonly Finding[];

/**
 * What the known rules find, and those of the user; nothing where there are none.
 *
 * @throws OptionError for rules that are none, or whose names are taken; SaddlepointError on a page without diagnosis.
 */
export function diagnosisOf(where: string, rules: readonly Rule[], known?: Diagnosis): Diagnose {
  if (!known && rules.length === 0) return () => [];
  const examiner: Examiner = known ?? partOf(extraDiagnosis, `${where}, rules`);
  const all: unknown = Array.isArray(rules) ? [...(known?.rules ?? []), ...rules] : rules;
  examiner.assertRules(where, all);
  return (table, options) => examiner.examineRules(all, table, options);
}
