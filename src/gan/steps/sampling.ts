import type { Tensors } from "../../data/source.ts";
import { at, named } from "../../errors/at.ts";
import { type Extra, partOf } from "../../errors/extra.ts";
import { type Buffers, Pass } from "../../nn/pass.ts";
import type { NetworkTrees } from "../../optim/learner.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { TensorTree } from "../../tensor/transforms.ts";
import { fixedRandom, type GameContext, randomOf, scaleOf, streams } from "./context.ts";
import { createStep, type PlayedStep } from "./step.ts";

/** What the layers keep for means of their parameters, by network; see `buffersOfMeans`. */
export const extraMeanBuffers: Extra<(context: GameContext, trees: NetworkTrees) => ReadonlyMap<string, Buffers>> = {
  entry: "averages",
};

/** Samples [count, ...shape] in the data's own units, drawn anew at every turn of the game. */
export function sampleGraph(context: GameContext, count: number, given: Tensors = {}): Tensor {
  return samplesOf(context, randomOf(context, context.turns, streams.samples), count, given);
}

/** Samples from the same draws at every turn, to see how they change. */
export function gridGraph(context: GameContext, count: number, given: Tensors = {}): Tensor {
  return samplesOf(context, fixedRandom(context, streams.grid), count, given);
}

/** What the game's critic says of samples [count, ...shape] in the data's own units. */
export function judgementOf(context: GameContext, samples: Tensor, given: Tensors = {}): Tensor {
  const { engine, game } = context;
  const random = randomOf(context, context.turns, streams.samples);
  const count = at(samples.shape, 0);
  const { step } = asUsed(context, random, count, given, presentTrees(context), () => undefined);
  const judged = game.judge?.(step, scaleOf(game.data)?.toNetworks(engine, samples) ?? samples);
  return (judged as Tensor).reshape([count]);
}

/** A network as samples are drawn with it. */
export function usedNetwork(
  context: GameContext,
  name: string,
): { readonly tree: TensorTree; readonly buffers: Buffers } {
  const trees = usedTrees(context);
  return {
    tree: named(trees, name),
    buffers: buffersOfUsed(context, trees)?.get(name) ?? presentBuffers(context, name),
  };
}

/** Of means, where any are kept. */
const buffersOfUsed = (context: GameContext, trees: NetworkTrees): ReadonlyMap<string, Buffers> | undefined =>
  Object.keys(context.averages).length > 0 ? partOf(extraMeanBuffers, "An average")(context, trees) : undefined;

function samplesOf(context: GameContext, random: Random, count: number, given: Tensors): Tensor {
  const { engine, game } = context;
  const trees = usedTrees(context);
  const buffers = buffersOfUsed(context, trees);
  const { step } = asUsed(context, random, count, given, trees, (network) => buffers?.get(network));
  const samples = game.sample(step);
  return scaleOf(game.data)?.toOwnUnits(engine, samples) ?? samples;
}

/** A step as it is after training: nothing moves. */
function asUsed(
  context: GameContext,
  random: Random,
  size: number,
  given: Tensors,
  trees: NetworkTrees,
  buffersOf: (network: string) => Buffers | undefined,
): PlayedStep {
  const pass = (network: string): Pass => {
    const buffers = buffersOf(network) ?? presentBuffers(context, network);
    return new Pass({ mode: "evaluation", buffers, random });
  };
  return createStep(context, { random, size, mode: "evaluation", trees, moves: [], pass, given, repeatsData: true });
}

/** What the layers of a network keep, as it is now. */
export const presentBuffers = ({ networks }: GameContext, network: string): Buffers =>
  networks[network]?.pass("evaluation").buffers ?? {};

export const presentTrees = ({ networks }: GameContext): NetworkTrees =>
  Object.fromEntries(Object.entries(networks).map(([name, held]) => [name, held.parameters]));

/** The networks with the means of their parameters, where those are kept. */
const usedTrees = (context: GameContext): NetworkTrees =>
  Object.assign({}, presentTrees(context), ...Object.values(context.averages).map((average) => average.trees()));
