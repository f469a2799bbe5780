/** One training on the page: a trainer, the samples of fixed latent vectors, and what was measured on the way. */
import { type Engine, gan, metrics } from "saddlepoint";
import { latentSize, randomIndices, randomLatents, sphericalWalk } from "../../job/images/image_samples.ts";
import { Measured } from "../shared/measured.ts";
import { joined, type Keepsakes } from "../shared/saving/keepsakes.ts";
import { type Making, pageOptions } from "../shared/training.ts";
import { type FilmRow, firstImages, isFilmStep, nextFilmStep } from "./film.ts";
import { filmOf, keptFilm } from "./kept_film.ts";
import type { ShownImages } from "./open_images.ts";
import { modelOptionsOf, optionsOf } from "./options.ts";
import type { Setup } from "./setup.ts";

/** The side of a grid of samples. All calls of the generator make a square of them, so that it is compiled once. */
export const gridSide = 8;
const gridCount = gridSide ** 2;

export class Session {
  readonly measured = new Measured(isFlowOfLayer);
  readonly film: FilmRow[] = [];
  /** Samples of the latest frame, always of the same latent vectors. */
  samples: gan.SampleBatch | undefined;
  /** Milliseconds that the latest frame took to draw and read. */
  frameMilliseconds = 0;
  #walks = 0;

  private constructor(
    readonly engine: Engine,
    readonly trainer: gan.Trainer,
    readonly images: ShownImages,
    readonly real: gan.SampleBatch,
    readonly latents: Float32Array,
  ) {}

  static async create(engine: Engine, setup: Setup, images: ShownImages, making: Making): Promise<Session> {
    making.say("Compiling ...");
    const { source } = images;
    const { seed, model } = setup;
    const channels = source.sampleShape[2] as number;
    const { generator, discriminator } = gan.createModel(model, modelOptionsOf(setup, channels));
    const trainer = await gan.Trainer.create(engine, {
      generator,
      discriminator,
      data: source,
      ...optionsOf(setup, channels),
      ...pageOptions(making),
      submitMilliseconds: 16,
    });
    try {
      making.opened?.restore(trainer);
      const drawn = { seed, stream: "reference", count: source.count, most: gridCount } as const;
      const real = metrics.samplesOf(source, await randomIndices(engine, drawn));
      const { inputShape: shape } = generator;
      const latents = await randomLatents(engine, { seed, stream: "nearest", count: gridCount, shape });
      const session = new Session(engine, trainer, images, real, latents);
      if (making.opened) session.#restore(making.opened.keepsakes);
      await session.look();
      making.signal.throwIfAborted();
      return session;
    } catch (error) {
      trainer.dispose();
      throw error;
    }
  }

  /** Trains about `steps`, up to the next step that the film strip shows, and draws the samples there. */
  async advance(steps: number, signal: AbortSignal): Promise<void> {
    const most = nextFilmStep(this.trainer.step) - this.trainer.step;
    const count = Math.min(steps, most);
    for await (const report of this.trainer.train({ steps: count, reportEvery: count, signal })) {
      this.measured.take(report);
    }
    await this.look();
  }

  /** Samples along great circles from one latent vector to another: a row for each, new ones at every call. */
  async walk(): Promise<gan.SampleBatch> {
    const { trainer, engine } = this;
    const size = latentSize(trainer);
    const { seed, generator } = trainer.config;
    const walk = { seed: (seed + ++this.#walks) >>> 0, stream: "interpolation", count: 2 * gridSide } as const;
    const ends = await randomLatents(engine, { ...walk, shape: generator.inputShape });
    const end = (index: number) => ends.subarray(index * size, (index + 1) * size);
    const latents = new Float32Array(gridCount * size);
    for (let row = 0; row < gridSide; row++) {
      latents.set(sphericalWalk(end(2 * row), end(2 * row + 1), gridSide), row * gridSide * size);
    }
    return trainer.generate(latents);
  }

  /** The samples of the latest frame, with the latent vectors that they are made of. */
  get shownSamples(): gan.SampleBatch & { readonly latents: Float32Array } {
    if (!this.samples) throw new Error("There are no samples yet.");
    return { ...this.samples, latents: this.latents };
  }

  /** Curves and pictures. */
  get keepsakes(): Keepsakes {
    return joined(this.measured.keepsakes, keptFilm(this.film));
  }

  #restore(keepsakes: Keepsakes): void {
    this.measured.restore(keepsakes);
    this.film.push(...filmOf(keepsakes, [gridSide, ...this.images.source.sampleShape]));
  }

  /** Draws the samples as they are, and keeps those of a step that the film strip shows. */
  async look(): Promise<void> {
    const { step } = this.trainer;
    const startedAt = performance.now();
    this.samples = await this.trainer.generate(this.latents);
    this.frameMilliseconds = performance.now() - startedAt;
    if (isFilmStep(step) && this.film.at(-1)?.step !== step) {
      this.film.push({ step, images: firstImages(this.samples, gridSide) });
    }
  }

  dispose(): void {
    this.trainer.dispose();
  }
}

/** Layers with weights, and the image between both networks: the rest tells little more. */
function isFlowOfLayer(name: string): boolean {
  return /^gradient\/.+\/(linear|conv\w*|output)\/rms$/.test(name);
}
