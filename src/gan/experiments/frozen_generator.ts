import type { Engine } from "../../engine/engine.ts";
import { at, named } from "../../errors/at.ts";
import { assertKeys, assertKind, count, describe, type Kind, type Kinds, list } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { grad } from "../../tensor/transforms.ts";
import { type ResolvedLoss, sidesOf } from "../losses/loss.ts";
import { type LossChoice, lossRegistry } from "../losses/registry.ts";
import { ofPlayer } from "../play/game.ts";
import { streams } from "../steps/context.ts";
import { setUpGan } from "../trainer/config.ts";
import { firstBatch, lossOf, measuredContext, standingTrees } from "./measured_game.ts";
import { varianceOf } from "./moments.ts";
import { stepsOfPlayer } from "./player_steps.ts";
import {
  type ExperimentOptions,
  experimentKinds,
  ganKind,
  onCopy,
  type ReadableGan,
  type RunCopy,
} from "./run_copy.ts";

export interface FrozenGeneratorOptions extends ExperimentOptions {
  /** Steps of the discriminator. Default 4000. */
  readonly steps?: number;
  /** Steps between two measurements. Default 40. */
  readonly every?: number;
  /** Batches of a measurement. Default 5. */
  readonly batches?: number;
  /**
   * Losses of the generator whose gradients are measured, whichever one the run has. Default: minimax and non-saturating, or the run's
   * own where the discriminator's outputs are no logits.
   */
  readonly losses?: readonly LossChoice[];
  /**
   * "new" trains one from first parameters, as the paper does, by schedules that begin anew; "present" trains the run's own on. Default
   * "new".
   */
  readonly discriminator?: "new" | "present";
}

/** What the discriminator's training does to the generator's gradient. */
export interface FrozenGenerator {
  /** Steps of the discriminator before each measurement, from 0 on. */
  readonly steps: readonly number[];
  /** One for each loss, in their order. */
  readonly curves: readonly GradientCurve[];
}

/** Norms of the generator's gradient under one loss. */
export interface GradientCurve {
  readonly loss: string;
  /** |grad L_G| by all of the generator's parameters: the median over the batches of each measurement. */
  readonly norms: Float64Array;
  /** The variance of |grad L_G| over those batches; NaN for a single one. */
  readonly variances: Float64Array;
  /** log10 of what is left of the norm: the median of the last tenth over the first. -3 where three decades are lost. */
  readonly decades: number;
}

const choiceKind: Kind = { is: (value) => value === "new" || value === "present", says: '"new" or "present"' };

const kinds: Kinds<FrozenGeneratorOptions> = {
  ...experimentKinds,
  steps: count,
  every: count,
  batches: count,
  losses: list,
  discriminator: choiceKind,
};

const where = "frozenGenerator";

/**
 * The experiment of Arjovsky and Bottou 2017 ("Towards principled methods for training generative adversarial networks", figures 2 and
 * 3) on a run as it is: the generator is frozen, a discriminator is trained against it, and the gradient that the generator would get
 * is watched. Where D can tell all samples apart, the gradient of the minimax loss vanishes as D becomes better; that of the
 * non-saturating one grows, and so does its variance.
 *
 *   const { steps, curves } = await frozenGenerator(engine, trainer, { steps: 4_000 });
 *
 * D takes the run's own steps, of its own loss, penalties included. A loss of the generator is measured without penalties, in f32.
 * The run is not touched. It takes the discriminator's steps, and a gradient of the generator for each loss, batch and measurement.
 *
 * @throws OptionError for what is no trainer of a GAN, and for losses that read another kind of output than the run's discriminator
 * gives (a logit, a score, an autoencoder's error).
 */
export async function frozenGenerator(
  engine: Engine,
  trainer: ReadableGan,
  options: FrozenGeneratorOptions = {},
): Promise<FrozenGenerator> {
  assertKind(where, "the trainer", trainer, ganKind);
  assertKeys<FrozenGeneratorOptions>(where, options, kinds);
  const { steps = 4000, every = 40, batches = 5, discriminator = "new" } = options;
  const losses = lossesToMeasure(trainer, options.losses);
  const stops = Array.from({ length: Math.ceil(steps / every) + 1 }, (_, i) => Math.min(i * every, steps));
  return onCopy(
    where,
    engine,
    trainer,
    () => trainer.snapshot(),
    options,
    async (copy) => {
      const between = await stepsOfPlayer(copy, "discriminator", steps);
      const measure = await normsUnder(copy, trainer, losses, stops.length * batches);
      if (discriminator === "present") copy.load();
      else {
        copy.load((path) => path.startsWith("networks/generator/"));
        await newNetwork(copy, "discriminator");
      }
      copy.expect(stops.length);
      await copy.run(
        (i) => [{ plan: measure.plan, times: batches }, ...between(at(stops, i), stops[i + 1] ?? steps)],
        stops.length,
        every,
      );
      const norms = await measure.read();
      return { steps: stops, curves: losses.map(({ name }, i) => curveOf(name, at(norms, i), batches)) };
    },
  );
}

