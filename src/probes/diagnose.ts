import { type Change, type Remedy, remedy } from "./remedies.ts";
import { assertTable, series, type TelemetryColumn, type TelemetryRow, type TelemetryTable } from "./telemetry.ts";

export type Ailment = "vanishing-generator-gradient" | "overpowering-discriminator" | "non-finite-values";
export type Severity = "info" | "warning" | "serious";

/** What is wrong with a run, how that shows, and what helps. */
export interface Finding {
  readonly ailment: Ailment;
  readonly severity: Severity;
  /** The site where it shows, such as `discriminator/logit`. */
  readonly site: string;
  /** The first step of the stretch in which it shows, as the message and the evidence say it too. */
  readonly sinceStep: number;
  /** One sentence with the numbers, which are those of the evidence. */
  readonly message: string;
  /** What was measured; no number is NaN. */
  readonly evidence: Readonly<Record<string, number | string>>;
  /** What to try, the likeliest first. */
  readonly remedies: readonly Remedy[];
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

/** @param before what the rule found in an earlier table, which this one carries on */
type Rule = (table: TelemetryTable, before: Finding | undefined) => Finding | undefined;

/** One rule a file would be too much: each is a few lines over the same series. */
const rules: Readonly<Record<Ailment, Rule>> = {
  "non-finite-values": nonFiniteValues,
  "vanishing-generator-gradient": vanishingGeneratorGradient,
  "overpowering-discriminator": overpoweringDiscriminator,
};

/**
 * From a window of telemetry to findings, the most severe first. A pure function: the same rows give the same findings,
 * live, from a file, or in a test.
 *
 * @param before the findings of an earlier window that ended in this one: they tell when a stretch began that has no
 *   beginning here
 */
export function diagnose(table: TelemetryTable, before: readonly Finding[] = []): Finding[] {
  assertTable("diagnose", table);
  const order: Record<Severity, number> = { serious: 0, warning: 1, info: 2 };
  return Object.entries(rules)
    .flatMap(
      ([name, rule]) =>
        rule(
          table,
          before.find(({ ailment }) => ailment === name),
        ) ?? [],
    )
    .sort((a, b) => order[a.severity] - order[b.severity]);
}

const addR1: Change = { kind: "penalty", name: "r1" };
const fewerSteps: Change = { kind: "scale", name: "discriminatorSteps", factor: 0.5 };
const staysUnsure = "so that the discriminator stays unsure";

function vanishingGeneratorGradient(table: TelemetryTable, before?: Finding): Finding | undefined {
  const median = series(table, "lossGain/medianLog10");
  return lasting(
    table,
    before,
    limits.vanishingSteps,
    (row) => (median[row] as number) < limits.vanishingLog10Gain,
    () => {
      const now = last(median);
      const other = last(series(table, "lossGain/otherMedianLog10"));
      const below = last(series(table, "lossGain/below"));
      const highest = median.reduce((most, gain) => (gain > most ? gain : most), now);
      const samples = Number.isNaN(below) ? "" : ` (${percent(below)} of the samples get less than a thousandth)`;
      // False for NaN, too.
      const isKnown = other < Number.POSITIVE_INFINITY;
      const compared = isKnown ? `, where the other form of the loss would let ${factor(other)} through` : "";
      return {
        ailment: "vanishing-generator-gradient",
        severity: now < 2 * limits.vanishingLog10Gain ? "serious" : "warning",
        title: `Vanishing generator gradient at ${site}`,
        text: `the loss lets ${factor(now)} of a typical sample's gradient through${samples}${compared}.`,
        evidence: {
          medianLog10Gain: now,
          otherFormMedianLog10Gain: other,
          decadesLost: highest - now,
          shareBelowThousandth: below,
        },
        remedies: [
          remedy("whose gain is largest where the discriminator is sure", { kind: "loss", name: "non-saturating" }),
          remedy(
            "for a gain that is always 1",
            { kind: "loss", name: "wasserstein" },
            { kind: "penalty", name: "wganGp" },
          ),
          remedy(staysUnsure, addR1),
          remedy(staysUnsure, fewerSteps),
        ],
      };
    },
  );
}

function overpoweringDiscriminator(table: TelemetryTable, before?: Finding): Finding | undefined {
  const [real, fake, logitReal, logitFake] = ["accuracyReal", "accuracyFake", "logitReal", "logitFake"].map((name) =>
    series(table, `balance/${name}`),
  ) as [number[], number[], number[], number[]];
  const isOverpowering = (row: number) =>
    Math.min(real[row] as number, fake[row] as number) > limits.overpoweringAccuracy &&
    (logitReal[row] as number) - (logitFake[row] as number) > limits.overpoweringGap;
  return lasting(table, before, limits.overpoweringSteps, isOverpowering, () => {
    const gap = last(logitReal) - last(logitFake);
    return {
      ailment: "overpowering-discriminator",
      severity: "warning",
      title: "Overpowering discriminator",
      text:
        `it tells ${percent(last(real))} of the real and ${percent(last(fake))} of the generated samples right, with a gap ` +
        `of ${Number.isFinite(gap) ? gap.toFixed(1) : "∞"} between their mean logits; its answer hardly depends on what ` +
        "the generator does.",
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
  });
}

/**
 * Where values that are not finite can begin, in the order of computation. The generator's own are the same in both players'
 * steps, and so come before the discriminator's. Between two sites, a loss or an update may overflow.
 */
const places = (
  "nonFinite/data nonFinite/generator.*value discriminatorNonFinite.*value loss/discriminator discriminatorNonFinite " +
  "update/discriminator nonFinite.*value loss/ nonFinite update/"
)
  .split(" ")
  .map((place) => new RegExp(`^${place}`));

/** The first step with a value that is not finite, and in it the first such site in the order of computation. */
function nonFiniteValues(table: TelemetryTable, before?: Finding): Finding | undefined {
  const ordered = places.flatMap((place) => table.columns.filter(({ name }) => place.test(name)));
  const isCount = ({ name }: TelemetryColumn) => /onFinite\//.test(name);
  // What is counted in some steps only is NaN in the others.
  const isProbed = ({ values }: TelemetryRow) =>
    ordered.some((column) => isCount(column) && !Number.isNaN(values[column.offset]));
  const firstIn = (row: TelemetryRow) =>
    ordered.find((column) => {
      const value = row.values[column.offset] as number;
      if (isCount(column)) return value > 0;
      return !Number.isFinite(value) && (column.name.startsWith("loss/") || isProbed(row));
    });
  for (const [i, row] of table.rows.entries()) {
    const bad = firstIn(row);
    if (!bad) continue;
    if (before && before.sinceStep < stepOf(table, 0)) return before;
    // Between two probed steps the losses tell that something is wrong, and the next probed one where.
    const probed = table.rows.slice(i).find(isProbed) ?? row;
    const first = firstIn(probed) ?? bad;
    const [kind, ...path] = first.name.split("/");
    const what = isCount(first) ? (path.pop() as string) : (kind as string);
    const site = path.join("/");
    const { step } = row;
    const count = isCount(first) ? { count: probed.values[first.offset] as number } : undefined;
    return {
      ailment: "non-finite-values",
      severity: "serious",
      site,
      sinceStep: step,
      message:
        `Infinite or NaN ${what === "loss" ? "losses" : `${what}s`} first at ${site} in step ${step}` +
        `${count ? `: ${count.count} of them` : ""}.`,
      evidence: { site, what, ...count, step },
      remedies: [
        ...(site.startsWith("data/")
          ? [remedy("", { kind: "advice", about: "data", text: "take what is not finite out of the data" })]
          : []),
        remedy(
          startAgain,
          { kind: "scale", name: "generatorLearningRate", factor: 0.3 },
          { kind: "scale", name: "discriminatorLearningRate", factor: 0.3 },
        ),
        remedy(startAgain, addR1),
      ],
    };
  }
  return undefined;
}

const startAgain = "and start again: parameters that are lost stay lost";

/** What a rule tells of a stretch; the step in which it began is put to all of it in one place. */
interface Told extends Pick<Finding, "ailment" | "severity" | "evidence" | "remedies"> {
  /** The beginning of the message, before the step, and its end. */
  readonly title: string;
  readonly text: string;
}

const site = "discriminator/logit";

/** A finding about the logit, if something holds in each of the last so many rows. */
function lasting(
  table: TelemetryTable,
  before: Finding | undefined,
  steps: number,
  holds: (row: number) => boolean,
  tell: () => Told,
): Finding | undefined {
  const count = table.rows.length;
  let first = count;
  while (first > 0 && holds(first - 1)) first--;
  if (count - first < steps) return undefined;
  const { title, text, evidence, ...told } = tell();
  // A stretch without a beginning here began where it was found to.
  const sinceStep = (first === 0 ? before?.sinceStep : undefined) ?? stepOf(table, first);
  return {
    ...told,
    site,
    sinceStep,
    message: `${title} since step ${sinceStep}: ${text}`,
    evidence: Object.fromEntries(
      Object.entries({ ...evidence, sinceStep }).filter(([, value]) => !Number.isNaN(value)),
    ),
  };
}

function last(values: readonly number[]): number {
  return values[values.length - 1] ?? Number.NaN;
}

function stepOf(table: TelemetryTable, row: number): number {
  return table.rows[row]?.step ?? 0;
}

/** A share of a whole, to a tenth of a percent, or to a whole one. */
function percent(share: number, parts = 10): string {
  const percent = Math.round(100 * parts * share) / parts;
  return percent === 100 ? "all" : percent === 0 ? "none" : `${percent} %`;
}

/** A factor given as its log10: a share where that reads well. */
function factor(log10: number): string {
  if (log10 === Number.NEGATIVE_INFINITY) return "nothing";
  return Math.abs(log10) < 2 ? percent(10 ** log10, 1) : `10^${log10.toFixed(1)}`;
}
