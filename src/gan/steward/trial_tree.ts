import { assertKind, list, object } from "../../errors/checks.ts";
import type { BranchOutcome, Trial } from "../run/trials.ts";

/**
 * Trials as a tree to read: the finding, what was tried against it and what came of it, and what the run went on as.
 *
 *   step 400: Overpowering discriminator: ...
 *   from step 200; distance of samples from the data, in its deviations:
 *   ├─ no change                          0.61 (0.55 to 0.68) after 300 steps, with overpowering-discriminator
 *   ├─ lower discriminatorLearningRate    0.12 (0.1 to 0.15) after 300 steps
 *   └▶ add the penalty "r1"               0.05 (0.04 to 0.06) after 300 steps, and the run goes on as this one
 */
export function trialTree(trials: readonly Trial[]): string {
  assertKind("trialTree", "the trials", trials, list);
  for (const trial of trials) assertKind("trialTree", "a trial", trial, object);
  return trials.map(treeOf).join("\n\n");
}

function treeOf({ step, finding, from, branches, chosen }: Trial): string {
  const width = Math.max(...branches.map(({ what }) => what.length));
  const lines = branches.map((branch, i) => {
    const isLast = i === branches.length - 1;
    const stem = `${isLast ? "└" : "├"}${i === chosen ? "▶" : "─"}`;
    const goesOn =
      i !== chosen ? "" : i === 0 ? ", and the run goes on as it was" : ", and the run goes on as this one";
    return `${stem} ${branch.what.padEnd(width)}  ${cameTo(branch)}${goesOn}`;
  });
  return [
    `step ${step}: ${finding.message}`,
    `from step ${from}; distance of samples from the data, in its deviations:`,
    ...lines,
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
