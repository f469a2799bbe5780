/** One training on the live page: a trainer, and what the page shows of both players. */
import { type data, type Engine, gan, metrics, nn, type optim, type probes, Random, Tensor } from "saddlepoint";
import { FindingsLog } from "../../job/findings_log.ts";
import { dataSets } from "../../job/options/data_sets.ts";
import { History } from "../shared/history.ts";
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
const probeEvery = 10;
/** Streams that no trainer of the same seed draws from. */
const streams = { latent: 0x9100, real: 0x9200 } as const;

/** These are measured in every step. */
const everyStep = [
  "loss/generator",
  "loss/discriminator",
  "lossGain/medianLog10",
  "lossGain/otherMedianLog10",
] as const;

export class Session {
  readonly history = new History();
  readonly gradients = new History();
  readonly findings = new FindingsLog();
  losses: { readonly generator: number; readonly discriminator: number } | undefined;

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
  static async create(
    engine: Engine,
    setup: Setup,
    {
      signal,
      ...tell
    }: {
      readonly signal: AbortSignal;
      progress(done: number, total: number): void;
      warning(advice: probes.Advice): void;
    },
  ): Promise<{ readonly session: Session; readonly frame: Frame }> {
    const source = dataSets[setup.data].create();
    const generator = nn.mlp([2, 64, 64, 2], {
      activation: setup.generatorActivation,
      // See the presets of the main job.
      initializer: "glorotNormal",
    });
    const isAutoencoder = gan.createLoss(setup.loss).reconstructionError !== undefined;
    const layers = isAutoencoder ? [2, 64, 64, 1, 64, 64, 2] : [2, 64, 64, 1];
    const discriminator = nn.mlp(layers, { activation: setup.discriminatorActivation });
    const optimizer = { type: setup.optimizer, betas: [0.5, 0.999] };
    const trainer = await gan.Trainer.create(engine, {
      generator,
      discriminator,
      data: source,
      loss: setup.loss,
      penalties: setup.penalty === "none" ? [] : [{ type: setup.penalty, weight: setup.penaltyWeight }],
      tricks: setup.trick === "none" ? [] : [{ type: setup.trick }],
      play: setup.play,
      ...(setup.average > 0 && { generatorAverage: { decay: setup.average } }),
      optimizer: {
        generator: { ...optimizer, lr: setup.generatorRate } as optim.OptimizerConfig,
        discriminator: { ...optimizer, lr: setup.discriminatorRate } as optim.OptimizerConfig,
      },
      discriminatorSteps: setup.discriminatorSteps,
      seed: setup.seed,
      probes: { every: probeEvery },
      submitMilliseconds: 8,
      progress: tell.progress,
      signal,
      onWarning: (_, advice) => tell.warning(advice),
    });
    try {
      const prepared = source.prepare(engine);
      const real = (await prepared
        .batch(randomOf(engine, setup.seed, streams.real), shownSamples)
        .samples.data()) as Float32Array;
      prepared.dispose();
      const reach = 1.25 * real.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const latents = await randomOf(engine, setup.seed, streams.latent).normal([shownSamples, 2]).data();
      signal.throwIfAborted();
      const session = new Session(trainer, source, latents as Float32Array, gridPoints(reach), real, reach);
      const frame = await session.frame();
      signal.throwIfAborted();
      return { session, frame };
    } catch (error) {
      trainer.dispose();
      throw error;
    }
  }

  /** Trains, and takes in what was measured. */
  async advance(steps: number, signal: AbortSignal): Promise<void> {
    for await (const report of this.trainer.train({ steps, reportEvery: steps, signal })) {
      this.losses = report.losses;
      this.findings.add(report.step, report.findings);
      const { columns, rows } = report.telemetry;
      const offsets = new Map(columns.map(({ name, offset }) => [name, offset]));
      const flow = columns.filter(({ name }) => /^gradient\/.+\/rms$/.test(name));
      for (const { step, values } of rows) {
        this.history.push(
          step,
          everyStep.map((name) => [name, values[offsets.get(name) ?? -1] ?? Number.NaN]),
        );
        // The other rows did not measure these columns.
        if (step % probeEvery !== 0) continue;
        this.gradients.push(
          step,
          flow.map(({ name, offset }) => [name, values[offset] as number]),
        );
      }
    }
  }

  async frame(): Promise<Frame> {
    const [{ values: points }, judgement] = [
      await this.trainer.generate(this.latents),
      await this.trainer.judge(this.places),
    ];
    const { entry, options } = this.trainer.config.loss;
    const isAutoencoder = entry.create(options).output === "error";
    const field = judgement.map((said) => (isAutoencoder ? Math.exp(said) : 1 / (1 + Math.exp(-said))));
    const { modes } = this.source;
    const counts = modes && metrics.modeCoverageOf(points, modes).counts;
    return { points, field, modes: counts && metrics.summariseModes(counts, points.length / 2) };
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
