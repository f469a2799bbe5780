import { assertKeys, list } from "../../errors/checks.ts";
import type { Finding } from "../finding.ts";
import { defaultRules } from "../rules/defaults.ts";
import type { Rule } from "../rules/rule.ts";
import type { TelemetryTable } from "../telemetry.ts";
import { examineFor } from "./examine.ts";
import type { RunFacts } from "./watched_run.ts";

export interface DiagnoseOptions extends RunFacts {
  /** Rules besides the library's own; `examineRules` takes others in their place. */
  readonly rules?: readonly Rule[];
}

/**
 * From telemetry to findings at its end, the most severe first, by the library's rules. A pure function: the same rows give
 * the same findings, live, from a file, or in a test. `Examiner` does the same row by row, and tells what is over, too.
 */
export function diagnose(table: TelemetryTable, options: DiagnoseOptions = {}): Finding[] {
  assertKeys<DiagnoseOptions>("diagnose", options, {
    rules: list,
    players: true,
    output: true,
    boundary: true,
    metrics: true,
    configuration: true,
  });
  const { rules = [], ...facts } = options;
  return examineFor("diagnose", [...defaultRules, ...rules], table, facts);
}
