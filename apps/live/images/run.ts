/** What a training on the page consists of: a session, a judge of its samples, and a classifier that the judge asks. */
import type { Engine, gan } from "saddlepoint";
import type { LiveRun } from "../shared/live_parts.ts";
import type { Measured } from "../shared/measured.ts";
import { joined, type Keepsakes } from "../shared/saving/keepsakes.ts";
import type { Making } from "../shared/training.ts";
import { BackgroundClassifier } from "./background_classifier.ts";
import { Judge } from "./judge.ts";
import type { ShownImages } from "./open_images.ts";
import { Session } from "./session.ts";
import type { Setup } from "./setup.ts";

export class ImageRun implements LiveRun {
  readonly classifier: BackgroundClassifier;

  private constructor(
    readonly session: Session,
    readonly judge: Judge,
  ) {
    this.classifier = new BackgroundClassifier(session.images);
  }

  static async create(engine: Engine, setup: Setup, images: ShownImages, making: Making): Promise<ImageRun> {
    const session = await Session.create(engine, setup, images, making);
    try {
      const judge = await Judge.create(engine, images, session.trainer);
      if (making.opened) judge.restore(making.opened.keepsakes);
      making.signal.throwIfAborted();
      return new ImageRun(session, judge);
    } catch (error) {
      session.dispose();
      throw error;
    }
  }

  get trainer(): gan.Trainer {
    return this.session.trainer;
  }

  get measured(): Measured {
    return this.session.measured;
  }

  get keepsakes(): Keepsakes {
    return joined(this.session.keepsakes, this.judge.keepsakes);
  }

  advance(steps: number, signal: AbortSignal): Promise<void> {
    return this.session.advance(steps, signal);
  }

  /**
   * Measures how far samples are from the data. The classifier begins after the first time, so that the first pictures come
   * quickly.
   *
   * @returns the training of the classifier where it begins now
   */
  async measure(): Promise<{ readonly begun: Promise<void> } | undefined> {
    const { judge, classifier, session } = this;
    await judge.measure(session.trainer);
    if (!classifier.isPossible || classifier.done !== undefined) return undefined;
    return { begun: classifier.start(session.engine, session.trainer.config.seed) };
  }

  /** Shows it again after the GPU was lost. What the trainer holds is back by itself; a classifier is trained again. */
  async revive(): Promise<void> {
    this.judge.forgetClassifier();
    this.classifier.forget();
    await this.session.look();
  }

  dispose(): void {
    this.classifier.dispose();
    this.session.dispose();
  }
}
