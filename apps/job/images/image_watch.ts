/** What a run with images measures beside its telemetry: metrics on the way, and pictures at the end. */
import type { data, Engine, gan, metrics } from "saddlepoint";
import { onGpu } from "../on_gpu.ts";
import { isConditional } from "./class_labels.ts";
import { type Evaluation, ImageEvaluator } from "./image_evaluator.ts";
import { generateAll, latentSize, randomIndices, randomLatents, sphericalWalk } from "./image_samples.ts";
import { type NearestImages, nearestImages } from "./nearest_images.ts";
import type { OpenedImages } from "./open_data.ts";
import { type LastingClassifier, lastingClassifier } from "./train_classifier.ts";

/** Latent vectors that every report draws. */
export const gridColumns = 10;

const walks = { count: 5, steps: 9 } as const;
const nearestShown = 16;
/** Training images that tell how far apart they usually are. */
const usualReferences = 64;

/** The share of the training's time that measurements may take. */
const mostTime = 0.1;

export interface Frame {
  /** Generator steps done before it. */
  readonly step: number;
  readonly grid: gan.SampleBatch;
}

/** All that a report and the files show of images, beside the samples themselves. */
export interface ImageResults extends ImagePictures {
  readonly frames: readonly Frame[];
  readonly evaluations: readonly Evaluation[];
}

/** What is made at the end. */
export interface ImagePictures {
  /** Each a walk from one latent vector to another; none in a run that failed. */
  readonly walks: readonly metrics.Samples[];
  readonly nearest: NearestImages | undefined;
}

export class ImageWatch {
  /** Generator steps done before the last measurement. */
  #evaluatedStep: number | undefined;
  /** Seconds of all measurements but the first, which compiles their shaders. */
  #seconds = 0;

  private constructor(
    readonly engine: Engine,
    readonly source: data.ImageSource,
    readonly seed: number,
    readonly evaluator: ImageEvaluator,
    readonly classifier: LastingClassifier | undefined,
  ) {}

  /**
   * Trains the classifier first, where the images have classes; `progress` is told how that goes, and `signal` ends it
   * early.
   */
  static async create(
    trainer: gan.Trainer,
    engine: Engine,
    opened: OpenedImages,
    options: {
      readonly seed: number;
      readonly progress: (done: number, total: number) => void;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<ImageWatch> {
    const { seed, signal } = options;
    const classifier = await lastingClassifier(engine, opened, options);
    signal?.throwIfAborted();
    const evaluator = await ImageEvaluator.create(trainer, engine, opened, { seed, classifier });
    return new ImageWatch(engine, opened.source, seed, evaluator, classifier);
  }

  /**
   * Measures the generator as it is, unless measurements have taken more than their share of the training's time: which
   * steps are measured may differ between machines then, but not what is measured there.
   *
   * @returns what was measured
   */
  async evaluate(trainer: gan.Trainer, trainingSeconds: number): Promise<Evaluation | undefined> {
    if (this.#seconds > mostTime * trainingSeconds) return undefined;
    const startedAt = performance.now();
    const evaluation = await this.evaluator.evaluate(trainer);
    if (this.#evaluatedStep !== undefined) this.#seconds += (performance.now() - startedAt) / 1000;
    this.#evaluatedStep = evaluation.step;
    return evaluation;
  }

  /** Measures the last step, if it is not yet. */
  async evaluateLast(trainer: gan.Trainer): Promise<Evaluation | undefined> {
    return this.#evaluatedStep === trainer.step ? undefined : this.evaluator.evaluate(trainer);
  }

  /** Makes the pictures of the end. */
  pictures(trainer: gan.Trainer): Promise<ImagePictures> {
    return onGpu(this.engine, () => this.#pictures(trainer));
  }

  async #pictures(trainer: gan.Trainer): Promise<ImagePictures> {
    const { engine, seed, source } = this;
    const size = latentSize(trainer);
    const shape = trainer.config.generator.inputShape;
    const ends = await randomLatents(engine, { seed, stream: "interpolation", count: 2 * walks.count, shape });
    const end = (index: number) => ends.subarray(index * size, (index + 1) * size);
    const walked: metrics.Samples[] = [];
    const { classes = 1 } = source;
    const labelsOf = (count: number, of: (i: number) => number) =>
      isConditional(trainer) ? Array.from({ length: count }, (_, i) => of(i) % classes) : undefined;
    for (let walk = 0; walk < walks.count; walk++) {
      const way = sphericalWalk(end(2 * walk), end(2 * walk + 1), walks.steps);
      walked.push(
        await generateAll(
          trainer,
          way,
          labelsOf(walks.steps, () => walk),
        ),
      );
    }
    const latents = await randomLatents(engine, { seed, stream: "nearest", count: nearestShown, shape });
    const samples = await generateAll(
      trainer,
      latents,
      labelsOf(nearestShown, (i) => i),
    );
    if (!samples.values.every(Number.isFinite)) return { walks: walked, nearest: undefined };
    const drawn = { seed, stream: "nearest", count: source.count, most: usualReferences } as const;
    const nearest = await nearestImages(engine, source, samples, await randomIndices(engine, drawn));
    return { walks: walked, nearest };
  }

  dispose(): void {
    this.classifier?.dispose();
  }
}
