import {
  assertKeys,
  assertKind,
  count as countKind,
  describe,
  instanceOf,
  isList,
  whole,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { sizeOf } from "../../graph/shape.ts";
import type { SampleBatch } from "../run/report.ts";
import type { GeneratorCard } from "./generator_file.ts";

export interface LabelOptions {
  /** The class of all samples, or of each. Left out, each class is as likely. Only for a generator of classes. */
  readonly label?: number | ArrayLike<number>;
}

export interface DrawOptions extends LabelOptions {
  /** The same seed draws the same samples. Default 1. */
  readonly seed?: number;
}

/** A trained generator by itself: no trainer, no discriminator, no data. */
export interface Sampler {
  /** What the file says of it. */
  readonly about: GeneratorCard;
  /**
   * Samples [count, ...sample shape] in the data's own units.
   *
   * @throws OptionError for a count below 1, or labels that there are not.
   */
  sample(count: number, options?: DrawOptions): Promise<SampleBatch>;
  /**
   * Samples of latent vectors of your own, in a row: the same ones that the trainer's `generate` made of them, up to rounding
   * where a file's own kernels make them.
   */
  generate(latents: Float32Array, options?: LabelOptions): Promise<SampleBatch>;
  /** Gives back what it holds on the GPU. */
  dispose(): void;
}

/** What a sampler is made of. Labels are there where the generator has classes. */
export interface Drawing {
  /** Samples of the latent vectors that `seed` and `run` draw; so are labels where none are given. */
  drawn(count: number, seed: number, run: number, labels: Uint32Array | undefined): Promise<Float32Array>;
  made(count: number, latents: Float32Array, labels: Uint32Array | undefined): Promise<Float32Array>;
  release(): void;
}

/** A sampler, which checks what it is given. Samples are drawn in runs of `about.batchSize`. */
export function samplerOf(about: GeneratorCard, { drawn, made, release }: Drawing): Sampler {
  const { sampleShape, classes, batchSize = Number.POSITIVE_INFINITY } = about;
  const latentSize = sizeOf(about.latentShape);
  const sampleSize = sizeOf(sampleShape);
  let isDisposed = false;
  const assertUsable = () => {
    if (isDisposed) throw new OptionError("generator: it is disposed; load it again.");
  };
  return {
    about,
    async sample(count, options = {}) {
      assertUsable();
      assertKind("generator.sample", "count", count, countKind);
      assertKeys<DrawOptions>("generator.sample", options, { seed: whole, label: true });
      const { seed = 1, label } = options;
      const labels = labelsOf(about, count, label);
      const values = new Float32Array(count * sampleSize);
      // All runs are of one size, so that one graph makes them; what is too much of the last is left.
      const size = Math.min(count, batchSize);
      for (let run = 0; run * size < count; run++) {
        const start = run * size;
        const given = labels && Uint32Array.from({ length: size }, (_, i) => labels[start + i] ?? 0);
        const made = await drawn(size, seed, run, given);
        values.set(made.subarray(0, (count - start) * sampleSize), start * sampleSize);
      }
      return { values, shape: [count, ...sampleShape] };
    },
    async generate(latents, options = {}) {
      assertUsable();
      assertKind("generator.generate", "the latent vectors", latents, floats);
      assertKeys<LabelOptions>("generator.generate", options, { label: true });
      const count = latents.length / latentSize;
      if (!countKind.is(count)) {
        throw new OptionError(
          `generator: ${latents.length} numbers are no whole count of latent vectors of ${latentSize}.`,
        );
      }
      const labels = labelsOf(about, count, options.label);
      if (classes && !labels) throw new OptionError("generator: give a label beside latent vectors.");
      return { values: await made(count, latents, labels), shape: [count, ...sampleShape] };
    },
    dispose() {
      if (!isDisposed) release();
      isDisposed = true;
    },
  };
}

const floats = instanceOf("a Float32Array", Float32Array);

/** One class for each of `count` samples. @throws OptionError for classes that there are not. */
function labelsOf(
  { classes }: GeneratorCard,
  count: number,
  label: LabelOptions["label"],
): Uint32Array<ArrayBuffer> | undefined {
  if (label === undefined) return undefined;
  const given = isList(label) ? Array.from(label) : [label];
  const isClass = (value: unknown) => whole.is(value) && Number(value) < (classes ?? 0);
  if (!classes || (isList(label) && given.length !== count) || !given.every(isClass)) {
    const wants = classes
      ? `give whole numbers from 0 to ${classes - 1}, one for all of ${count} samples or one for each`
      : "it takes none";
    throw new OptionError(`generator: the label is ${describe(label)}; ${wants}.`);
  }
  return Uint32Array.from({ length: count }, (_, i) => given[i % given.length] ?? 0);
}
