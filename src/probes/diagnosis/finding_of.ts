import { assertKeys, type Kind, list, needed, object, text } from "../../errors/checks.ts";
import type { Evidence, Finding } from "../finding.ts";
import { inForce } from "../remedies.ts";
import type { Rule, RunConfiguration, Told, Watch } from "../rules/rule.ts";
import type { Stretch } from "./stretch.ts";

export const oneOf = (names: object): Kind => ({
  says: `one of ${Object.keys(names).join(", ")}`,
  is: (value) => text.is(value) && Object.hasOwn(names, String(value)),
});

/** What a rule finds in a stretch. A remedy that is in force already is none. */
export function findingOf(
  rule: Rule,
  watch: Watch,
  stretch: Stretch,
  configuration: RunConfiguration | undefined,
): Finding {
  const { sinceStep, numbers, first } = stretch;
  const told = watch.tell(numbers, { sinceStep, first });
  assertKeys<Told>(`The rule "${rule.name}"`, told, {
    title: needed(text),
    text: needed(text),
    message: text,
    site: text,
    evidence: object,
    remedies: list,
  });
  const { title, site = watch.site, remedies = [], evidence = { ...numbers, ...first } } = told;
  return {
    ailment: rule.name,
    severity: stretch.severity ?? rule.severity ?? "warning",
    site,
    sinceStep,
    message: told.message ?? `${title} since step ${sinceStep}: ${told.text}`,
    evidence: known(told.message === undefined ? { ...evidence, sinceStep } : evidence),
    remedies: remedies.filter(({ changes }) => !changes.some((change) => inForce(change, configuration))),
  };
}

/** What is a number. */
const known = (evidence: Evidence): Evidence =>
  Object.fromEntries(Object.entries(evidence).filter(([, value]) => !Number.isNaN(value)));
