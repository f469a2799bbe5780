import { balance } from "../balance.ts";
import { heldOut } from "../batches/held_out.ts";
import { addR1, remedy, scale } from "../remedies.ts";
import { above, fresh, observed } from "./observed.ts";
import type { Rule } from "./rule.ts";
import { logit, percent, short } from "./words.ts";

const limits = {
  /** Share of pairs, of a training sample and a held-out one, in which the discriminator finds the first more real: half is chance. */
  ranked: 0.57,
  /** r_v of Karras et al. 2020: how far held-out samples are on the way from training samples to generated ones. */
  onTheWay: 0.2,
  /** Beside that, so many of the pairs, so that a quotient of two small numbers means nothing. */
  rankedBeside: 0.525,
  /** Of what is enough by either. */
  evidence: { enter: 1, leave: 0.7 },
  lasts: 200,
} as const;

/** Steps in which the means forget. */
const memory = 200;

/** The discriminator knows the training samples by heart: it tells them from others of the same data, which no training drew. */
export const discriminatorOverfitting: Rule = {
  name: "discriminator-overfitting",
  watch(run) {
    const [said, ranked] = [run.column(heldOut, "logit"), run.column(heldOut, "ranked")];
    const [real, fake] = [run.column(balance, "logitReal"), run.column(balance, "logitFake")];
    const seen = run.keep("seen", [-1, 0]);
    const means = run.keep("means", [0, 0, 0]);
    return [
      {
        site: logit,
        lasts: limits.lasts,
        observe(row) {
          const now = [ranked(row), real(row) - said(row), real(row) - fake(row)];
          if (now.some((value) => !Number.isFinite(value))) return undefined;
          const [last = -1, total = 0] = seen;
          const steps = last < 0 ? Number.POSITIVE_INFINITY : row.step - last;
          seen[0] = row.step;
          seen[1] = last < 0 ? 0 : total + steps;
          for (const [i, value] of now.entries()) {
            means[i] = (means[i] ?? 0) + fresh(steps, memory) * (value - (means[i] ?? 0));
          }
          const [share = 0.5, toHeldOut = 0, toFake = 0] = means;
          const onTheWay = toHeldOut / toFake;
          const byRanks = (share - 0.5) / (limits.ranked - 0.5);
          const byOutputs = share > limits.rankedBeside ? onTheWay / limits.onTheWay : 0;
          const isEarly = (seen[1] ?? 0) < memory;
          return observed({ ranked: share, onTheWay }, () =>
            isEarly ? undefined : above(Math.max(byRanks, byOutputs), limits.evidence.enter, limits.evidence.leave),
          );
        },
        tell: ({ ranked = 0, onTheWay = 0 }) => ({
          title: "Discriminator overfitting",
          text:
            `of pairs of a training sample and one that was held out it finds the first more real in ${percent(ranked)}, and ` +
            `held-out samples are ${short(onTheWay)} of the way from training samples to generated ones: it learns samples by heart.`,
          remedies: [
            remedy("so that no sample is seen twice alike", { kind: "trick", name: "adaptiveAugment" }),
            remedy("so that no sample is seen twice alike", { kind: "trick", name: "diffAugment" }),
            remedy("so that single samples count less", addR1),
            remedy("so that single samples count less", { kind: "trick", name: "instanceNoise" }),
            remedy("", scale("discriminatorLearningRate", 0.3)),
            remedy("", { kind: "advice", about: "data", text: "train on more samples, or end the training earlier" }),
            remedy("", { kind: "advice", about: "discriminator", text: "give the discriminator less capacity" }),
          ],
        }),
      },
    ];
  },
};
