import { lowerRates, remedy, scale } from "../remedies.ts";
import { above, allShow, fresh, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { gaps } from "./signals.ts";
import { output, short } from "./words.ts";

const limits = {
  /** How far samples are from the data, in its deviations, beyond what real ones are from each other. */
  gap: { enter: 0.3, leave: 0.2 },
  /** The mean over the last steps over that over many more: 1 where nothing gets better. */
  progress: { enter: 0.97, leave: 0.93 },
  lasts: 200,
} as const;

/** Steps in which the two means forget. */
const memory = { short: 200, long: 1000 } as const;

/** Samples are far from the data, and have not come nearer for a thousand steps. */
export const stalled: Rule = {
  name: "stalled",
  watch(run) {
    const { toFake, toReal, apart } = gaps(run);
    const seen = run.keep("seen", [-1, 0]);
    const means = run.keep("means", [0, 0]);
    return [
      {
        site: output,
        lasts: limits.lasts,
        observe(row) {
          const gap = (toFake(row) + toReal(row)) / 2 - apart(row);
          if (!Number.isFinite(gap)) return undefined;
          const [last = -1, total = 0] = seen;
          const steps = last < 0 ? Number.POSITIVE_INFINITY : row.step - last;
          seen[0] = row.step;
          seen[1] = last < 0 ? 0 : total + steps;
          const [recent = 0, long = 0] = means;
          means[0] = recent + fresh(steps, memory.short) * (gap - recent);
          means[1] = long + fresh(steps, memory.long) * (gap - long);
          const isEarly = (seen[1] ?? 0) < memory.long;
          return observed({ gap: means[0] ?? 0, gapBefore: means[1] ?? 0 }, ({ gap, gapBefore }) =>
            isEarly
              ? undefined
              : allShow(
                  above(Math.min(gap, gapBefore), limits.gap.enter, limits.gap.leave),
                  above(gap / gapBefore, limits.progress.enter, limits.progress.leave),
                ),
          );
        },
        tell: ({ gap = 0, gapBefore = 0 }) => ({
          title: "Stalled",
          text:
            `samples are ${short(gap)} deviations further from the data than real ones are from each other, no less than over the ` +
            `thousand steps before (${short(gapBefore)}).`,
          remedies: [
            remedy("", scale("generatorLearningRate", 3), scale("discriminatorLearningRate", 3)),
            remedy("", ...lowerRates),
            remedy("", { kind: "advice", about: "generator", text: "give both networks more capacity" }),
          ],
        }),
      },
    ];
  },
};
