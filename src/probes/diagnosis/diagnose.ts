import { assertKeys, list } from "../../errors/checks.ts";
import type { Finding } from "../finding.ts";
import type { RunFacts } from "../rules/context.ts";
import { defaultRules } from "../rules/defaults.ts";
import { examineFor } from "../rules/examine.ts";
import type { Rule } from "../rules/rule.ts";
import type { TelemetryTable } from "../telemetry.ts";

export interface DiagnoseOptions extends RunFacts {
  /** Rules besides the library's own; `examineRules` takes others in their place. */
  readonly rules?: readonly Rule[];
}

/**
 * From a window of telemetry to findings, the most severe first, by the library's rules. A pure function: the same rows
 * give the same findings, live, from a file, or in a test.
 *
 * @param before the findings of an earlier window that ended in this one: they tell when a stretch began that has no
 *   beginning here
 */
export function diagnose(
  table: TelemetryTable,
  before: readonly Finding[] = [],
  options: DiagnoseOptions = {},
): Finding[] {
  assertKeys<DiagnoseOptions>("diagnose", options, {
    rules: list,
    players: true,
    output: true,
    metrics: true,
    configuration: true,
  });
  const { rules = [], ...facts } = options;
  return examineFor("diagnose", [...defaultRules, ...rules], table, { before, ...facts });
}
