/** A run that fails, and the same one with a steward: samples of both beside each other. */
import { data, type Engine, gan, type metrics, nn, Random } from "saddlepoint";
import "saddlepoint/steward";
import { scatterChart, seriesColour, standaloneSvg } from "../charts/charts.ts";
import { beside } from "./layout.ts";

const ring = data.gaussianRing();
const adam = (lr: number) => ({ type: "adam", lr, betas: [0.5, 0.999] }) as const;

/** A discriminator that learns a hundred times as fast as the generator, as in examples/steward.ts. */
const failing: gan.TrainerConfig = {
  generator: nn.mlp([2, 32, 32, 2]),
  discriminator: nn.mlp([2, 32, 32, 1], { activation: "leakyRelu" }),
  data: ring,
  optimizer: { generator: adam(1e-4), discriminator: adam(1e-2) },
  batchSize: 64,
  seed: 1,
};
const count = 1000;

export interface Ended {
  readonly samples: Float32Array;
  readonly modes: metrics.ModeSummary;
  readonly trials: readonly gan.Trial[];
}

export interface Rescued {
  readonly steps: number;
  readonly real: Float32Array;
  readonly alone: Ended;
  readonly tended: Ended;
}

/** Trains both, from one seed. */
export async function runRescued(
  engine: Engine,
  steps = 3000,
  tell: (line: string) => void = () => undefined,
): Promise<Rescued> {
  const ran = async (what: string, config: gan.TrainerConfig): Promise<Ended> => {
    const trainer = await gan.Trainer.create(engine, config);
    try {
      let end: Ended | undefined;
      for await (const report of trainer.train({ steps, reportEvery: 100, samples: count })) {
        tell(`${what}: step ${report.step} of ${steps}`);
        const { samples, modes, steward } = report;
        if (samples && modes) end = { samples: samples.values, modes, trials: steward?.trials ?? [] };
      }
      if (!end) throw new Error(`The run ${what} told nothing.`);
      return end;
    } finally {
      trainer.dispose();
    }
  };
  const alone = await ran("as it is", failing);
  const tended = await ran("with a steward", { ...failing, steward: { steps: 200 } });
  return { steps, real: await realOf(engine), alone, tended };
}

async function realOf(engine: Engine): Promise<Float32Array> {
  const prepared = ring.prepare(engine);
  try {
    const random = new Random(engine.tensor([1], [], "u32"), engine.tensor([0], [], "u32"), 0);
    return new Float32Array(await prepared.batch(random, count).samples.data());
  } finally {
    prepared.dispose();
  }
}

/** Both beside each other, as a file that follows the reader's light or dark. */
export function rescuedFigure({ steps, real, alone, tended }: Rescued): string {
  const { centers = [], standardDeviation = 0 } = ring.modes ?? {};
  const plot = (title: string, { samples, modes }: Ended) =>
    scatterChart({
      title,
      description: `${title}: ${count} samples after ${steps} steps; ${saidOf(modes)}.`,
      xLabel: "x (data units)",
      yLabel: "y (data units)",
      width: 300,
      layers: [
        { name: "real", points: real, colour: seriesColour(6), opacity: 0.45 },
        { name: "generated", points: samples, colour: seriesColour(0), opacity: 0.7 },
      ],
      circles: centers.map(([x = 0, y = 0]) => ({ x, y, radius: 3 * standardDeviation })),
      domain: { x: [-2.6, 2.6], y: [-2.6, 2.6] },
    });
  return standaloneSvg(beside([plot("As it is", alone), plot("With a steward", tended)], 20));
}

/** Such as "8 of 8 modes, 93 % within three standard deviations of one". */
export const saidOf = ({ capturedOnePercent, modeCount, highQualityShare }: metrics.ModeSummary): string =>
  `${capturedOnePercent} of ${modeCount} modes, ${Math.round(100 * highQualityShare)} % within three standard deviations of one`;
