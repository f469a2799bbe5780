import { shareOf } from "../score/score.ts";
import { shareText, tableOf } from "../score/table_text.ts";
import { table } from "../table/table.ts";
import { incurable } from "./incurable.ts";
import type { Rescue } from "./rescue_run.ts";

/** A run that is this close to a healthy one on the same data is well. */
const wellShare = 0.9;
/** Data that a healthy game does not learn to this quality tell nothing. */
const leastTwin = 0.5;

const isWell = ({ twin }: Rescue, quality: number) => quality >= wellShare * twin;
const ailmentOf = ({ name }: Rescue) => name.split("/")[0] ?? "";
const isHealthy = (rescue: Rescue) => ailmentOf(rescue) === "healthy";

/**
 * What a steward has made of the runs of a part.
 *
 * @param meant names of the broken rows that are as they were meant to be: others are slow or poor, and may have no ailment
 */
export function rescuePage(all: readonly Rescue[], meant: ReadonlySet<string>): string {
  if (all.length === 0) return "No run was trained with a steward yet.";
  const healthy = all.filter((rescue) => isHealthy(rescue) && isWell(rescue, rescue.alone));
  // As good as without it, but for what chance makes of 400 samples.
  const harmed = healthy.filter(({ alone, tended }) => tended < alone - 0.05);
  const broken = all.filter(
    (rescue) => meant.has(rescue.name) && rescue.twin >= leastTwin && !isWell(rescue, rescue.alone),
  );
  const rescued = broken.filter((rescue) => isWell(rescue, rescue.tended));
  const ailments = [...new Set(broken.map(ailmentOf))];
  const rows = ailments.map((ailment) => {
    const own = broken.filter((rescue) => ailmentOf(rescue) === ailment);
    const left = own.filter((rescue) => !rescued.includes(rescue));
    return [`\`${ailment}\``, share(own.length - left.length, own.length), left.map(qualitiesOf).join(", ")];
  });
  const reasons = table.flatMap((row) => {
    const reason = incurable(row);
    return reason ? [`\`${row.name}\`: ${reason}`] : [];
  });
  return `${all.length} runs were trained for this page. Rescued are ${share(rescued.length, broken.length)} of the broken runs; of the healthy ones, ${harmed.length} of ${healthy.length} end worse than
without a steward${harmed.length > 0 ? ` (${harmed.map(qualitiesOf).join(", ")})` : ""}.

${tableOf(["broken to have", "rescued", "not rescued: alone, with a steward, and a healthy run on the same data"], rows)}

Left out, since no change of options can mend what is wrong: ${reasons.join("; ")}.`;
}

const share = (hits: number, of: number): string => shareText(shareOf(hits, of));

const qualitiesOf = ({ name, alone, tended, twin }: Rescue) =>
  `\`${name}\` ${[alone, tended, twin].map((quality) => quality.toFixed(2)).join(", ")}`;
