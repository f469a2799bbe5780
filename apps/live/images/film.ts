/** Samples of the same latent vectors at chosen steps of the training, for a film strip. */
import type { gan } from "saddlepoint";

export interface FilmRow {
  readonly step: number;
  readonly images: gan.SampleBatch;
}

/** Rows that a page makes room for from the start; a training of a thousand steps has as many. */
export const roomForRows = 8;

const firstStep = 10;
const series = [1, 2, 5];

/**
 * The next step after `step` that a film strip shows: 10, 20, 50, 100, 200, 500... A GAN changes by the logarithm of its
 * steps, and the strip stays short however long the training.
 */
export function nextFilmStep(step: number): number {
  for (let decade = firstStep; ; decade *= 10) {
    const next = series.map((factor) => factor * decade).find((candidate) => candidate > step);
    if (next !== undefined) return next;
  }
}

/** Whether a film strip shows this step. The first row is the untrained generator. */
export function isFilmStep(step: number): boolean {
  return step === 0 || nextFilmStep(step - 1) === step;
}

/** The first `count` images of a batch. */
export function firstImages({ values, shape: [total = 1, ...size] }: gan.SampleBatch, count: number): gan.SampleBatch {
  const kept = Math.min(count, total);
  return { values: values.slice(0, (values.length / total) * kept), shape: [kept, ...size] };
}
