import { remedy, scale } from "../remedies.ts";
import { above, allShow, below, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { classMeans } from "./signals.ts";
import { output, percent } from "./words.ts";

const limits = {
  /** Share of the data's variance that the class makes: where it makes hardly any, there is nothing to ignore. */
  real: { enter: 0.1, leave: 0.05 },
  /** The same of the generated samples, over that of the data. */
  ratio: { enter: 0.15, leave: 0.3 },
  lasts: 200,
} as const;

/** Samples of different classes are as alike as those of one: the generator is told the class, and makes nothing of it. */
export const ignoredClass: Rule = {
  name: "ignored-class",
  watch(run) {
    const means = classMeans(run);
    return [
      {
        site: output,
        lasts: limits.lasts,
        observe(row) {
          const known = means(row);
          if (!known) return undefined;
          const shareOf = ({ within, across }: typeof known.real) => 1 - within / across;
          const [byClassReal, byClassFake] = [shareOf(known.real), Math.max(shareOf(known.fake), 0)];
          return observed({ byClassReal, byClassFake }, () =>
            allShow(
              above(byClassReal, limits.real.enter, limits.real.leave),
              below(byClassFake, limits.ratio.enter * byClassReal, limits.ratio.leave * byClassReal),
            ),
          );
        },
        tell: ({ byClassReal = 0, byClassFake = 0 }) => ({
          title: "Ignored class",
          text:
            `the class makes ${percent(byClassFake)} of the variance of generated samples, and ${percent(byClassReal)} of that of ` +
            "the data.",
          remedies: [
            remedy("", {
              kind: "advice",
              about: "discriminator",
              text: "let the discriminator judge the class too, by a projection of its label",
            }),
            remedy("", {
              kind: "advice",
              about: "generator",
              text: "give the generator the class in more of its layers, such as by conditional batch norm",
            }),
            remedy("so that it learns what classes are", scale("discriminatorLearningRate", 3)),
            remedy("", { kind: "advice", about: "data", text: "check that labels belong to their samples" }),
          ],
        }),
      },
    ];
  },
};
