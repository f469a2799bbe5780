/** The classifier of labelled images, trained beside the GAN. */
import type { Engine, metrics } from "saddlepoint";
import { trainClassifier } from "../main_job/train_classifier.ts";
import type { ShownImages } from "./open_images.ts";

export class BackgroundClassifier {
  /** The share of its training that is done; undefined before it began. */
  done: number | undefined;
  /** Once it is trained. */
  model: metrics.ImageClassifier | undefined;
  #isDisposed = false;

  constructor(readonly images: ShownImages) {}

  /** Whether there are classes to tell apart. */
  get isPossible(): boolean {
    return this.images.source.labels !== undefined && this.images.classNames.length > 1;
  }

  /** Trains it unless that has begun. Settles when it is trained, or not wanted any more. */
  async start(engine: Engine, seed: number): Promise<void> {
    if (this.done !== undefined || this.#isDisposed) return;
    this.done = 0;
    const progress = (step: number, steps: number) => {
      // The only way to end a training of it early.
      if (this.#isDisposed) throw new Cancelled();
      this.done = step / steps;
    };
    try {
      const model = await trainClassifier(engine, this.images, { seed, progress });
      if (this.#isDisposed) model?.dispose();
      else this.model = model;
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.model?.dispose();
    this.model = undefined;
  }
}

class Cancelled extends Error {}
