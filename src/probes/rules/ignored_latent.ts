import { addR1, lowerRates, remedy } from "../remedies.ts";
import { above, allShow, below, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { classMeans } from "./signals.ts";
import { output, percent } from "./words.ts";

const limits = {
  /** Deviation within a class of the generated samples over that of the data. */
  within: { enter: 0.1, leave: 0.2 },
  /** The same of samples of different classes: below, all of them are alike, which is another ailment. */
  across: { enter: 0.2, leave: 0.1 },
  lasts: 100,
} as const;

/** A generator that is told the class makes one sample of each, whatever the latent vector. */
export const ignoredLatent: Rule = {
  name: "ignored-latent",
  severity: "serious",
  watch(run) {
    const means = classMeans(run);
    return [
      {
        site: output,
        lasts: limits.lasts,
        observe(row) {
          const known = means(row);
          if (!known) return undefined;
          const { real, fake } = known;
          return observed(
            {
              withinRatio: Math.sqrt(fake.within / real.within),
              acrossRatio: Math.sqrt(fake.across / real.across),
            },
            ({ withinRatio, acrossRatio }) =>
              allShow(
                below(withinRatio, limits.within.enter, limits.within.leave),
                above(acrossRatio, limits.across.enter, limits.across.leave),
              ),
          );
        },
        tell: ({ withinRatio = 0 }) => ({
          title: "Ignored latent",
          text: `generated samples of one class have ${percent(withinRatio)} of the deviation that the data has within a class.`,
          remedies: [
            remedy("so that other latent vectors must make other samples", { kind: "penalty", name: "modeSeeking" }),
            remedy("so that the discriminator sees that samples are alike", {
              kind: "trick",
              name: "minibatchStandardDeviation",
            }),
            remedy("which keeps the critic's slopes small", addR1),
            remedy("", ...lowerRates),
            remedy("", { kind: "advice", about: "generator", text: "give the generator a longer latent vector" }),
          ],
        }),
      },
    ];
  },
};
