/** Which metrics are taken of samples of images, and how each is shown. */
import { data, type Engine, metrics } from "saddlepoint";

/** A metric as it was measured; without an interval where there is none. */
export type ImageMeasurement = Omit<metrics.Measurement, "interval" | "seed"> & {
  /** Of what was drawn at random; undefined where nothing was. */
  readonly seed?: number | undefined;
  readonly interval?: metrics.Interval;
  /** One sentence with the value and all that a comparison needs. */
  readonly description: string;
};

/** What metrics compare: real and generated images [n, H, W, C], and what is known about them. */
export interface Comparison {
  readonly engine: Engine;
  readonly seed: number;
  readonly real: metrics.Samples;
  readonly fake: metrics.Samples;
  /** What a classifier of the data says of both. */
  readonly classified?: ClassifiedImages;
  /** Where samples were asked for by class. */
  readonly asked?: AskedFor;
  /** Stroke counts of samples, and whether each is one that the data has. */
  readonly strokes?: { readonly fits: readonly boolean[] };
}

export interface ClassifiedImages {
  readonly accuracy: number;
  readonly realFeatures: metrics.Samples;
  readonly fakeFeatures: metrics.Samples;
  /** Images of each class: of the whole data by its labels, of the samples by the classifier. */
  readonly realCounts: readonly number[];
  readonly fakeCounts: readonly number[];
}

/** Labels of generated and of real images, and the classes that the generated ones show. */
export interface AskedFor {
  readonly labels: readonly number[];
  readonly told: ArrayLike<number>;
  readonly real: readonly number[];
}

/** A class counts as covered from this share of the samples on. */
export const coveredShare = 0.03;

/** Bins of the test of different bins need about 20 samples each. */
const samplesPerBin = 20;

interface ShownMetric {
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly group?: string;
  /** The ends of the axis, where the metric has ends. */
  readonly domain?: (settings: metrics.Measurement["settings"]) => readonly [low: number, high: number];
}

const ofShares = () => [0, 1] as const;
/** With some room for the line along its upper end. */
const ofClasses = (settings: metrics.Measurement["settings"]) => [0, 1.08 * Number(settings["classes"])] as const;

const share = { unit: "share", better: "higher", domain: ofShares } as const;

/** By the name that a measurement bears. */
export const shownMetrics: Readonly<Record<string, ShownMetric>> = {
  "Conditional accuracy": share,
  "Fréchet distance": { unit: "", better: "lower" },
  "Spread within classes": { unit: "of the data's", better: "higher" },
  Precision: { ...share, group: "Precision and recall" },
  Recall: { ...share, group: "Precision and recall" },
  Density: { unit: "", better: "higher", group: "Density and coverage" },
  Coverage: { unit: "", better: "higher", group: "Density and coverage" },
  "Classes covered": { unit: "classes", better: "higher", domain: ofClasses },
  "Reverse KL of classes": { unit: "nats", better: "lower" },
  "Stroke counts that fit": share,
  "Sliced Wasserstein distance": { unit: "", better: "lower" },
  "NDB / K": { unit: "share of bins", better: "lower", domain: ofShares },
  "Birthday test: batch with a duplicate": { unit: "samples", better: "higher" },
  "MS-SSIM of pairs": { unit: "", better: "lower" },
};

/** Every metric that suits the comparison, the one that tells the most first. */
export async function measureImages(comparison: Comparison): Promise<ImageMeasurement[]> {
  const { classified, strokes, asked } = comparison;
  const measured = classified ? await withClasses(comparison, classified) : await withoutClasses(comparison);
  return [
    ...(asked ? byClass(comparison, asked) : []),
    ...measured,
    ...(strokes ? [strokesThatFit(strokes.fits)] : []),
  ];
}

async function withClasses(
  { engine, seed }: Comparison,
  { realFeatures, fakeFeatures, realCounts, fakeCounts, accuracy }: ClassifiedImages,
): Promise<ImageMeasurement[]> {
  const frechet = await metrics.frechetDistance(engine, realFeatures, fakeFeatures, { seed });
  const { precision, recall } = await metrics.precisionRecall(engine, realFeatures, fakeFeatures);
  const { density, coverage } = await metrics.densityCoverage(engine, realFeatures, fakeFeatures, { seed });
  const modes = metrics.modesOfClasses(realCounts, fakeCounts, { share: coveredShare, seed });
  const covered = classesCovered(modes, fakeFeatures.shape[0] ?? 0, accuracy, seed);
  return [described(frechet), covered, ...[precision, recall, density, coverage, modes.reverseKl].map(described)];
}

function byClass({ real, fake, seed }: Comparison, { labels, told, real: ofReal }: AskedFor): ImageMeasurement[] {
  const accuracy = metrics.classAccuracy(told, labels);
  const isEnough = [labels, ofReal].every((all) => Math.min(...classSizes(all)) >= leastOfClass);
  const spread = isEnough ? [metrics.classSpread({ ...real, labels: ofReal }, { ...fake, labels }, { seed })] : [];
  return [accuracy, ...spread].map(described);
}

/** Samples of each class that there is. */
const classSizes = (labels: readonly number[]) =>
  [...new Set(labels)].map((label) => labels.filter((other) => other === label).length);

/** What distances within a class need. */
const leastOfClass = 4;

async function withoutClasses({ engine, seed, real, fake }: Comparison): Promise<ImageMeasurement[]> {
  const bins = Math.max(2, Math.floor(Math.min(real.shape[0] ?? 0, fake.shape[0] ?? 0) / samplesPerBin));
  const [, height = 0, width = 0] = fake.shape;
  return [
    await metrics.slicedWasserstein(engine, real, fake, { seed }),
    await metrics.ndb(engine, real, fake, { bins, seed }),
    await metrics.birthdayTest(engine, fake, { reference: real, seed }),
    // Its window is 11 pixels wide.
    ...(Math.min(height, width) >= 11 ? [metrics.msSsimDiversity(fake, { seed })] : []),
  ].map(described);
}

/** A measurement with its sentence. */
export function described(measurement: metrics.Measurement): ImageMeasurement {
  const { metric, value, corrected, interval, n, seed, settings } = measurement;
  const description = metrics.describe(measurement);
  return { metric, value, ...(corrected === undefined ? {} : { corrected }), interval, n, seed, settings, description };
}

function classesCovered(
  { capturedShare, modeCount }: metrics.ClassModes,
  n: number,
  accuracy: number,
  seed: number,
): ImageMeasurement {
  const settings = { share: coveredShare, classes: modeCount, "accuracy of the classifier": accuracy };
  const description =
    `${capturedShare} of ${modeCount} classes have at least ${100 * coveredShare} % of ${n.toLocaleString("en")} samples, ` +
    `by a classifier that tells ${(100 * accuracy).toFixed(1)} % rightly of the images it was not trained on.`;
  return { metric: "Classes covered", value: capturedShare, n: [n], seed, settings, description };
}

function strokesThatFit(fits: readonly boolean[]): ImageMeasurement {
  const [hits, n] = [fits.filter((fit) => fit).length, fits.length];
  const interval = metrics.proportionInterval(hits, n);
  return described({ metric: "Stroke counts that fit", value: hits / n, interval, n: [n], settings: {} });
}

/** How many strokes each image has, white on black. */
export function strokeCounts({ values, shape: [count = 0, ...shape] }: metrics.Samples): number[] {
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => data.countStrokes(values.subarray(i * size, (i + 1) * size), shape));
}
