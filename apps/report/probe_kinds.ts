/** How to show the measures of the probes that we know; others get a plain plot under their own name. */
import type { ScaleKind } from "../charts/scale.ts";
import { capitalised, words } from "../charts/text.ts";

export interface MeasureKind {
  readonly title: string;
  /** The quantity with its unit. */
  readonly yLabel: string;
  readonly scale: ScaleKind;
  readonly domain?: readonly [low: number, high: number];
  readonly reference?: { readonly y: number; readonly label: string };
  /** How to read the plot. */
  readonly caption: string;
}

/** Several measures of a probe in one plot, because they only mean something beside each other. */
export interface CombinedKind extends MeasureKind {
  readonly probe: string;
  /** From the measure to its name in the legend. */
  readonly measures: Readonly<Record<string, string>>;
}

const share = { scale: "linear", domain: [0, 1] } as const;

export const combinedKinds: readonly CombinedKind[] = [
  {
    probe: "lossGain",
    measures: {
      medianLog10: "median",
      otherMedianLog10: "median, other form",
      p10Log10: "10th percentile",
      p90Log10: "90th percentile",
    },
    title: "Loss gain",
    yLabel: "log₁₀ of the samples' |∂L_G/∂logit|",
    scale: "linear",
    caption:
      "How much gradient the generator's loss lets through, beside what the other form (minimax or non-saturating) " +
      "would let through at the same logits. Far below zero, the generator learns nothing.",
  },
  {
    probe: "balance",
    measures: { accuracyReal: "on real", accuracyFake: "on fake" },
    title: "Discriminator's accuracy",
    yLabel: "share of samples told rightly",
    ...share,
    caption: "Near one on both sides, the discriminator has won; near a half, it tells nothing.",
  },
  {
    probe: "balance",
    measures: { logitReal: "of real", logitFake: "of fake" },
    title: "Discriminator's logits",
    yLabel: "mean logit",
    scale: "linear",
    caption: "The gap between the lines is how sure the discriminator is.",
  },
];

const measureKinds: Readonly<Record<string, MeasureKind>> = {
  "lossGain/below": {
    title: "Samples without gradient",
    yLabel: "share with a loss gain below 10⁻³",
    ...share,
    caption: "These samples take practically no part in training.",
  },
  "nonFinite/value": {
    title: "Infinite or NaN values",
    yLabel: "elements (logarithmic)",
    scale: "symlog",
    caption: "The first site and step at which they appear is where to look for the cause.",
  },
  "nonFinite/gradient": {
    title: "Infinite or NaN gradients",
    yLabel: "elements (logarithmic)",
    scale: "symlog",
    caption: "The first site and step at which they appear is where to look for the cause.",
  },
  "gradient/rms": {
    title: "Gradient flow",
    yLabel: "gradient RMS (log scale)",
    scale: "log",
    caption:
      "Curves that fan out over decades mean that the gradient vanishes or explodes on its way through the layers.",
  },
  "gradient/max": {
    title: "Greatest gradient",
    yLabel: "max |gradient| (log scale)",
    scale: "log",
    caption: "Spikes here come before spikes in the loss.",
  },
  "gradientNorm/norm": {
    title: "Gradient norm",
    yLabel: "norm of the gradient by all parameters (log scale)",
    scale: "log",
    caption: "Spikes here come before spikes in the loss; a gap is a gradient that was not finite.",
  },
  "gradient/zeros": {
    title: "Exact zeros in the gradient",
    yLabel: "share of elements",
    ...share,
    caption: "Zeros come from dead units and from underflow.",
  },
  "saturation/saturated": {
    title: "Saturated units",
    yLabel: "share of units whose slope is near zero",
    ...share,
    caption: "A saturated unit passes almost no gradient to the layers below it.",
  },
  "saturation/dead": {
    title: "Dead units",
    yLabel: "share of units without slope for the whole batch",
    ...share,
    caption: "A unit without slope for every sample gets no gradient and may never come back.",
  },
  "update/ratio": {
    title: "Update ratio",
    yLabel: "RMS(Δθ) / RMS(θ) per step (log scale)",
    scale: "log",
    reference: { y: 1e-3, label: "10⁻³, a common rule of thumb" },
    caption: "Far above the line, parameters are thrown about; far below it, they stand still.",
  },
};

/** The gradient of the discriminator's own loss is read like that of the generator's. */
const discriminatorPrefix = "discriminatorGradient/";

/** How to show a measure, for known and unknown probes alike. */
export function measureKind(probe: string, measure: string): MeasureKind {
  const key = `${probe}/${measure}`;
  if (key.startsWith(discriminatorPrefix)) {
    const kind = measureKind("gradient", measure);
    return { ...kind, title: `${kind.title} of the discriminator's loss` };
  }
  if (probe === "discriminatorNonFinite") {
    const kind = measureKind("nonFinite", measure);
    return { ...kind, title: `${kind.title} in the discriminator's step` };
  }
  const known = measureKinds[key];
  if (known) return known;
  const name = capitalised(words(probe));
  return {
    title: measure === "" ? name : `${name}: ${words(measure)}`,
    yLabel: words(measure === "" ? probe : measure),
    scale: "linear",
    caption: "",
  };
}

/** Probes whose columns count something that should never happen: only columns that count some are worth a plot. */
export const countsOfFaults: ReadonlySet<string> = new Set(["nonFinite", "discriminatorNonFinite"]);
