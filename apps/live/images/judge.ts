/** How far samples are from the data, now and then during the training. */
import { DeviceLostError, type Engine, type gan, metrics } from "saddlepoint";
import { coveredShare } from "../../job/images/image_metrics.ts";
import { generateAll, randomIndices, randomLatents } from "../../job/images/image_samples.ts";
import type { Keepsakes } from "../shared/saving/keepsakes.ts";
import type { ShownImages } from "./open_images.ts";

export interface Evaluation {
  readonly step: number;
  readonly slicedWasserstein: metrics.Measurement;
  /** Where a classifier of the data is trained. */
  readonly frechet?: metrics.Measurement;
  readonly classes?: { readonly covered: number; readonly of: number; readonly samples: readonly number[] };
}

/** A multiple of what the generator makes at a time. */
const evaluatedSamples = 512;

/** Measurements take at most this share of the time, however slow the adapter; and there is no need for more than one in so many ms. */
const mostTime = 0.1;
const leastInterval = 8_000;
const mostInterval = 60_000;

export class Judge {
  readonly evaluations: Evaluation[] = [];
  #classifier: { readonly model: metrics.ImageClassifier; readonly features: metrics.Samples } | undefined;
  /** Milliseconds of training since the last measurement, and how many it takes to the next. */
  #trained = 0;
  #interval = leastInterval;

  private constructor(
    readonly engine: Engine,
    readonly images: ShownImages,
    readonly seed: number,
    readonly real: metrics.Samples,
    readonly latents: Float32Array,
  ) {}

  static async create(engine: Engine, images: ShownImages, { config }: gan.Trainer): Promise<Judge> {
    const { seed, generator } = config;
    const real = await realImages(engine, images.source, seed);
    const { inputShape: shape } = generator;
    const latents = await randomLatents(engine, { seed, stream: "evaluation", count: evaluatedSamples, shape });
    return new Judge(engine, images, seed, real, latents);
  }

  /** Compares with the images that the classifier was not trained on: it is too sure of the others. */
  async use(model: metrics.ImageClassifier): Promise<void> {
    await unlessLost(async () => {
      const real = await realImages(this.engine, model.heldOut, this.seed);
      this.#classifier = { model, features: (await model.classify(real)).features };
      this.#interval = 0;
    });
  }

  /** Measures without a classifier from now on: it went with the GPU. */
  forgetClassifier(): void {
    this.#classifier = undefined;
  }

  /** Takes note of milliseconds of training, and tells whether it is time to measure. */
  isDueAfter(milliseconds: number): boolean {
    this.#trained += milliseconds;
    return this.#trained >= this.#interval;
  }

  /** Of the generator as it is; nothing where a sample is not finite. */
  async measure(trainer: gan.Trainer): Promise<void> {
    const startedAt = performance.now();
    const { engine, seed, real } = this;
    const fake = await generateAll(trainer, this.latents);
    if (fake.values.every(Number.isFinite) && this.evaluations.at(-1)?.step !== trainer.step) {
      await unlessLost(async () => {
        this.evaluations.push({
          step: trainer.step,
          slicedWasserstein: await metrics.slicedWasserstein(engine, real, fake, { seed }),
          ...(await this.#byClassifier(fake)),
        });
      });
    }
    this.#trained = 0;
    const seconds = performance.now() - startedAt;
    this.#interval = Math.min(mostInterval, Math.max(leastInterval, seconds / mostTime));
  }

  get keepsakes(): Keepsakes {
    return { texts: { evaluations: this.evaluations }, arrays: new Map() };
  }

  /** Goes on with the measurements that were kept. */
  restore({ texts: { evaluations } }: Keepsakes): void {
    if (Array.isArray(evaluations)) this.evaluations.push(...evaluations.filter(isEvaluation));
  }

  async #byClassifier(fake: metrics.Samples): Promise<Pick<Evaluation, "frechet" | "classes">> {
    const { images, engine, seed } = this;
    const { labels } = images.source;
    if (!this.#classifier || !labels) return {};
    const { model, features } = this.#classifier;
    const answers = await model.classify(fake);
    const samples = metrics.classHistogram(answers.classes, images.classNames.length);
    const real = metrics.classHistogram(labels, images.classNames.length);
    const { capturedShare, modeCount } = metrics.modesOfClasses(real, samples, { share: coveredShare, seed });
    return {
      frechet: await metrics.frechetDistance(engine, features, answers.features, { seed }),
      classes: { covered: capturedShare, of: modeCount, samples },
    };
  }
}

/** A measurement that the loss of the GPU cuts short is left out. */
async function unlessLost(measure: () => Promise<void>): Promise<void> {
  try {
    await measure();
  } catch (error) {
    if (!(error instanceof DeviceLostError)) throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;
const isNumber = (value: unknown) => typeof value === "number";
const areNumbers = (value: unknown) => Array.isArray(value) && value.every(isNumber);

function isMeasurement(given: unknown): boolean {
  const { value, n }: Fields = Object(given);
  return isNumber(value) && areNumbers(n);
}

function isEvaluation(given: unknown): given is Evaluation {
  const { step, slicedWasserstein, frechet, classes }: Fields = Object(given);
  const { covered, of, samples }: Fields = Object(classes);
  const areClasses = classes === undefined || (isNumber(covered) && isNumber(of) && areNumbers(samples));
  return (
    isNumber(step) &&
    isMeasurement(slicedWasserstein) &&
    (frechet === undefined || isMeasurement(frechet)) &&
    areClasses
  );
}

async function realImages(engine: Engine, source: ShownImages["source"], seed: number): Promise<metrics.Samples> {
  const drawn = { seed, stream: "reference", count: source.count, most: evaluatedSamples } as const;
  return metrics.samplesOf(source, await randomIndices(engine, drawn));
}
