/** Compares samples with the data over a training: metrics, what the samples are of, and what they are nearest to. */
import { type data, type Engine, metrics } from "saddlepoint";
import { onGpu } from "../on_gpu.ts";
import { isConditional } from "./class_labels.ts";
import {
  type ClassifiedImages,
  type Comparison,
  type ImageMeasurement,
  measureImages,
  strokeCounts,
} from "./image_metrics.ts";
import { generateAll, latentShapeOf, randomIndices, randomLatents, type SampleMaker } from "./image_samples.ts";
import type { OpenedImages } from "./open_data.ts";

/** Tells the classes of the data's images. */
export type Classifier = Pick<metrics.ImageClassifier, "accuracy" | "heldOut" | "classify">;

export interface Evaluation {
  /** Generator steps done before it. */
  readonly step: number;
  /** Empty where samples had values that were not finite. */
  readonly measurements: readonly ImageMeasurement[];
  readonly histograms: readonly CountHistogram[];
}

/** How often each category occurs among the samples and in the whole data. */
export interface CountHistogram {
  readonly of: "classes" | "strokes";
  readonly categories: readonly string[];
  readonly fake: readonly number[];
  readonly real: readonly number[];
}

/** Samples in each measurement, and real images that they are compared with, unless it is said otherwise. */
export const evaluatedSamples = 500;

export interface EvaluatorOptions {
  readonly seed: number;
  readonly classifier?: Classifier | undefined;
  /** Default 500. */
  readonly samples?: number;
}

interface Reference {
  readonly images: metrics.Samples;
  /** Where there is a classifier. */
  readonly features: metrics.Samples | undefined;
  /** Where there are classes. */
  readonly labels: readonly number[] | undefined;
}

interface StrokeKnowledge {
  /** Images with so many strokes, by the number. */
  readonly real: readonly number[];
  /** Whether a sample of that class, or of any without one, can have so many. */
  readonly fits: (strokes: number, label: number | undefined) => boolean;
}

export class ImageEvaluator {
  readonly #latents: Float32Array;
  readonly #strokes: StrokeKnowledge | undefined;

  private constructor(
    readonly engine: Engine,
    readonly opened: OpenedImages,
    readonly seed: number,
    readonly classifier: Classifier | undefined,
    readonly reference: Reference,
    readonly samples: number,
    latents: Float32Array,
  ) {
    this.#latents = latents;
    this.#strokes = strokeKnowledge(opened.source);
  }

  /**
   * Every evaluation uses the same latent vectors and the same real images, so that its numbers change with the training
   * alone. The real images are those that the classifier was not trained on: it is too sure of the others.
   */
  static async create(
    maker: SampleMaker,
    engine: Engine,
    opened: OpenedImages,
    { seed, classifier, samples = evaluatedSamples }: EvaluatorOptions,
  ): Promise<ImageEvaluator> {
    const source = classifier?.heldOut ?? opened.source;
    const drawn = { seed, stream: "reference", count: source.count, most: samples } as const;
    const rows = await randomIndices(engine, drawn);
    const images = metrics.samplesOf(source, rows);
    const labels = source.labels && Array.from(rows, (row) => source.labels?.[row] as number);
    const shape = latentShapeOf(maker);
    const latents = await randomLatents(engine, { seed, stream: "evaluation", count: samples, shape });
    const features = (await classifier?.classify(images))?.features;
    return new ImageEvaluator(engine, opened, seed, classifier, { images, features, labels }, samples, latents);
  }

  /** Of the generator as it is now. */
  evaluate(maker: SampleMaker): Promise<Evaluation> {
    return onGpu(this.engine, () => this.#evaluate(maker));
  }

  async #evaluate(maker: SampleMaker): Promise<Evaluation> {
    const { step } = "about" in maker ? maker.about : maker;
    const asked = isConditional(maker) ? this.#askedFor() : undefined;
    const fake = await generateAll(maker, this.#latents, asked);
    if (!fake.values.every(Number.isFinite)) return { step, measurements: [], histograms: [] };
    const answers = await this.classifier?.classify(fake);
    const classified = answers && this.#classified(answers);
    const counts = this.#strokes && strokeCounts(fake);
    const fits = counts?.map((count, i) => this.#strokes?.fits(count, answers?.classes[i]) === true);
    const comparison: Comparison = {
      engine: this.engine,
      seed: this.seed,
      real: this.reference.images,
      fake,
      ...(classified ? { classified } : {}),
      ...(asked && answers
        ? { asked: { labels: asked, told: answers.classes, real: this.reference.labels ?? [] } }
        : {}),
      ...(fits ? { strokes: { fits } } : {}),
    };
    return {
      step,
      measurements: await measureImages(comparison),
      histograms: [
        ...(classified ? [this.#classHistogram(classified)] : []),
        ...(counts && this.#strokes ? [strokeHistogram(counts, this.#strokes.real)] : []),
      ],
    };
  }

  /** Classes are asked for as often as there are images of them among the real ones. */
  #askedFor(): readonly number[] {
    const { labels = [] } = this.reference;
    return Array.from({ length: this.samples }, (_, i) => labels[i % labels.length] as number);
  }

  #classified({ classes, features }: metrics.Classified): ClassifiedImages | undefined {
    const { classifier, reference, opened } = this;
    if (!classifier || !reference.features || !opened.source.labels) return undefined;
    const categories = opened.classNames.length;
    return {
      accuracy: classifier.accuracy,
      realFeatures: reference.features,
      fakeFeatures: features,
      realCounts: metrics.classHistogram(opened.source.labels, categories),
      fakeCounts: metrics.classHistogram(classes, categories),
    };
  }

  #classHistogram({ realCounts, fakeCounts }: ClassifiedImages): CountHistogram {
    return { of: "classes", categories: this.opened.classNames, fake: fakeCounts, real: realCounts };
  }
}

/** Only glyphs tell the strokes of their images. */
function strokeKnowledge(source: data.ImageSource): StrokeKnowledge | undefined {
  if (!("strokes" in source)) return undefined;
  const strokes = source.strokes as Uint8Array;
  const inAny = new Set(strokes);
  const inClass = new Map<number, Set<number>>();
  strokes.forEach((count, i) => {
    const label = source.labels?.[i] ?? 0;
    inClass.set(label, (inClass.get(label) ?? new Set()).add(count));
  });
  return {
    real: metrics.classHistogram(strokes, Math.max(...inAny) + 1),
    fits: (count, label) => (label === undefined ? inAny : inClass.get(label))?.has(count) === true,
  };
}

/** With one category more than the data has, for all that is beyond. */
function strokeHistogram(counts: readonly number[], real: readonly number[]): CountHistogram {
  const beyond = real.length;
  return {
    of: "strokes",
    categories: [...real.keys()].map(String).concat(`${beyond}+`),
    fake: metrics.classHistogram(
      counts.map((count) => Math.min(count, beyond)),
      beyond + 1,
    ),
    real: [...real, 0],
  };
}
