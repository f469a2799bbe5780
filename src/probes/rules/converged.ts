import { sampleSpread } from "../sample_spread.ts";
import { above, allShow, below, fresh, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { gaps } from "./signals.ts";
import { output, percent, short } from "./words.ts";

const limits = {
  /** How far samples are from the data, in its deviations, beyond what real ones are from each other: both ways. */
  gap: { enter: 0.05, leave: 0.1 },
  /** The same over how far real ones are from each other: small gaps mean little where that is little, and ratios where it is much. */
  ratio: { enter: 0.25, leave: 0.5 },
  /** Deviation of the generated samples over that of the data. */
  deviation: { enter: 0.9, leave: 0.8 },
  lasts: 300,
} as const;

/** Steps in which the means forget. */
const memory = 200;

/** Generated samples are as near to real ones, and real ones to generated ones, as real ones are to each other, and it lasts. */
export const converged: Rule = {
  name: "converged",
  severity: "info",
  watch(run) {
    const { toFake, toReal, apart } = gaps(run);
    const [fake, real] = [run.column(sampleSpread, "deviationFake"), run.column(sampleSpread, "deviationReal")];
    const seen = run.keep("seen", [-1]);
    const means = run.keep("means", [0, 0, 0, 0]);
    return [
      {
        site: output,
        lasts: limits.lasts,
        observe(row) {
          const now = [toFake(row) - apart(row), toReal(row) - apart(row), fake(row) / real(row), apart(row)];
          if (now.some((value) => !Number.isFinite(value))) return undefined;
          const [last = -1] = seen;
          const share = fresh(last < 0 ? Number.POSITIVE_INFINITY : row.step - last, memory);
          seen[0] = row.step;
          for (const [i, value] of now.entries()) means[i] = (means[i] ?? 0) + share * (value - (means[i] ?? 0));
          const [leftOut = 0, offData = 0, deviationRatio = 0, realApart = 0] = means;
          const gap = Math.max(leftOut, offData);
          const { enter, leave } = limits.deviation;
          return observed({ leftOut, offData, deviationRatio, realApart }, () =>
            allShow(
              below(gap, limits.gap.enter, limits.gap.leave),
              below(gap / realApart, limits.ratio.enter, limits.ratio.leave),
              above(deviationRatio, enter, leave),
              below(deviationRatio, 1 / enter, 1 / leave),
            ),
          );
        },
        tell: ({ leftOut = 0, offData = 0, deviationRatio = 0, realApart = 0 }) => ({
          title: "Converged",
          text:
            `real samples are ${short(leftOut)} and generated ones ${short(offData)} deviations of the data further from the ` +
            `others' nearest than real ones are from each other (${short(realApart)}), with ${percent(deviationRatio)} of the data's ` +
            "deviation.",
        }),
      },
    ];
  },
};
