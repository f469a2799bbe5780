import { balance } from "../balance.ts";
import { remedy, scale } from "../remedies.ts";
import { above, allShow, below, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { farOff } from "./signals.ts";
import { logit, percent, short } from "./words.ts";

const limits = {
  /** Share of pairs that are ranked right: half is chance. */
  ranked: { enter: 0.58, leave: 0.64 },
  /** How far samples are from the data, in its deviations, beyond what real ones are from each other. */
  gap: { enter: 0.3, leave: 0.2 },
  /** How far their mean and deviation are off: see `farOff`. */
  shift: { enter: 0.5, leave: 0.35 },
  lasts: 150,
} as const;

/** The discriminator can't tell samples apart that differ: it has nothing to teach. Where they don't differ, it is as it should be. */
export const weakDiscriminator: Rule = {
  name: "weak-discriminator",
  watch(run) {
    const ranked = run.column(balance, "ranked");
    const far = farOff(run);
    return [
      {
        site: logit,
        lasts: limits.lasts,
        observe(row) {
          const { gap, shift } = far(row);
          // What is infinitely far is another ailment.
          if (!Number.isFinite(gap)) return undefined;
          return observed({ ranked: ranked(row), gap, shift }, ({ ranked }) =>
            allShow(
              below(ranked, limits.ranked.enter, limits.ranked.leave),
              above(gap, limits.gap.enter, limits.gap.leave),
              above(shift, limits.shift.enter, limits.shift.leave),
            ),
          );
        },
        tell: ({ ranked = 0, gap = 0 }) => ({
          title: "Weak discriminator",
          text:
            `it ranks ${percent(ranked)} of the pairs of a real and a generated sample right, while samples are ${short(gap)} ` +
            "deviations further from the data than real ones from each other.",
          remedies: [
            remedy("so that it keeps up", scale("discriminatorLearningRate", 3)),
            remedy("so that it keeps up", scale("discriminatorSteps", 2)),
            remedy("", { kind: "advice", about: "discriminator", text: "give the discriminator more capacity" }),
            ...weaker(run.configuration?.penalties),
          ],
        }),
      },
    ];
  },
};

/** A penalty that is there may be what holds it. */
const weaker = (penalties: readonly string[] = []) =>
  penalties.map((name) => remedy("if that is what holds it", scale(`${name}Weight`, 0.1)));
