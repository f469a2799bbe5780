/** What a run with images gathers beside its telemetry: a film strip, metrics on the way, and pictures at the end. */
import type { data, Engine, gan, metrics } from "saddlepoint";
import { type Evaluation, ImageEvaluator } from "./image_evaluator.ts";
import { generateAll, latentSize, randomIndices, randomLatents, sphericalWalk } from "./image_samples.ts";
import { type NearestImages, nearestImages } from "./nearest_images.ts";
import type { OpenedImages } from "./open_data.ts";
import { trainClassifier } from "./train_classifier.ts";

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
export interface ImageResults {
  readonly frames: readonly Frame[];
  readonly evaluations: readonly Evaluation[];
  /** Each a walk from one latent vector to another; none in a run that failed. */
  readonly walks: readonly metrics.Samples[];
  readonly nearest: NearestImages | undefined;
}

export class ImageWatch {
  readonly #frames: Frame[] = [];
  readonly #evaluations: Evaluation[] = [];
  /** Seconds of all measurements but the first, which compiles their shaders. */
  #seconds = 0;
  #walks: metrics.Samples[] = [];
  #nearest: NearestImages | undefined;

  private constructor(
    readonly engine: Engine,
    readonly source: data.ImageSource,
    readonly seed: number,
    readonly evaluator: ImageEvaluator,
    readonly classifier: metrics.ImageClassifier | undefined,
  ) {}

  /** Trains the classifier first, where the images have classes; `progress` is told how that goes. */
  static async create(
    trainer: gan.Trainer,
    engine: Engine,
    opened: OpenedImages,
    seed: number,
    progress: (done: number, total: number) => void,
  ): Promise<ImageWatch> {
    const classifier = await trainClassifier(engine, opened, { seed, progress });
    const evaluator = await ImageEvaluator.create(trainer, engine, opened, { seed, classifier });
    return new ImageWatch(engine, opened.source, seed, evaluator, classifier);
  }

  get results(): ImageResults {
    return { frames: this.#frames, evaluations: this.#evaluations, walks: this.#walks, nearest: this.#nearest };
  }

  addReport({ step, grid }: gan.TrainReport): void {
    if (grid) this.#frames.push({ step, grid });
  }

  /**
   * Measures the generator as it is, unless measurements have taken more than their share of the training's time: which
   * steps are measured may differ between machines then, but not what is measured there.
   *
   * @returns what was measured, and how long it took
   */
  async evaluate(trainer: gan.Trainer, trainingSeconds: number): Promise<Evaluation | undefined> {
    if (this.#seconds > mostTime * trainingSeconds) return undefined;
    const startedAt = performance.now();
    const evaluation = await this.evaluator.evaluate(trainer);
    if (this.#evaluations.length > 0) this.#seconds += (performance.now() - startedAt) / 1000;
    this.#evaluations.push(evaluation);
    return evaluation;
  }

  /** Measures the last step, if it is not yet, and makes the pictures of the end. */
  async finish(trainer: gan.Trainer): Promise<void> {
    if (this.#evaluations.at(-1)?.step !== trainer.step) {
      this.#evaluations.push(await this.evaluator.evaluate(trainer));
    }
    const { engine, seed, source } = this;
    const size = latentSize(trainer);
    const shape = trainer.config.generator.inputShape;
    const ends = await randomLatents(engine, { seed, stream: "interpolation", count: 2 * walks.count, shape });
    const end = (index: number) => ends.subarray(index * size, (index + 1) * size);
    for (let walk = 0; walk < walks.count; walk++) {
      this.#walks.push(await generateAll(trainer, sphericalWalk(end(2 * walk), end(2 * walk + 1), walks.steps)));
    }
    const latents = await randomLatents(engine, { seed, stream: "nearest", count: nearestShown, shape });
    const samples = await generateAll(trainer, latents);
    if (!samples.values.every(Number.isFinite)) return;
    const drawn = { seed, stream: "nearest", count: source.count, most: usualReferences } as const;
    this.#nearest = await nearestImages(engine, source, samples, await randomIndices(engine, drawn));
  }

  dispose(): void {
    this.classifier?.dispose();
  }
}
