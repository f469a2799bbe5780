import type { DataSource, Tensors } from "../../data/source.ts";
import { at, named } from "../../errors/at.ts";
import type { Network } from "../../nn/network/network.ts";
import type { ResolvedOptimizer } from "../../optim/optimizer_kind.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Game, Priors, Step } from "../game/game.ts";
import type { AverageConfig } from "../game/parameter_average.ts";
import { categoricalPrior, labelsOfData, normalPrior } from "../game/priors.ts";
import { type ResolvedLoss, sidesOf } from "../losses/loss.ts";
import type { ResolvedPenalty } from "../penalties/penalty.ts";
import type { ResolvedPlay } from "../play/play.ts";
import { packSize, type ResolvedTrick } from "../tricks/trick.ts";
import { Critic } from "./critic.ts";
import { discriminatorTerms } from "./discriminator_terms.ts";
import { generatorTerms } from "./generator_terms.ts";
import type { Sides } from "./sides.ts";

/** A GAN with every choice made: what its table is made of. */
export interface GanParts {
  readonly generator: Network;
  /** As the tricks have made it. */
  readonly discriminator: Network;
  readonly data: DataSource;
  readonly loss: ResolvedLoss;
  readonly penalties: readonly ResolvedPenalty[];
  readonly tricks: readonly ResolvedTrick[];
  readonly play: ResolvedPlay;
  readonly optimizers: { readonly generator: ResolvedOptimizer; readonly discriminator: ResolvedOptimizer };
  readonly discriminatorSteps: number;
  readonly generatorAverage: Required<AverageConfig> | undefined;
  readonly labelSampling: LabelSampling;
}

/** Which labels generated samples get in the generator's turn: as frequent as in the data, or all alike. */
export type LabelSampling = "data" | "uniform";

export type GanNetworks = { readonly generator: Network; readonly discriminator: Network };

/** The table of a GAN. */
export type GanGame = Game<GanNetworks, Tensors, Priors, keyof GanNetworks>;

/** Two networks that play against each other over samples of the data, as a table. */
export function gameOfParts(parts: GanParts): GanGame {
  const { generator, discriminator, data, penalties, play, optimizers } = parts;
  const loss = sidesOf(parts.loss);
  const isConditional = [generator, discriminator].some(({ inputs }) => inputs.length > 0);
  const sides: Sides = {
    generator: "generator",
    discriminator: "discriminator",
    sampleShape: data.sampleShape,
    mixesSamples: discriminator.mixesSamples,
    loss,
    penalties,
    tricks: parts.tricks,
    real: ({ batch }) => named(batch, "samples"),
    latent: ({ priors }) => named(priors, "latent"),
    inputs: (step, turn) => {
      if (!isConditional) return { generator: {}, discriminator: {} };
      const label = turn === "generator" ? named(step.priors, "label") : named(step.batch, "labels");
      return { generator: { label }, discriminator: { label } };
    },
  };
  const intervalsOf = (has: (penalty: ResolvedPenalty["entry"]) => unknown) =>
    Object.fromEntries(
      penalties.flatMap(({ name, entry, interval }) => (has(entry) && interval > 1 ? [[name, interval] as const] : [])),
    );
  const ofData = data.classes === undefined ? labelsOfData : { ...labelsOfData, classes: data.classes };
  const labelPrior = parts.labelSampling === "uniform" ? categoricalPrior(data.classes ?? 1) : ofData;
  return {
    networks: { generator, discriminator },
    data,
    priors: { latent: normalPrior(generator.inputShape), ...(isConditional && { label: labelPrior }) },
    players: {
      discriminator: {
        moves: ["discriminator"],
        terms: (step) => discriminatorTerms(sides, step),
        intervals: intervalsOf(({ term }) => term),
        optimizer: choiceOf(optimizers.discriminator),
        stepsPerTurn: parts.discriminatorSteps,
      },
      generator: {
        moves: ["generator"],
        terms: (step) => generatorTerms(sides, step),
        intervals: intervalsOf(({ generatorTerm }) => generatorTerm),
        optimizer: choiceOf(optimizers.generator),
        ...(parts.generatorAverage && { average: parts.generatorAverage }),
      },
    },
    play: { type: play.entry, ...play.options },
    controls: Object.fromEntries(penalties.map(({ name, weight }) => [`${name}Weight`, weight])),
    output: loss.output,
    ...(loss.boundary !== undefined && { boundary: loss.boundary }),
    sample: (step) => {
      const { generator } = sides.inputs(step, "generator");
      return named(step.networks, "generator")(sides.latent(step), generator).reshape([-1, ...data.sampleShape]);
    },
    judge: (step, samples) => judgement(sides, step, samples),
  };
}

const choiceOf = ({ optimizer, lr }: ResolvedOptimizer) => ({ type: optimizer, lr });

/** Logits, or minus the reconstruction error of an autoencoder. A discriminator of packs is given copies of each sample. */
function judgement(sides: Sides, step: Step, samples: Tensor): Tensor {
  const { discriminator } = sides.inputs(step, "generator");
  const critic = new Critic(sides, step, discriminator);
  const [pack, count] = [packSize(sides.tricks), at(samples.shape, 0)];
  const copies = samples
    .reshape([count, 1, -1])
    .broadcastTo([count, pack, samples.size / count])
    .reshape([count * pack, ...sides.sampleShape]);
  const said = critic.logits(critic.packed(copies));
  return sides.loss.reconstructionError ? said.neg() : said;
}
