import { type ByteCache, hashOf } from "../../cache/byte_cache.ts";
import { checkedCache } from "../../cache/checked_cache.ts";
import { defaultCache } from "../../cache/default_cache.ts";
import type { Plan } from "../../compile/plan/plan.ts";
import { hostRandom, shuffledOrder } from "../../data/host_random.ts";
import { type ImageSource, imagesOfBytes } from "../../data/images/images.ts";
import type { LabelledBatch } from "../../data/source.ts";
import type { Engine } from "../../engine/engine.ts";
import { at } from "../../errors/at.ts";
import { array, assertKind, describe } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../graph/shape.ts";
import { adam } from "../../optim/adam.ts";
import { SoloLearner } from "../../optim/solo_learner.ts";
import { type Samples, upload } from "../statistics/samples.ts";
import { classifierFeatures, classifierNetwork, trainClassifier } from "./classifier_training.ts";

export interface ClassifierOptions {
  /** Of the split, the first weights, the order of the images and their shifts. Default 1. */
  readonly seed?: number;
  /** How often each training image is seen. Default 10. */
  readonly epochs?: number;
  /** Share of the images that are kept out of the training, to measure the accuracy with; above 0, below 1. Default 1/6. */
  readonly heldOut?: number;
  /** Largest shift of a training image along each axis, in pixels. Default 2. */
  readonly shift?: number;
  /**
   * Where trained weights are kept, by a hash of all that they depend on. Default: the browser's IndexedDB, and the memory of
   * a program that has none.
   */
  readonly cache?: ByteCache;
  readonly progress?: (step: number, steps: number) => void;
  /** Ends the training early: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a classifier says of images, in their order. */
export interface Classified {
  /** The likeliest class of each, from 0. */
  readonly classes: Uint32Array;
  /** Its probability, as the classifier has it. */
  readonly confidence: Float32Array;
  /** [images, 64] */
  readonly features: Samples;
}

/** Images of one run of the plan. */
const batchSize = 250;

/** Changes with everything that the weights depend on and that the key does not name. */
const version = "1";

const sharedCache = defaultCache();

/**
 * A small convolutional network that tells the classes of a labelled set, trained by this library on that set: two strided
 * convolutions, a hidden layer of 64 units, whose outputs are the features, and a layer of logits. It stands where the
 * Inception network stands in the FID, for data that is nothing like photographs.
 *
 * Distances in its features compare generators of the same data, under the same seed and options; no others.
 */
export class ImageClassifier {
  /** Share of right answers among the images that were kept out of the training. */
  readonly accuracy: number;
  /** The images that were kept out of the training. */
  readonly heldOut: ImageSource;
  readonly #learner: SoloLearner;
  readonly #plan: Plan;

  private constructor(
    readonly classCount: number,
    readonly seed: number,
    held: {
      readonly heldOut: ImageSource;
      readonly learner: SoloLearner;
      readonly plan: Plan;
      readonly accuracy: number;
    },
  ) {
    this.heldOut = held.heldOut;
    this.accuracy = held.accuracy;
    this.#learner = held.learner;
    this.#plan = held.plan;
  }

  /**
   * Trains one, or takes it from the cache.
   *
   * @throws OptionError for images without labels or of a single class, and for options out of range.
   */
  static async train(engine: Engine, source: ImageSource, options: ClassifierOptions = {}): Promise<ImageClassifier> {
    const { seed = 1, epochs = 10, heldOut = 1 / 6, shift = 2, cache = sharedCache, progress, signal } = options;
    assertOptions(source, epochs, heldOut);
    const classCount = classesOf(source);
    const parts = split(source, heldOut, seed);
    const net = classifierNetwork(source.sampleShape, classCount);
    const learner = new SoloLearner(engine, "classifier", net.network, { optimizer: adam({ weightDecay: 1e-2 }) });
    try {
      const key = await hashOf([
        source.values,
        source.labels as NonNullable<typeof source.labels>,
        JSON.stringify([version, source.sampleShape, seed, epochs, heldOut, shift, engine.adapterName]),
      ]);
      const kept = checkedCache(cache);
      const known = await kept.read(key);
      if (known && areWeights(known, learner.arena.size)) learner.arena.state.write(new Float32Array(known));
      else {
        await trainClassifier(engine, learner, net, parts.training, { seed, epochs, shift, progress, signal });
        const [weights] = (await engine.download([learner.arena.state])) as [ArrayBuffer];
        if (areWeights(weights, learner.arena.size)) await kept.write(key, weights);
      }
      const plan = await evaluationPlan(engine, learner, net);
      const untested = new ImageClassifier(classCount, seed, { ...parts, learner, plan, accuracy: Number.NaN });
      const { classes } = await untested.classify(samplesOf(parts.heldOut));
      const right = classes.filter((label, i) => label === parts.heldOut.labels?.[i]).length;
      return new ImageClassifier(classCount, seed, { ...parts, learner, plan, accuracy: right / classes.length });
    } catch (error) {
      learner.dispose();
      throw error;
    }
  }

