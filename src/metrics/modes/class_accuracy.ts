import { at } from "../../errors/at.ts";
import { array, assertKind } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { classHistogram } from "../statistics/class_histogram.ts";
import type { Measurement } from "../statistics/measurement.ts";
import { proportionInterval } from "../statistics/proportion_interval.ts";

/** How often a generator made what it was asked for. */
export interface ClassAccuracy extends Measurement {
  /** The share of each class's own samples, by its label; NaN for a class that none was asked of. */
  readonly ofClass: readonly number[];
}

/**
 * The share of samples that show the class that they were generated for, with Wilson's interval. Who tells the classes must
 * not have played: against a discriminator's own head a generator wins without showing anything. Of K classes that are asked
 * for equally often a generator that ignores labels has 1 / K.
 *
 *   const labels = Array.from({ length: 1000 }, (_, i) => i % 10);
 *   const samples = await trainer.sample(1000, { label: labels });
 *   const { classes } = await classifier.classify(samples);     // of metrics.ImageClassifier.train(engine, source)
 *   metrics.classAccuracy(classes, labels);
 *
 * @param told the class of each sample, as a classifier says.
 * @param asked the label that it was generated for, in the same order.
 * @throws OptionError for lists of different lengths, empty ones, and labels that are no whole numbers of at least 0.
 */
export function classAccuracy(told: ArrayLike<number>, asked: ArrayLike<number>): ClassAccuracy {
  const where = "classAccuracy";
  assertKind(where, "the classes", told, array);
  assertKind(where, "the labels", asked, array);
  const [n, labels] = [asked.length, Array.from(asked)];
  if (told.length !== n || n === 0) {
    throw new OptionError(
      `${where}: ${told.length} classes for ${n} labels; give one for each sample, in the same order.`,
    );
  }
  const classes = 1 + labels.reduce((most, label) => Math.max(most, label), 0);
  const right = labels.filter((label, i) => label === told[i]);
  const [hits, all] = [classHistogram(right, classes), classHistogram(labels, classes)];
  return {
    metric: "Conditional accuracy",
    value: right.length / n,
    interval: proportionInterval(right.length, n),
    n: [n],
    settings: { classes },
    ofClass: hits.map((count, label) => count / at(all, label)),
  };
}
