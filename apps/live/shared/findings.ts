/** The findings of a live page, as cards. */
import type { gan } from "saddlepoint";
import { words } from "../../charts/text.ts";
import type { FindingsLog } from "../../job/findings_log.ts";
import { findingCard, findingLabel } from "../../report/findings.ts";
import { type Surface, spokenRemedies } from "../../shared/remedies.ts";
import { element } from "./element.ts";

interface Watched {
  readonly findings: FindingsLog;
  readonly trainer: Pick<gan.Trainer, "step">;
}

/**
 * @param surface the page's words for what helps
 * @returns the findings' names, in the order of the cards
 */
export function showFindings({ findings: { all }, trainer }: Watched, surface: Surface): string[] {
  const cards = all.map(({ active, lastSeenStep, remedies, ...finding }, i) =>
    findingCard(
      {
        ...finding,
        remedies: spokenRemedies(remedies, surface),
        ...(active ? {} : { goneSinceStep: lastSeenStep }),
      },
      findingLabel(i),
    ),
  );
  element("findings").innerHTML =
    cards.length > 0
      ? `<div class="cards cards-findings">${cards.join("")}</div>`
      : `<p class="muted">${trainer.step === 0 ? "Nothing is measured before the first step." : "Nothing so far."}</p>`;
  return all.map(({ ailment }) => words(ailment));
}
