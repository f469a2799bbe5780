import { cellCount, cells } from "../batches/cells.ts";
import { addR1, lessMomentum, lowerRates, remedy } from "../remedies.ts";
import { above, allShow, below, fresh, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { farOff } from "./signals.ts";
import { output, percent } from "./words.ts";

const limits = {
  /** Share of the generated samples that have gone to another cell. */
  enter: 0.45,
  leave: 0.35,
  lasts: 5,
  /** How far mean and deviation of the samples may be off (see `farOff`): what is far from all modes is on none. */
  shift: { enter: 4, leave: 5 },
} as const;

/** Steps from one observation to the next, and those in which the mean of a batch's cells forgets. */
const [apart, memory] = [100, 20];

/** Generated samples go from one part of the data to another and back, all of them, instead of covering it. */
export const hoppingModes: Rule = {
  name: "hopping-modes",
  watch(run) {
    const far = farOff(run);
    const read = Array.from({ length: cellCount }, (_, cell) => run.column(cells, "fake", cell));
    const [seen, now, before] = [
      run.keep("seen", [-1, -1]),
      run.keep("now", new Array(cellCount).fill(0)),
      run.keep("before", new Array(cellCount).fill(0)),
    ];
    return [
      {
        site: output,
        lasts: limits.lasts,
        observe(row) {
          const counts = read.map((count) => count(row));
          const sum = counts.reduce((total, count) => total + count, 0);
          if (!Number.isFinite(sum) || sum === 0) return undefined;
          const [last = -1, kept = -1] = seen;
          const share = fresh(last < 0 ? Number.POSITIVE_INFINITY : row.step - last, memory);
          seen[0] = row.step;
          for (const [cell, count] of counts.entries()) {
            now[cell] = (now[cell] ?? 0) + share * (count / sum - (now[cell] ?? 0));
          }
          if (kept >= 0 && row.step - kept < apart) return undefined;
          // Half of what is more in some cells and less in others.
          const changed = now.reduce((total, value, cell) => total + Math.abs(value - (before[cell] ?? 0)), 0) / 2;
          seen[1] = row.step;
          for (const [cell, value] of now.entries()) before[cell] = value;
          return kept < 0
            ? undefined
            : observed({ changed, shift: far(row).shift, steps: apart }, ({ changed, shift }) =>
                allShow(
                  above(changed, limits.enter, limits.leave),
                  below(shift, limits.shift.enter, limits.shift.leave),
                ),
              );
        },
        tell: ({ changed = 0, steps = 0 }) => ({
          title: "Hopping modes",
          text: `within ${steps} steps, ${percent(changed, 1)} of the generated samples go to another part of the data, time and again.`,
          remedies: [
            remedy("", ...lowerRates),
            remedy("", lessMomentum),
            remedy("which keeps the critic's slopes small", addR1),
            remedy("so that the discriminator sees what a batch lacks", { kind: "trick", name: "pac" }),
            remedy("so that each real sample has its partner", { kind: "loss", name: "relativistic" }, addR1, {
              kind: "penalty",
              name: "r2",
            }),
          ],
        }),
      },
    ];
  },
};
