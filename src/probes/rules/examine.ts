import { assertKeys, assertKind, callback, type Kind, list, needed, object, text, whole } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Finding, Severity } from "../finding.ts";
import { assertTable, type TelemetryTable } from "../telemetry.ts";
import { contextOf, type RunFacts } from "./context.ts";
import type { CriticOutput, Found, Rule } from "./rule.ts";

export interface ExamineOptions extends RunFacts {
  /**
   * The findings of an earlier window that ended in this one: they tell when a stretch began that has no beginning here.
   */
  readonly before?: readonly Finding[];
}

const order: Readonly<Record<Severity, number>> = { serious: 0, warning: 1, info: 2 };
const outputs: Readonly<Record<CriticOutput, true>> = { logit: true, score: true, error: true };

const oneOf = (names: object): Kind => ({
  says: `one of ${Object.keys(names).join(", ")}`,
  is: (value) => text.is(value) && Object.hasOwn(names, String(value)),
});

const findings: Kind = {
  says: "an array of findings",
  is: (value) => list.is(value) && value.every(object.is),
};

/** From a window of telemetry to what the given rules find in it, the most severe first. */
export function examineRules(rules: readonly Rule[], table: TelemetryTable, options: ExamineOptions = {}): Finding[] {
  return examineFor("examineRules", rules, table, options);
}

/** @param where the function that the user called */
export function examineFor(
  where: string,
  rules: readonly Rule[],
  table: TelemetryTable,
  options: ExamineOptions,
): Finding[] {
  assertRules(where, rules);
  assertTable(where, table);
  const kinds = { before: findings, players: list, output: oneOf(outputs), metrics: object, configuration: object };
  assertKeys<ExamineOptions>(where, options, kinds);
  const { before = [], ...facts } = options;
  return rules
    .flatMap((rule) => {
      const earlier = before.find(({ ailment }) => ailment === rule.name);
      const found = rule.examine(contextOf(table, facts, earlier));
      return found ? [findingOf(rule, found)] : [];
    })
    .sort((a, b) => order[a.severity] - order[b.severity]);
}

function findingOf({ name, severity = "warning" }: Rule, found: Found): Finding {
  const { site, sinceStep, message, evidence = {}, remedies = [] } = found;
  const finding = { ailment: name, severity: found.severity ?? severity, site, sinceStep, message, evidence, remedies };
  assertKeys<Finding>(`The rule "${name}"`, finding, {
    ailment: true,
    severity: oneOf(order),
    site: needed(text),
    sinceStep: needed(whole),
    message: needed(text),
    evidence: object,
    remedies: list,
  });
  const known = Object.entries(evidence).filter(([, value]) => !Number.isNaN(value));
  return { ...finding, evidence: Object.fromEntries(known) };
}

/** @throws OptionError for anything but a list of rules of different names. */
export function assertRules(where: string, given: unknown): asserts given is readonly Rule[] {
  assertKind(where, "the rules", given, list);
  const names = new Set<string>();
  for (const { name, examine } of given as readonly Rule[]) {
    assertKind(where, "the name of a rule", name, text);
    assertKind(`${where}: the rule "${name}"`, "examine", examine, callback);
    if (names.has(name)) {
      throw new OptionError(`${where}: there are two rules "${name}"; give one of them another name.`);
    }
    names.add(name);
  }
}
