/** How good a generator's samples are, against data. */
import { type data, type Engine, metrics, OptionError, Random, Tensor } from "saddlepoint";
import { type Generator, loadGenerator } from "saddlepoint/generator";
import { joined } from "../generator/joined.ts";
import { nearestModes } from "../images/class_sheet.ts";
import { type Evaluation, evaluatedSamples, ImageEvaluator } from "../images/image_evaluator.ts";
import { described, type ImageMeasurement } from "../images/image_metrics.ts";
import { isImageSource, type JobData, openData } from "../images/open_data.ts";
import { trainClassifier } from "../images/train_classifier.ts";
import { bytesAt, engineIn, samplesOf } from "./draw.ts";
import type { TaskPlace } from "./task.ts";

export interface MeasureOrder {
  readonly task: "measure";
  /** Where the generator's file is. */
  readonly generator: string;
  readonly data: JobData;
  readonly imageSize?: number | undefined;
  /** In each set. Default 500 images, 2500 others. */
  readonly samples?: number | undefined;
  readonly seed: number;
}

export interface MeasureAnswer extends Evaluation {
  readonly kind: "measured";
  readonly data: string;
  readonly adapter: string;
}

/** Of points, as many as VEEGAN draws. */
const usualPoints = 2500;
/** What the nearest neighbours and the moments need. */
const least = 8;
/** Nothing of a generator is drawn from this stream. */
const realStream = 0x9100;

export async function measure(order: MeasureOrder, { gpu, signal, progress, answer }: TaskPlace): Promise<void> {
  const opened = await openData(order.data, order.imageSize);
  const engine = await engineIn({ gpu, progress });
  try {
    for (const message of opened.notes) progress({ phase: "warning", message });
    const { source } = opened;
    const generator = await loadGenerator(engine, await bytesAt(order.generator));
    assertSameShape(generator, source);
    assertEnough(source, order.samples);
    const told = { kind: "measured", data: source.name, adapter: engine.adapterName } as const;
    if (!isImageSource(source)) {
      return await answer({ ...told, ...(await measurePoints(engine, generator, source, order)) });
    }
    const { seed, samples = evaluatedSamples } = order;
    const images = { ...opened, source };
    const classifier = await trainClassifier(engine, images, {
      seed,
      progress: (done, total) => progress({ phase: "classifier", done, total }),
      signal,
    });
    const evaluator = await ImageEvaluator.create(generator, engine, images, { seed, classifier, samples });
    await answer({ ...told, ...(await evaluator.evaluate(generator)) });
  } finally {
    engine.destroy();
  }
}

function assertSameShape({ about }: Generator, { name, sampleShape }: data.DataSource): void {
  if (about.sampleShape.join() === sampleShape.join()) return;
  throw new OptionError(
    `The generator makes samples of [${about.sampleShape.join(", ")}], and those of ${name} are [${sampleShape.join(", ")}]; give ` +
      "data as it was trained on.",
  );
}

function assertEnough({ name, count = Number.POSITIVE_INFINITY }: data.DataSource, samples = least): void {
  if (Math.min(count, samples) >= least) return;
  throw new OptionError(`${name} has ${count} samples, which are too few to measure against; give ${least} at least.`);
}

/** Modes where they are known, and how much both sets have in common. */
async function measurePoints(
  engine: Engine,
  generator: Generator,
  source: data.DataSource,
  { seed, samples: wanted = usualPoints }: MeasureOrder,
): Promise<Evaluation> {
  const { step } = generator.about;
  const count = Math.min(wanted, source.count ?? wanted);
  const parts = [];
  for await (const part of samplesOf(engine, generator, { count, seed })) parts.push(part);
  const { values, shape, labels } = joined(parts);
  const fake = { values, shape };
  if (!values.every(Number.isFinite)) return { step, measurements: [], histograms: [] };
  const real = await realSamples(engine, source, { seed, count });
  const { precision, recall } = await metrics.precisionRecall(engine, real, fake);
  const { density, coverage } = await metrics.densityCoverage(engine, real, fake, { seed });
  const { modes } = source;
  const measurements = [
    ...(modes ? ofModes(fake, modes, seed) : []),
    // Of points with labels of their own, modes are no classes.
    ...(labels && modes && modes.centers.length === source.classes
      ? [described({ ...metrics.classAccuracy(nearestModes(fake, modes), labels), seed })]
      : []),
    ...[precision, recall, density, coverage].map((measured) => described({ seed, ...measured })),
    described(await metrics.frechetDistance(engine, real, fake, { seed })),
    described(await metrics.kernelDistance(engine, real, fake, { seed })),
  ];
  return { step, measurements, histograms: [] };
}

function ofModes(fake: metrics.Samples, modes: data.ModeSet, seed: number): ImageMeasurement[] {
  const [n = 0] = fake.shape;
  const { capturedOnePercent, modeCount, highQualityShare, threshold } = metrics.summariseModes(
    metrics.modeCoverageOf(fake.values, modes).counts,
    n,
  );
  const near = Math.round(highQualityShare * n);
  return [
    {
      metric: "Modes captured",
      value: capturedOnePercent,
      n: [n],
      seed,
      settings: { modes: modeCount, rule: "1 % of the samples", threshold },
      description: `${capturedOnePercent} of ${modeCount} modes have at least 1 % of ${n.toLocaleString("en")} samples within ${threshold}; seed ${seed}.`,
    },
    described({
      metric: "High-quality samples",
      value: highQualityShare,
      interval: metrics.proportionInterval(near, n),
      n: [n],
      seed,
      settings: { threshold },
    }),
  ];
}

async function realSamples(
  engine: Engine,
  source: data.DataSource,
  { seed, count }: { readonly seed: number; readonly count: number },
): Promise<metrics.Samples> {
  const prepared = source.prepare(engine);
  try {
    const random = new Random(engine.tensor([seed], [], "u32"), Tensor.scalar(0, "u32"), realStream);
    const { samples } = prepared.batch(random, count);
    return { values: Float32Array.from(await samples.data()), shape: [count, ...source.sampleShape] };
  } finally {
    prepared.dispose();
  }
}
