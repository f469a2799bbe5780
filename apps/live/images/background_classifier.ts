/** The classifier of labelled images, trained beside the GAN. */
import { DeviceLostError, type Engine, type metrics } from "saddlepoint";
import { trainClassifier } from "../../job/images/train_classifier.ts";
import type { ShownImages } from "./open_images.ts";

export class BackgroundClassifier {
  /** The share of its training that is done; undefined before it began. */
  done: number | undefined;
  /** Once it is trained. */
  model: metrics.ImageClassifier | undefined;
  readonly #abort = new AbortController();

  constructor(readonly images: ShownImages) {}

  /** Whether there are classes to tell apart. */
  get isPossible(): boolean {
    return this.images.source.labels !== undefined && this.images.classNames.length > 1;
  }

  /** Trains it unless that has begun. Settles when it is trained, or not wanted any more. */
  async start(engine: Engine, seed: number): Promise<void> {
    const { signal } = this.#abort;
    if (this.done !== undefined || signal.aborted) return;
    this.done = 0;
    const progress = (step: number, steps: number) => {
      this.done = step / steps;
    };
    try {
      const model = await trainClassifier(engine, this.images, { seed, progress, signal });
      if (signal.aborted) model?.dispose();
      else this.model = model;
    } catch (error) {
      // It begins again when the GPU is back.
      if (error instanceof DeviceLostError) this.forget();
      else if (error !== signal.reason) throw error;
    }
  }

  /** As if it had not begun: what it was trained to went with the GPU. */
  forget(): void {
    this.done = undefined;
    this.model = undefined;
  }

  dispose(): void {
    this.#abort.abort();
    this.model?.dispose();
    this.model = undefined;
  }
}
