import { assertKind, list, object } from "../../errors/checks.ts";
import type { BranchOutcome, Trial } from "../run/trials.ts";

/**
 * Trials as a tree to read: the finding, what was tried against it and what came of it, and what the run went on as.
 *
 *   step 200: Vanishing generator gradient at discriminator/logit since step 68: ...
 *   from step 100; distance of samples from the data, in its deviations:
 *   ├─ no change                      0.54 (0.52 to 0.55) after 100 steps, with vanishing-generator-gradient
 *   ├▶ use the loss "non-saturating"  0.33 (0.32 to 0.34) after 100 steps
 *   └─ add the penalty "r1"           0.48 (0.47 to 0.49) after 100 steps
 *   it went on so: use the loss "non-saturating"
 */
export function trialTree(trials: readonly Trial[]): string {
  assertKind("trialTree", "the trials", trials, list);
  for (const trial of trials) assertKind("trialTree", "a trial", trial, object);
  return trials.map(treeOf).join("\n\n");
}

function treeOf({ step, finding, from, branches, chosen }: Trial): string {
  const width = Math.max(...branches.map(({ what }) => what.length));
  const lines = branches.map((branch, i) => {
    const stem = (i === branches.length - 1 ? "└" : "├") + (i === chosen ? "▶" : "─");
    return `${stem} ${branch.what.padEnd(width)}  ${cameTo(branch)}`;
  });
  return [
    `step ${step}: ${finding.message}`,
    `from step ${from}; distance of samples from the data, in its deviations:`,
    ...lines,
    chosen === 0 ? "it went on as it was" : `it went on so: ${branches[chosen]?.what}`,
  ].join("\n");
}

function cameTo({ distance, findings, refused, steps }: BranchOutcome): string {
  if (!distance) return `not tried: ${refused ?? "it was ended"}`;
  const { value, interval } = distance;
  const range = `${short(interval.low)} to ${short(interval.high)}`;
  const wrong = findings.filter(({ severity }) => severity !== "info").map(({ ailment }) => ailment);
  const told = Number.isFinite(value) ? `${short(value)} (${range})` : "not finite";
  return [`${told} after ${steps} steps`, ...(wrong.length > 0 ? [`with ${wrong.join(", ")}`] : [])].join(", ");
}

const short = (value: number): string => String(Number(value.toPrecision(2)));
