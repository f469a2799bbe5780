/** What readers see of a finding over a run: one step in the card, in its text and in its evidence; one rule for modes. */
import { probes } from "saddlepoint";
import { describe, expect, test } from "vitest";
import { FindingsLog } from "../../../../apps/job/findings_log.ts";
import { commandLine } from "../../../../apps/job/options/command_line.ts";
import { findingCard } from "../../../../apps/report/findings.ts";
import { headline, tiles } from "../../../../apps/report/headline.ts";
import { spokenRemedies } from "../../../../apps/shared/remedies.ts";
import { fullRun } from "../fixtures.ts";

/** Findings of a run whose gain is too small in some steps, reported every 16 steps. */
function logOf(isIll: (step: number) => boolean, steps: number): FindingsLog {
  const log = new FindingsLog();
  const examiner = new probes.Examiner(probes.defaultRules);
  const columns = ["lossGain/medianLog10", "balance/logitFake"].map((name, offset) => ({ name, offset, size: 1 }));
  for (let end = 16; end <= steps; end += 16) {
    const rows = Array.from({ length: 16 }, (_, i) => ({
      step: end - 16 + i,
      values: Float32Array.of(isIll(end - 16 + i) ? -4 : -1, -9),
    }));
    examiner.see({ columns, rows });
    log.add(end, examiner.findings());
  }
  return log;
}

/** As many steps as it takes to be a finding. */
const isGap = (step: number) => step >= 181 && step <= 200;

const runs: Readonly<Record<string, readonly [isIll: (step: number) => boolean, steps: number, since: number]>> = {
  "one stretch": [(step) => step >= 152, 400, 152],
  "a stretch longer than what a diagnosis looks back on": [(step) => step >= 152, 2000, 152],
  "from the first step on": [() => true, 1600, 0],
  "gone and back": [(step) => step >= 152 && !isGap(step), 400, 201],
  "gone and back, long ago": [(step) => step >= 152 && !isGap(step), 2000, 201],
  "gone at the end": [(step) => step >= 152 && step < 300, 400, 152],
};

describe.each(Object.entries(runs))("%s", (_, [isIll, steps, since]) => {
  test("has one step in card, text and evidence", () => {
    const [{ active, lastSeenStep, remedies, ...finding }] = logOf(isIll, steps).all as [
      ReturnType<FindingsLog["all"]["at"]> & object,
    ];
    expect(finding.sinceStep).toBe(since);
    const card = findingCard(
      {
        ...finding,
        remedies: spokenRemedies(remedies, commandLine),
        ...(active ? {} : { goneSinceStep: lastSeenStep }),
      },
      "F1",
    );
    const text = card.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    expect([...text.matchAll(/(?:since|from) step (\d+)/g)].map(([, step]) => Number(step))).toEqual([
      since,
      since,
      since,
    ]);
    // An earlier stretch has a name of its own.
    expect(text.includes("showed first at 152")).toBe(since === 201);
  });
});

test("the headline and the figures of a report count modes by one rule, and name it", () => {
  expect(headline(fullRun())).toContain("7 of 8 modes (1 % rule)");
  const text = tiles(fullRun()).replace(/<[^>]*>/g, " ");
  expect(text).toMatch(/modes with at least 1 % of the samples\s+7\s+\/ 8/);
  expect(text.match(/modes/g)).toHaveLength(1);
});

test("a card shows the finding of a user's own rule, with the names that the user gave", () => {
  const rule: probes.Rule = {
    name: "one-sided-gradient",
    watch: () => [
      {
        site: "critic/<0>",
        lasts: 1,
        observe: () => ({ shows: true, numbers: { positiveShare: 0.95 } }),
        tell: () => ({
          title: "One-sided gradient",
          text: "It pulls one way.",
          message: "It pulls one way.",
          remedies: [probes.remedy("", { kind: "advice", about: "data", text: "centre them" })],
        }),
      },
    ],
  };
  const rows = [{ step: 7, values: new Float32Array() }];
  const [finding] = probes.examineRules([rule], { columns: [], rows }) as [probes.Finding];
  const card = findingCard({ ...finding, remedies: spokenRemedies(finding.remedies, commandLine) }, "F1");
  for (const part of ["One sided gradient", "critic/&lt;0&gt;", "It pulls one way.", "0.95", "centre them"]) {
    expect(card).toContain(part);
  }
});
