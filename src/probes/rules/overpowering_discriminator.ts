import { balance } from "../balance.ts";
import { heldOut } from "../batches/held_out.ts";
import { addR1, fewerSteps, remedy, scale } from "../remedies.ts";
import { above, allShow, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { logit, percent, short, staysUnsure } from "./words.ts";

const limits = {
  /** Share of pairs, of a real and a generated sample, that are ranked right. */
  ranked: { enter: 0.94, leave: 0.9 },
  /**
   * How sure it is of that: its mean outputs lie so far apart, or the smaller one of its accuracies is so high, each by the
   * value that is enough. Losses that compare samples leave the boundary free, others the distance.
   */
  gap: 2,
  accuracy: 0.75,
  sure: { enter: 1, leave: 0.9 },
  lasts: 100,
} as const;

/**
 * The discriminator tells nearly all samples apart, and goes on doing so: judged by ranks, which mean the same for all losses.
 * Of a critic of scores it is what is wanted. One that takes real samples which it was not trained on for generated ones has learnt the others by heart, which is
 * another ailment.
 */
export const overpoweringDiscriminator: Rule = {
  name: "overpowering-discriminator",
  severity: "warning",
  watch(run) {
    // A Wasserstein critic should be as good as it gets: its gradient does not vanish with that.
    if (run.boundary === undefined) return [];
    const [real, fake] = [run.column(balance, "accuracyReal"), run.column(balance, "accuracyFake")];
    const [logitReal, logitFake] = [run.column(balance, "logitReal"), run.column(balance, "logitFake")];
    const ranked = run.column(balance, "ranked");
    const unseen = run.column(heldOut, "logit");
    return [
      {
        site: logit,
        lasts: limits.lasts,
        observe: (row) =>
          observed(
            {
              accuracyReal: real(row),
              accuracyFake: fake(row),
              meanLogitReal: logitReal(row),
              meanLogitFake: logitFake(row),
              ranked: ranked(row),
            },
            ({ ranked, accuracyReal, accuracyFake, meanLogitReal, meanLogitFake }) =>
              // Nearer to the generated ones than to those that it is trained on.
              2 * unseen(row) < meanLogitReal + meanLogitFake
                ? false
                : allShow(
                    above(ranked, limits.ranked.enter, limits.ranked.leave),
                    above(
                      Math.max(
                        (meanLogitReal - meanLogitFake) / limits.gap,
                        Math.min(accuracyReal, accuracyFake) / limits.accuracy,
                      ),
                      limits.sure.enter,
                      limits.sure.leave,
                    ),
                  ),
          ),
        tell: ({ accuracyReal = 0, accuracyFake = 0, meanLogitReal = 0, meanLogitFake = 0, ranked = 0 }) => {
          const gap = meanLogitReal - meanLogitFake;
          return {
            title: "Overpowering discriminator",
            text:
              `of pairs of a real and a generated sample it ranks ${percent(ranked)} right (${percent(accuracyReal)} of the real ` +
              `and ${percent(accuracyFake)} of the generated ones are beyond its boundary, its mean outputs ${short(gap)} ` +
              "apart); its answer hardly depends on what the generator does.",
            evidence: { ranked, accuracyReal, accuracyFake, meanLogitReal, meanLogitFake, gap },
            remedies: [
              ...equalRates(run.configuration?.controls),
              remedy(staysUnsure, scale("discriminatorLearningRate", 0.3)),
              remedy("", fewerSteps),
              remedy(staysUnsure, addR1),
              remedy("so that both batches overlap", { kind: "trick", name: "instanceNoise" }),
              remedy("", { kind: "advice", about: "generator", text: "give the generator more capacity" }),
            ],
          };
        },
      },
    ];
  },
};

/** Where the discriminator's rate is the higher one. */
function equalRates(controls: Readonly<Record<string, number>> = {}) {
  const { generatorLearningRate: slow = 0, discriminatorLearningRate: fast = 0 } = controls;
  if (!(slow > 0 && fast > slow)) return [];
  return [remedy("so that both players have one rate", scale("discriminatorLearningRate", slow / fast))];
}
