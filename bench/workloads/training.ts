import { type Engine, type EngineStats, gan } from "saddlepoint";
import type { Runner, Variant, Workload } from "../core/workload.ts";
import {
  dcganConfig,
  type ImageGame,
  type PlaneGame,
  ringConfig,
  startConfig,
  wganGpDcganConfig,
  wganGpRingConfig,
} from "./games.ts";

export function trainingWorkloads(plane: PlaneGame, images: readonly ImageGame[]): Workload[] {
  const [first] = images;
  return [
    trainingWorkload("ring", () => ringConfig(plane)),
    trainingWorkload("WGAN-GP ring", () => wganGpRingConfig(plane)),
    ...images.map((game) => trainingWorkload(`DCGAN-${game.imageSize}`, () => dcganConfig(game))),
    ...(first ? [trainingWorkload(`WGAN-GP DCGAN-${first.imageSize}`, () => wganGpDcganConfig(first))] : []),
  ];
}

function trainingWorkload(name: string, config: () => gan.TrainerConfig): Workload {
  const variants = () => [trainingVariant("saddlepoint", config(), { every: 0 })];
  return { name, group: "training", unit: "iterations", variants };
}

type Probes = NonNullable<gan.TrainerConfig["probes"]>;

const off = { every: 0 };

/** The same game with and without the costlier probes. They change no bit of the training. */
export function probesWorkloads(plane: PlaneGame, images: readonly ImageGame[]): Workload[] {
  const compared = (
    name: string,
    config: () => gan.TrainerConfig,
    others: Readonly<Record<string, Probes>>,
  ): Workload => ({
    name: `${name}, probes`,
    group: "probes",
    unit: "iterations",
    comparison: { reference: "off", as: "share" },
    variants: () => {
      const game = config();
      return Object.entries({ off, ...others }).map(([setting, probes]) => trainingVariant(setting, game, probes));
    },
  });
  // The trainer's default.
  const inEveryStep = { "every step": {} };
  const settings = {
    ...inEveryStep,
    "every 10th step": { every: 10 },
    "every step, with terms": { every: 1, terms: true },
  };
  return [
    compared("ring", () => ringConfig(plane), settings),
    compared("WGAN-GP ring", () => wganGpRingConfig(plane), inEveryStep),
    ...images.slice(0, 1).map((game) => compared(`DCGAN-${game.imageSize}`, () => dcganConfig(game), inEveryStep)),
    compared("npm start", startConfig, inEveryStep),
  ];
}

/** Batches of the ring, as multiples of the usual one: beyond it, a step should take no more time a sample. */
const multiples = [1, 4, 16];

export function batchesWorkload(plane: PlaneGame): Workload {
  const name = (batch: number) => `batch ${batch}`;
  return {
    name: "ring at larger batches",
    group: "batches",
    unit: "iterations",
    comparison: { reference: name(plane.batch), as: "time" },
    variants: () =>
      multiples.map((multiple) => {
        const batch = multiple * plane.batch;
        // Of other samples: their losses are near each other, no more.
        return { ...trainingVariant(name(batch), ringConfig({ ...plane, batch }), off), tolerance: 0.3 };
      }),
  };
}

/** How long a submission keeps the GPU busy: as long as in a plan that is run by itself. */
const submitMilliseconds = 50;

/** Steps to the losses that are the answer. */
const judgedSteps = 5;

function trainingVariant(name: string, config: gan.TrainerConfig, probes: Probes): Variant {
  return {
    name,
    work: 1,
    tolerance: 1e-3,
    async prepare(engine) {
      const before = engine.stats();
      const trainer = await gan.Trainer.create(engine, {
        ...config,
        probes: { ...probes, fromStart: true },
        submitMilliseconds,
        onWarning: () => undefined,
      });
      return trainingRunner(engine, trainer, before);
    },
  };
}

function trainingRunner(engine: Engine, trainer: gan.Trainer, before: EngineStats): Runner {
  /** Once everything is there: after the first step. */
  let made: EngineStats | undefined;
  /** The latest sample. */
  let last: { readonly steps: number; readonly from: EngineStats; readonly to: EngineStats } | undefined;
  const losses: number[] = [];
  const run = async (steps: number) => {
    const from = engine.stats();
    for await (const report of trainer.train({ steps, reportEvery: steps })) {
      losses.push(report.losses.discriminator, report.losses.generator);
    }
    last = { steps, from, to: engine.stats() };
    made ??= last.to;
  };
  return {
    run,
    async answer() {
      await run(judgedSteps - 1);
      if (losses[0] === losses[2] || losses[1] === losses[3]) {
        throw new Error(
          `The training stands still: its losses are ${losses.slice(0, 2).join(" and ")} at steps 1 and 5.`,
        );
      }
      return losses.slice(0, 4);
    },
    async facts() {
      if (!last || !made) return {};
      const { steps, from, to } = last;
      const perStep = (count: keyof EngineStats) => (to[count] - from[count]) / steps;
      return {
        dispatches: perStep("dispatches"),
        submits: perStep("submits"),
        "buffers created": perStep("buffersCreated"),
        pipelines: made.pipelinesCreated - before.pipelinesCreated,
        "MB on the GPU": (made.liveBytes - before.liveBytes) / 1e6,
      };
    },
    dispose: () => trainer.dispose(),
  };
}
