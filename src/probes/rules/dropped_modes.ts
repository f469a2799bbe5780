import { addR1, lessMomentum, lowerRates, remedy } from "../remedies.ts";
import { sampleSpread } from "../sample_spread.ts";
import { above, allShow, below, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { gaps } from "./signals.ts";
import { output, short } from "./words.ts";

const limits = {
  /** Deviations of the data by which real samples are further from generated ones than from each other. */
  left: { enter: 0.15, leave: 0.1 },
  /** Deviations by which generated samples are further from the data than it is from itself: they are near it. */
  off: { enter: 0.15, leave: 0.2 },
  /** How many times as much is left out. */
  ratio: { enter: 1.5, leave: 1.2 },
  /** Of the generated samples over that of the data: below, all of them are alike, which is another ailment. */
  deviation: { enter: 0.1, leave: 0.1 },
  lasts: 120,
} as const;

/** A part of the data is far from all generated samples, which are near the data themselves: the generator leaves it out. */
export const droppedModes: Rule = {
  name: "dropped-modes",
  watch(run) {
    const { toFake, toReal, apart } = gaps(run);
    const [fake, real] = [run.column(sampleSpread, "deviationFake"), run.column(sampleSpread, "deviationReal")];
    return [
      {
        site: output,
        lasts: limits.lasts,
        observe: (row) =>
          !Number.isFinite(toFake(row) + toReal(row))
            ? undefined
            : observed(
                {
                  leftOut: toFake(row) - apart(row),
                  offData: Math.max(toReal(row) - apart(row), 0),
                  deviationRatio: fake(row) / real(row),
                },
                ({ leftOut, offData, deviationRatio }) =>
                  allShow(
                    above(leftOut, limits.left.enter, limits.left.leave),
                    below(offData, limits.off.enter, limits.off.leave),
                    above(leftOut, limits.ratio.enter * offData, limits.ratio.leave * offData),
                    above(deviationRatio, limits.deviation.enter, limits.deviation.leave),
                  ),
              ),
        tell: ({ leftOut = 0, offData = 0 }) => ({
          title: "Dropped modes",
          text:
            `real samples are ${short(leftOut)} deviations of the data further from the generated ones than from each other, ` +
            `generated ones only ${short(offData)} further from the real ones: a part of the data is left out.`,
          remedies: [
            remedy("", ...lowerRates),
            remedy("", lessMomentum),
            remedy("which keeps the critic's slopes small", addR1),
            remedy("so that each real sample has its partner", { kind: "loss", name: "relativistic" }, addR1, {
              kind: "penalty",
              name: "r2",
            }),
            remedy("so that the discriminator sees what a batch lacks", { kind: "trick", name: "pac" }),
          ],
        }),
      },
    ];
  },
};
