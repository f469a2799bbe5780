import { addR1, lessMomentum, lowerRates, remedy } from "../remedies.ts";
import { sampleSpread } from "../sample_spread.ts";
import { below, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { output, percent } from "./words.ts";

/** Deviation of generated samples over that of the data. */
const limits = { enter: 0.12, leave: 0.25, lasts: 45 } as const;

/** Whatever the latent vector, the generator makes the same. */
export const completeCollapse: Rule = {
  name: "complete-collapse",
  severity: "serious",
  watch(run) {
    const [fake, real] = [run.column(sampleSpread, "deviationFake"), run.column(sampleSpread, "deviationReal")];
    return [
      {
        site: output,
        lasts: limits.lasts,
        observe: (row) =>
          observed({ deviationRatio: fake(row) / real(row) }, ({ deviationRatio }) =>
            below(deviationRatio, limits.enter, limits.leave),
          ),
        tell: ({ deviationRatio = 0 }) => ({
          title: "Complete collapse",
          text: `generated samples have ${percent(deviationRatio)} of the data's deviation, whatever the latent vector.`,
          remedies: [
            remedy("", ...lowerRates),
            remedy("", lessMomentum),
            remedy("which keeps the critic's slopes small", addR1),
            remedy("so that the discriminator sees that samples are alike", { kind: "trick", name: "pac" }),
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
