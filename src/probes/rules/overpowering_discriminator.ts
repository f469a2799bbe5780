import { balance } from "../balance.ts";
import { addR1, fewerSteps, remedy } from "../remedies.ts";
import { lasting } from "./lasting.ts";
import type { Rule } from "./rule.ts";
import { last, logit, percent, staysUnsure } from "./words.ts";

const limits = {
  /** Steps that it must last before it is a finding. */
  rows: 50,
  accuracy: 0.99,
  /** Mean real minus mean fake logit: each side is then sure to about 1 in 150. */
  gap: 10,
} as const;

/** The discriminator tells nearly all samples right, and is sure of it. */
export const overpoweringDiscriminator: Rule = {
  name: "overpowering-discriminator",
  severity: "warning",
  examine(context) {
    // Neither the sign of a score nor that of an error says what is real.
    if (context.output === "score" || context.output === "error") return undefined;
    const real = context.series(balance, "accuracyReal");
    const fake = context.series(balance, "accuracyFake");
    const logitReal = context.series(balance, "logitReal");
    const logitFake = context.series(balance, "logitFake");
    return lasting(context, {
      rows: limits.rows,
      holds: (row) =>
        Math.min(real[row] ?? Number.NaN, fake[row] ?? Number.NaN) > limits.accuracy &&
        (logitReal[row] ?? Number.NaN) - (logitFake[row] ?? Number.NaN) > limits.gap,
      tell: () => {
        const gap = last(logitReal) - last(logitFake);
        return {
          site: logit,
          title: "Overpowering discriminator",
          text:
            `it tells ${percent(last(real))} of the real and ${percent(last(fake))} of the generated samples right, with a ` +
            `gap of ${Number.isFinite(gap) ? gap.toFixed(1) : "∞"} between their mean logits; its answer hardly depends on ` +
            "what the generator does.",
          evidence: {
            accuracyReal: last(real),
            accuracyFake: last(fake),
            meanLogitReal: last(logitReal),
            meanLogitFake: last(logitFake),
          },
          remedies: [
            remedy(staysUnsure, addR1),
            remedy("", { kind: "scale", name: "discriminatorLearningRate", factor: 0.5 }),
            remedy("", fewerSteps),
            remedy("", { kind: "advice", about: "generator", text: "give the generator more capacity" }),
          ],
        };
      },
    });
  },
};
