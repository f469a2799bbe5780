import { series, type TelemetryTable } from "./telemetry.ts";

export type Ailment = "vanishing-generator-gradient" | "overpowering-discriminator" | "non-finite-values";
export type Severity = "info" | "warning" | "serious";

/** What is wrong with a run, how that shows, and what helps. */
export interface Finding {
  readonly ailment: Ailment;
  readonly severity: Severity;
  /** The site where it shows, such as `discriminator/logit`. */
  readonly site: string;
  /** The first step of the stretch in which it shows. */
  readonly sinceStep: number;
  /** One sentence with the numbers. */
  readonly message: string;
  readonly evidence: Readonly<Record<string, number | string>>;
  /** What to try, the likeliest first. */
  readonly remedies: readonly string[];
}

/** Thresholds, in one place. */
const limits = {
  /** Median gain of the loss, as log10, below which the generator no longer learns from a typical sample. */
  vanishingLog10Gain: -3,
  /** Steps that a state must last before it is a finding. */
  vanishingSteps: 20,
  overpoweringSteps: 50,
  overpoweringAccuracy: 0.99,
  /** Mean real minus mean fake logit: each side is then sure to about 1 in 150. */
  overpoweringGap: 10,
} as const;

type Rule = (table: TelemetryTable) => Finding | undefined;

/** One rule a file would be too much: each is a few lines over the same series. */
const rules: Readonly<Record<Ailment, Rule>> = {
  "non-finite-values": nonFiniteValues,
  "vanishing-generator-gradient": vanishingGeneratorGradient,
  "overpowering-discriminator": overpoweringDiscriminator,
};

/**
 * From a window of telemetry to findings, the most severe first. A pure function: the same rows give the same findings,
 * live, from a file, or in a test.
 */
export function diagnose(table: TelemetryTable): Finding[] {
  const order: Record<Severity, number> = { serious: 0, warning: 1, info: 2 };
  return Object.values(rules)
    .map((rule) => rule(table))
    .filter((finding): finding is Finding => finding !== undefined)
    .sort((a, b) => order[a.severity] - order[b.severity]);
}

function vanishingGeneratorGradient(table: TelemetryTable): Finding | undefined {
  const median = series(table, "lossGain/medianLog10");
  const run = lastRun(median, (value) => value < limits.vanishingLog10Gain);
  if (run === undefined || median.length - run < limits.vanishingSteps) return undefined;
  const [now, other, below] = [median, series(table, "lossGain/otherMedianLog10"), series(table, "lossGain/below")].map(
    last,
  ) as [number, number, number];
  const highest = Math.max(...median.slice(0, run + 1).filter(Number.isFinite));
  const sinceStep = stepOf(table, run);
  return {
    ailment: "vanishing-generator-gradient",
    severity: now < 2 * limits.vanishingLog10Gain ? "serious" : "warning",
    site: "discriminator/logit",
    sinceStep,
    message:
      `Vanishing generator gradient at discriminator/logit since step ${sinceStep}: the loss lets 10^${now.toFixed(1)} of ` +
      `a typical sample's gradient through (${(100 * below).toFixed(0)} % of samples get less than a thousandth), where the ` +
      `other form of the loss would let through 10^${other.toFixed(1)}.`,
    evidence: {
      medianLog10Gain: now,
      otherFormMedianLog10Gain: other,
      decadesLost: highest - now,
      shareBelowThousandth: below,
      sinceStep,
    },
    remedies: [
      'use loss: "non-saturating", whose gain is largest where the discriminator is sure',
      "use a Wasserstein loss with the wganGp penalty, whose gain is always 1",
      "add the r1 penalty, or fewer discriminator steps, so that the discriminator stays unsure",
    ],
  };
}

function overpoweringDiscriminator(table: TelemetryTable): Finding | undefined {
  const [real, fake, logitReal, logitFake] = [
    "balance/accuracyReal",
    "balance/accuracyFake",
    "balance/logitReal",
    "balance/logitFake",
  ].map((name) => series(table, name)) as [number[], number[], number[], number[]];
  const isOverpowering = (_: number, i: number) =>
    Math.min(real[i] as number, fake[i] as number) > limits.overpoweringAccuracy &&
    (logitReal[i] as number) - (logitFake[i] as number) > limits.overpoweringGap;
  const run = lastRun(real, isOverpowering);
  if (run === undefined || real.length - run < limits.overpoweringSteps) return undefined;
  const gap = last(logitReal) - last(logitFake);
  const sinceStep = stepOf(table, run);
  return {
    ailment: "overpowering-discriminator",
    severity: "warning",
    site: "discriminator/logit",
    sinceStep,
    message:
      `Overpowering discriminator since step ${sinceStep}: it tells ${(100 * last(real)).toFixed(1)} % of real and ` +
      `${(100 * last(fake)).toFixed(1)} % of generated samples right, with a gap of ${gap.toFixed(1)} between their mean ` +
      "logits; its answer hardly depends on what the generator does.",
    evidence: {
      accuracyReal: last(real),
      accuracyFake: last(fake),
      meanLogitReal: last(logitReal),
      meanLogitFake: last(logitFake),
      sinceStep,
    },
    remedies: [
      "add the r1 penalty",
      "lower the discriminator's learning rate, or its steps per generator step",
      "give the generator more capacity",
    ],
  };
}

/** The first step with a non-finite value, and in it the first such site in the order of computation. */
function nonFiniteValues(table: TelemetryTable): Finding | undefined {
  const counted = table.columns.filter(({ name }) => /^(discriminatorNonFinite|nonFinite)\//.test(name));
  // NaN is a step in which nothing was counted.
  const isBad = (count: number | undefined) => count !== undefined && count > 0;
  for (const { step, values } of table.rows) {
    const first = counted.find(({ offset }) => isBad(values[offset]));
    if (!first) continue;
    const [, ...path] = first.name.split("/");
    const what = path.pop() as string;
    const site = path.join("/");
    const count = values[first.offset] as number;
    return {
      ailment: "non-finite-values",
      severity: "serious",
      site,
      sinceStep: step,
      message:
        `Infinite or NaN ${what === "value" ? "values" : "gradients"} first at ${site} in step ${step}: ${count} of them. ` +
        "Everything that is computed from them is lost.",
      evidence: { site, what, count, step },
      remedies: [
        "restore the last snapshot and lower the learning rate",
        "check that the data has no NaN and a scale near one",
        "add a penalty on the discriminator's gradient (r1)",
      ],
    };
  }
  return undefined;
}

/** Where the stretch begins that fulfils the condition up to the last entry. */
function lastRun(values: readonly number[], holds: (value: number, index: number) => boolean): number | undefined {
  let start = values.length;
  while (start > 0 && holds(values[start - 1] as number, start - 1)) start--;
  return start === values.length ? undefined : start;
}

function last(values: readonly number[]): number {
  return values[values.length - 1] ?? Number.NaN;
}

function stepOf(table: TelemetryTable, row: number): number {
  return table.rows[row]?.step ?? 0;
}
