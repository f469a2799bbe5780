import { type data, type Engine, gan } from "saddlepoint";
import "saddlepoint/steward";
import { draw } from "../record/record_run.ts";
import { game, type Row } from "../table/row.ts";
import { deviation, nearShare, type Points } from "../truth/distances.ts";

/** What became of a run by itself, of the same one with a steward, and of a healthy one on the same data. */
export interface Rescue {
  readonly name: string;
  readonly seed: number;
  readonly steps: number;
  /** See `qualityOf`. */
  readonly alone: number;
  readonly tended: number;
  readonly twin: number;
  /** Steps of branches, and the trees of what was tried. */
  readonly spent: number;
  readonly trees: string;
}

const samples = 400;
/** Reports of a run: a steward acts at these. */
const reports = 20;
/** The last ones, of which the mean is taken. */
const looks = 3;
/** Added to the seed. What a healthy game comes to differs by a fifth from seed to seed: others are held to the median. */
const twinSeeds = [0, 1000, 2000];

/**
 * How much of the data samples cover, and of the samples are such as the data: the harmonic mean of the shares of either that are within a
 * quarter of a deviation of one of the other, 0 to 1; 0 of samples that are not finite.
 */
export function qualityOf(real: Points, fake: Points): number {
  if (!Array.from(fake.values).every(Number.isFinite)) return 0;
  const reach = 0.25 * deviation(real);
  const [recall, precision] = [nearShare(real, fake, reach), nearShare(fake, real, reach)];
  return recall + precision > 0 ? (2 * recall * precision) / (recall + precision) : 0;
}

/**
 * Trains a row by itself and with a steward, for twice its steps, and a healthy game on the same data from three seeds, if what comes of that is
 * not known yet. A run without a finding is one that a steward leaves as it is, bit for bit, so that it isn't trained twice.
 */
export async function rescueRun(engine: Engine, row: Row, seed: number, twins: Twin[]): Promise<Rescue> {
  const steps = 2 * row.steps;
  const alone = await ran(engine, row.config, seed, steps);
  const tended = alone.isIll ? await ran(engine, { ...row.config, steward: {} }, seed, steps) : alone;
  const twin = await twinQuality(engine, row, seed, twins);
  return {
    name: row.name,
    seed,
    steps,
    alone: alone.quality,
    tended: tended.quality,
    twin,
    spent: tended.spent,
    trees: tended.trees,
  };
}

/** What a healthy game comes to. */
export interface Twin {
  readonly data: data.DataSource;
  readonly seed: number;
  readonly steps: number;
  readonly quality: number;
}

/** @param twins those that are known; one that is not is added */
async function twinQuality(engine: Engine, row: Row, seed: number, twins: Twin[]): Promise<number> {
  const [steps, { data }] = [2 * row.steps, row.config];
  const known = twins.find((twin) => twin.data === data && twin.seed === seed && twin.steps === steps);
  if (known) return known.quality;
  const qualities: number[] = [];
  for (const more of twinSeeds) qualities.push((await ran(engine, twinOf(row), seed + more, steps)).quality);
  const quality = qualities.toSorted((a, b) => a - b)[Math.floor(qualities.length / 2)] ?? 0;
  twins.push({ data, seed, steps, quality });
  return quality;
}

/** What most healthy rows are, on the data of this one. */
function twinOf({ config: { data } }: Row): gan.TrainerConfig {
  const penalties = { type: "r1", weight: 0.1 } as const;
  return data.sampleShape.length === 1
    ? game({ data, rest: { penalties } })
    : game({
        data,
        latent: 16,
        width: 64,
        generator: { activation: "relu", outputActivation: "tanh" },
        rest: { penalties: { ...penalties, weight: 0.5 } },
      });
}

async function ran(engine: Engine, config: gan.TrainerConfig, seed: number, steps: number) {
  const trainer = await gan.Trainer.create(engine, {
    ...config,
    seed,
    recovery: false,
    submitMilliseconds: 100,
    onWarning: () => undefined,
    probes: { fromStart: true },
  });
  try {
    const { values } = await draw(engine, config.data, samples, seed);
    const size = values.length / samples;
    const qualities: number[] = [];
    let steward: gan.StewardReport | undefined;
    let isIll = false;
    for await (const report of trainer.train({ steps, reportEvery: steps / reports, samples })) {
      steward = report.steward;
      isIll ||= report.findings.some(({ severity }) => severity !== "info");
      qualities.push(qualityOf({ values, size }, { values: report.samples?.values ?? [], size }));
    }
    return {
      quality: qualities.slice(-looks).reduce((sum, value) => sum + value, 0) / looks,
      isIll,
      spent: steward?.spent ?? 0,
      trees: steward ? gan.trialTree(steward.trials) : "",
    };
  } finally {
    trainer.dispose();
  }
}