function lossesToMeasure({ config }: ReadableGan, given: readonly LossChoice[] | undefined): readonly ResolvedLoss[] {
  const { output } = sidesOf(config.loss);
  if (given?.length === 0) throw new OptionError(`${where}: losses is ${describe(given)}; name at least one.`);
  const usual = output === "logit" ? (["minimax", "non-saturating"] as const) : undefined;
  const chosen = given ?? usual;
  const losses = chosen ? chosen.map((loss) => lossRegistry.resolve(where, loss)) : [config.loss];
  for (const loss of losses) {
    const read = sidesOf(loss).output;
    if (read === output) continue;
    throw new OptionError(
      `${where}: the loss "${loss.name}" reads the discriminator's output as a ${read}, and that of the run, which has the loss ` +
        `"${config.loss.name}", is a ${output}; choose losses of one kind.`,
    );
  }
  return losses;
}

/** A plan that writes the norm of the generator's gradient under each loss as one row more, and what reads them, loss by loss. */
async function normsUnder(copy: RunCopy, { config }: ReadableGan, losses: readonly ResolvedLoss[], rows: number) {
  const { engine, learners } = copy.context;
  const table = copy.state("norms of gradients", [rows, losses.length]);
  const row = copy.state("row", [], "u32");
  const seen = copy.state("batches seen", [], "u32");
  seen.write([firstBatch]);
  const measured = measuredContext(copy.context, seen);
  const standing = standingTrees(measured);
  const norms = losses.map((loss) => {
    const { players } = setUpGan(engine, { ...config, loss, penalties: [] }).game;
    const { game } = measured;
    const generator = ofPlayer(players, "generator");
    const context = { ...measured, game: { ...game, players: { ...game.players, generator } } };
    const own = { generator: named(standing, "generator") };
    const gradient = grad((trees: typeof own) => lossOf(context, "generator", { ...standing, ...trees }), {
      allowUnused: true,
    })(own);
    return normOf(ofPlayer(learners, "generator").pack(gradient));
  });
  const plan = await copy.plan({
    label: "norms of the generator's gradients",
    updates: [row, seen].map((count) => [count, engine.read(count).add(Tensor.scalar(1, "u32"))] as const),
    records: norms.map((value, column) => ({ table, row, column, value })),
  });
  const read = async () => {
    const values = new Float32Array(at(await engine.download([table]), 0));
    return losses.map((_, column) =>
      Float64Array.from({ length: rows }, (_, i) => at(values, i * losses.length + column)),
    );
  };
  return { plan, read };
}

/** The Euclidean norm, also of numbers whose squares f32 does not hold. */
function normOf(vector: Tensor): Tensor {
  const largest = vector.abs().max();
  const unit = Tensor.where(largest.greater(0), largest, 1);
  return vector.div(unit).square().sum().sqrt().mul(largest);
}

/** First parameters and buffers, as a trainer of the same seed draws them. */
async function newNetwork({ context: { networks, run } }: RunCopy, name: string): Promise<void> {
  const place = Object.keys(networks).indexOf(name);
  await named(networks, name).initialise(run.seed, streams.ofNetwork(place));
}

function curveOf(loss: string, all: Float64Array, batches: number): GradientCurve {
  const measurements = Array.from({ length: all.length / batches }, (_, i) =>
    all.slice(i * batches, (i + 1) * batches),
  );
  const norms = Float64Array.from(measurements, medianOf);
  const late = medianOf(norms.slice(-Math.ceil(norms.length / 10)));
  return {
    loss,
    norms,
    variances: Float64Array.from(measurements, varianceOf),
    decades: Math.log10(late / at(norms, 0)),
  };
}

function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const last = sorted.length - 1;
  return (at(sorted, Math.floor(last / 2)) + at(sorted, Math.ceil(last / 2))) / 2;
}
