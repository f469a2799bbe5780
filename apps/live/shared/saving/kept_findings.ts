/** Findings that were kept in a file, as far as they are findings: a file may have been written by anyone. */
import type { LoggedFinding } from "../../../job/findings_log.ts";

type Fields = Readonly<Record<string, unknown>>;

export const findingsOf = (given: unknown): LoggedFinding[] => (Array.isArray(given) ? given.filter(isFinding) : []);

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const severities: readonly unknown[] = ["info", "warning", "serious"];

function isFinding(given: unknown): given is LoggedFinding {
  const { ailment, severity, site, message, evidence, remedies, active, ...rest }: Fields = Object(given);
  const { sinceStep, firstStep, lastSeenStep } = rest;
  return (
    [ailment, site, message].every(isText) &&
    severities.includes(severity) &&
    [sinceStep, firstStep, lastSeenStep].every(isNumber) &&
    typeof active === "boolean" &&
    Object.values(Object(evidence)).every((value) => isText(value) || isNumber(value)) &&
    Array.isArray(remedies) &&
    remedies.every(isRemedy)
  );
}

function isRemedy(given: unknown): boolean {
  const { changes, reason, text }: Fields = Object(given);
  return isText(reason) && isText(text) && Array.isArray(changes) && changes.every(isChange);
}

function isChange(given: unknown): boolean {
  const { kind, name, factor, value, about, text, options = {} }: Fields = Object(given);
  if (kind === "advice") return isText(about) && isText(text);
  if (kind === "scale") return isText(name) && isNumber(factor);
  if (kind === "momentum") return isNumber(value);
  return (
    (kind === "loss" || kind === "play" || kind === "penalty" || kind === "trick" || kind === "optimizer") &&
    isText(name) &&
    options === Object(options)
  );
}
