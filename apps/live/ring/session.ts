/** One training on the live page: a trainer, and what the page shows of both players. */
import { type data, type Engine, gan, metrics, nn, Random, Tensor } from "saddlepoint";
import { dataSets } from "../../job/options/data_sets.ts";
import type { LiveRun } from "../shared/live_parts.ts";
import { Measured } from "../shared/measured.ts";
import type { Keepsakes } from "../shared/saving/keepsakes.ts";
import { type Making, pageOptions } from "../shared/training.ts";
import { networksOf, optionsOf } from "./options.ts";
import type { Setup } from "./setup.ts";

/** What the page draws. */
export interface Frame {
  /** x0, y0, x1, y1... of the same latent vectors in every frame, so that points move instead of flickering. */
  readonly points: Float32Array;
  /**
   * How real a place looks to the discriminator, from 0 to 1, on a grid over the view, row by row from the top left: D(x), or
   * for an autoencoder the exponential of minus the reconstruction error.
   */
  readonly field: Float32Array;
  readonly modes: metrics.ModeSummary | undefined;
}

export const fieldSize = 40;
const shownSamples = 1000;
/** Streams that no trainer of the same seed draws from. */
const streams = { latent: 0x9100, real: 0x9200 } as const;

const isFlow = (column: string) => /^gradient\/.+\/rms$/.test(column);

export class Session implements LiveRun {
  readonly measured = new Measured(isFlow);
  #frame: Frame | undefined;

  private constructor(
    readonly trainer: gan.Trainer,
    readonly source: data.DataSource,
    readonly latents: Float32Array,
    readonly places: Float32Array,
    /** x0, y0, x1, y1... */
    readonly real: Float32Array,
    /** The view reaches from -reach to reach along both axes. */
    readonly reach: number,
  ) {}

  /** With the first frame. @throws the signal's reason once it aborts */
  static async create(engine: Engine, setup: Setup, making: Making): Promise<Session> {
    const { signal } = making;
    making.say("Compiling ...");
    const source = dataSets[setup.data].create();
    const { generator, discriminator } = networksOf(setup);
    const trainer = await gan.Trainer.create(engine, {
      generator: nn.mlp(...generator),
      discriminator: nn.mlp(...discriminator),
      data: source,
      ...optionsOf(setup),
      ...pageOptions(making),
      submitMilliseconds: 8,
    });
    try {
      making.opened?.restore(trainer);
      const prepared = source.prepare(engine);
      const real = (await prepared
        .batch(randomOf(engine, setup.seed, streams.real), shownSamples)
        .samples.data()) as Float32Array;
      prepared.dispose();
      const reach = 1.25 * real.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const latents = await randomOf(engine, setup.seed, streams.latent).normal([shownSamples, 2]).data();
      signal.throwIfAborted();
      const session = new Session(trainer, source, latents as Float32Array, gridPoints(reach), real, reach);
      if (making.opened) session.measured.restore(making.opened.keepsakes);
      await session.look();
      signal.throwIfAborted();
      return session;
    } catch (error) {
      trainer.dispose();
      throw error;
    }
  }

  /** Of when it was last looked at. */
  get frame(): Frame {
    if (!this.#frame) throw new Error("There is no frame yet.");
    return this.#frame;
  }

  get keepsakes(): Keepsakes {
    return this.measured.keepsakes;
  }

  async advance(steps: number, signal: AbortSignal): Promise<void> {
    for await (const report of this.trainer.train({ steps, reportEvery: steps, signal })) this.measured.take(report);
  }

  /** Takes a new frame. */
  async look(): Promise<void> {
    const [{ values: points }, judgement] = [
      await this.trainer.generate(this.latents),
      await this.trainer.judge(this.places),
    ];
    const { entry, options } = this.trainer.config.loss;
    const isAutoencoder = entry.create(options).output === "error";
    const field = judgement.map((said) => (isAutoencoder ? Math.exp(said) : 1 / (1 + Math.exp(-said))));
    const { modes } = this.source;
    const counts = modes && metrics.modeCoverageOf(points, modes).counts;
    this.#frame = { points, field, modes: counts && metrics.summariseModes(counts, points.length / 2) };
  }

  /** Shows it again after the GPU was lost. */
  revive(): Promise<void> {
    return this.look();
  }

  dispose(): void {
    this.trainer.dispose();
  }
}

/** The middles of the grid's cells, from the top left. */
function gridPoints(reach: number): Float32Array {
  const points = new Float32Array(2 * fieldSize ** 2);
  const at = (cell: number) => ((2 * cell + 1) / fieldSize - 1) * reach;
  for (let i = 0; i < fieldSize ** 2; i++) {
    points.set([at(i % fieldSize), -at(Math.floor(i / fieldSize))], 2 * i);
  }
  return points;
}

function randomOf(engine: Engine, seed: number, stream: number): Random {
  return new Random(engine.tensor([seed], [], "u32"), Tensor.scalar(0, "u32"), stream);
}