  /**
   * Classes and features of images [n, H, W, C] with values from -1 to 1.
   *
   * @throws ShapeError for images of another size than those it was trained on.
   */
  async classify({ values, shape }: Samples): Promise<Classified> {
    const size = sizeOf(this.heldOut.sampleShape);
    const count = at(shape, 0);
    if (values.length !== count * size || sizeOf(shape.slice(1)) !== size) {
      throw new ShapeError(
        `ImageClassifier: it knows images ${formatShape(this.heldOut.sampleShape)}, and was given ${formatShape(shape)} ` +
          `with ${values.length} values.`,
      );
    }
    const features = new Float32Array(count * classifierFeatures);
    const classes = new Uint32Array(count);
    const confidence = new Float32Array(count);
    for (let from = 0; from < count; from += batchSize) {
      const part = new Float32Array(batchSize * size);
      part.set(values.subarray(from * size, Math.min(count, from + batchSize) * size));
      this.#plan.feed(0, part);
      const [rows, labels, certain] = await this.#plan.runAndRead();
      const n = Math.min(batchSize, count - from);
      features.set((rows as Float32Array).subarray(0, n * classifierFeatures), from * classifierFeatures);
      classes.set((labels as Uint32Array).subarray(0, n), from);
      confidence.set((certain as Float32Array).subarray(0, n), from);
    }
    return { classes, confidence, features: { values: features, shape: [count, classifierFeatures] } };
  }

  dispose(): void {
    this.#plan.dispose();
    this.#learner.dispose();
  }
}

/** NaN among them would be kept for good. */
const areWeights = (bytes: ArrayBuffer, count: number): boolean =>
  bytes.byteLength === 4 * count && new Float32Array(bytes).every(Number.isFinite);

/**
 * Images of a source on the host, as a generator would give them: f32 [images, H, W, C] from -1 to 1.
 *
 * @param rows which ones, by number; all in their order by default
 */
export function samplesOf(source: ImageSource, rows?: ArrayLike<number>): Samples {
  const { values, sampleShape, count } = Object(source) as ImageSource;
  assertKind("samplesOf", "the values of the source", values, array);
  if (rows !== undefined) assertKind("samplesOf", "rows", rows, array);
  const size = sizeOf(sampleShape);
  const chosen = rows ?? Array.from({ length: count }, (_, row) => row);
  const floats = new Float32Array(chosen.length * size);
  for (let i = 0; i < chosen.length; i++) {
    const row = at(chosen, i);
    if (!(Number.isInteger(row) && row >= 0 && row < count)) {
      throw new OptionError(`samplesOf: there is no image ${describe(row)}; give numbers from 0 to ${count - 1}.`);
    }
    const start = row * size;
    for (let k = 0; k < size; k++) floats[i * size + k] = (2 * at(values, start + k) - 255) / 255;
  }
  return { values: floats, shape: [chosen.length, ...sampleShape] };
}

async function evaluationPlan(
  engine: Engine,
  learner: SoloLearner,
  net: ReturnType<typeof classifierNetwork>,
): Promise<Plan> {
  const shape = [batchSize, ...learner.network.inputShape];
  const features = net.features(learner.parameters, upload(engine, new Float32Array(sizeOf(shape)), shape));
  const logits = net.logits(learner.parameters, features);
  const confidence = logits.softmax().max(-1);
  return engine.plan({ label: "classifier", outputs: { features, classes: logits.argmax(), confidence } });
}

function classesOf({ name, labels }: ImageSource): number {
  const most = labels ? labels.reduce((largest: number, label: number) => Math.max(largest, label), 0) : -1;
  if (most > 0) return most + 1;
  throw new OptionError(
    labels
      ? `${name}: all labels are 0, so there is nothing to tell apart; a classifier needs at least two classes.`
      : `${name}: a classifier needs labels, one class for each image; give them with the images.`,
  );
}

/** Two parts of a labelled set, at random. */
function split(
  source: ImageSource,
  share: number,
  seed: number,
): { readonly training: ImageSource<LabelledBatch>; readonly heldOut: ImageSource } {
  const { count, sampleShape, values, name } = source;
  const labels = source.labels as NonNullable<typeof source.labels>;
  const order = shuffledOrder(hostRandom(seed), count);
  const cut = Math.min(count - 1, Math.max(1, Math.round(count * share)));
  const size = sizeOf(sampleShape);
  const part = (rows: Uint32Array, title: string): ImageSource<LabelledBatch> => {
    const bytes = new Uint8Array(rows.length * size);
    rows.forEach((row, i) => {
      bytes.set(values.subarray(row * size, (row + 1) * size), i * size);
    });
    const shape: Shape = [rows.length, ...sampleShape];
    return imagesOfBytes({
      values: bytes,
      shape,
      labels: Uint16Array.from(rows, (row) => at(labels, row)),
      name: title,
    });
  };
  return { heldOut: part(order.subarray(0, cut), `${name}, held out`), training: part(order.subarray(cut), name) };
}

function assertOptions({ name, count }: ImageSource, epochs: number, heldOut: number): void {
  if (count < 2) throw new OptionError(`${name}: a classifier needs at least two images, one of them to test it.`);
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new OptionError(`ImageClassifier: epochs is ${epochs}; give a whole number of at least 1.`);
  }
  if (!(heldOut > 0 && heldOut < 1)) {
    throw new OptionError(`ImageClassifier: heldOut is ${heldOut}; give a share above 0 and below 1.`);
  }
}
