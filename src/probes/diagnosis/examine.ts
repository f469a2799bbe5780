import { assertKeys, assertKind, callback, finite, list, object, text } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Finding } from "../finding.ts";
import type { CriticOutput, Rule } from "../rules/rule.ts";
import { assertTable, type TelemetryTable } from "../telemetry.ts";
import { Examiner } from "./examiner.ts";
import { oneOf } from "./finding_of.ts";
import type { RunFacts } from "./watched_run.ts";

const outputs: Readonly<Record<CriticOutput, true>> = { logit: true, score: true, error: true };

/** From telemetry to what the given rules find at its end, the most severe first. `Examiner` takes it row by row. */
export function examineRules(rules: readonly Rule[], table: TelemetryTable, facts: RunFacts = {}): Finding[] {
  return examineFor("examineRules", rules, table, facts);
}

/** @param where the function that the user called */
export function examineFor(where: string, rules: readonly Rule[], table: TelemetryTable, facts: RunFacts): Finding[] {
  assertRules(where, rules);
  assertTable(where, table);
  const kinds = { players: list, output: oneOf(outputs), boundary: finite, metrics: object, configuration: object };
  assertKeys<RunFacts>(where, facts, kinds);
  const examiner = new Examiner(rules);
  examiner.see(table, facts);
  return examiner.findings();
}

/** @throws OptionError for anything but a list of rules of different names. */
export function assertRules(where: string, given: unknown): asserts given is readonly Rule[] {
  assertKind(where, "the rules", given, list);
  const names = new Set<string>();
  for (const { name, watch } of given as readonly Rule[]) {
    assertKind(where, "the name of a rule", name, text);
    assertKind(`${where}: the rule "${name}"`, "watch", watch, callback);
    if (names.has(name)) {
      throw new OptionError(`${where}: there are two rules "${name}"; give one of them another name.`);
    }
    names.add(name);
  }
}
