import { lowerRates, remedy, scale } from "../remedies.ts";
import { above, allShow, fresh, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { farOff } from "./signals.ts";
import { output, short } from "./words.ts";

const limits = {
  /** How far mean and deviation of the samples are off: see `farOff`. */
  shift: { enter: 0.5, leave: 0.35 },
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
    const far = farOff(run);
    const seen = run.keep("seen", [-1, 0]);
    const means = run.keep("means", [0, 0]);
    return [
      {
        site: output,
        lasts: limits.lasts,
        observe(row) {
          const { shift } = far(row);
          if (!Number.isFinite(shift)) return undefined;
          const [last = -1, total = 0] = seen;
          const steps = last < 0 ? Number.POSITIVE_INFINITY : row.step - last;
          seen[0] = row.step;
          seen[1] = last < 0 ? 0 : total + steps;
          const [recent = 0, long = 0] = means;
          means[0] = recent + fresh(steps, memory.short) * (shift - recent);
          means[1] = long + fresh(steps, memory.long) * (shift - long);
          const isEarly = (seen[1] ?? 0) < memory.long;
          return observed({ shift: means[0] ?? 0, shiftBefore: means[1] ?? 0 }, ({ shift, shiftBefore }) =>
            isEarly
              ? undefined
              : allShow(
                  above(Math.min(shift, shiftBefore), limits.shift.enter, limits.shift.leave),
                  above(shift / shiftBefore, limits.progress.enter, limits.progress.leave),
                ),
          );
        },
        tell: ({ shift = 0, shiftBefore = 0 }) => ({
          title: "Stalled",
          text:
            `mean and deviation of the samples are ${short(shift)} of the data's deviations off, no less than over the thousand ` +
            `steps before (${short(shiftBefore)}).`,
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
