import type { Tensors } from "../data/source.ts";
import { sizeOf } from "../graph/shape.ts";
import { type Buffers, Pass } from "../nn/pass.ts";
import type { NetworkTrees } from "../optim/learner.ts";
import type { Random } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { fixedRandom, type GameContext, randomOf, scaleOf, streams } from "./context.ts";
import { createStep, type PlayedStep } from "./step.ts";

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
  const count = samples.shape[0] as number;
  const { step } = asUsed(context, random, count, given, presentTrees(context), () => undefined);
  const judged = game.judge?.(step, scaleOf(game.data)?.toNetworks(engine, samples) ?? samples);
  return (judged as Tensor).reshape([count]);
}

function samplesOf(context: GameContext, random: Random, count: number, given: Tensors): Tensor {
  const { engine, game } = context;
  const trees = usedTrees(context);
  const buffers = buffersOfMeans(context, trees);
  const { step } = asUsed(context, random, count, given, trees, (network) => buffers.get(network));
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
  return createStep(context, { random, size, mode: "evaluation", trees, moves: [], pass, given });
}

const presentBuffers = ({ networks }: GameContext, network: string): Buffers =>
  networks[network]?.pass("evaluation").buffers ?? {};

const presentTrees = ({ networks }: GameContext): NetworkTrees =>
  Object.fromEntries(Object.entries(networks).map(([name, held]) => [name, held.parameters]));

/** The networks with the means of their parameters, where those are kept. */
const usedTrees = (context: GameContext): NetworkTrees =>
  Object.assign({}, presentTrees(context), ...Object.values(context.averages).map((average) => average.trees()));

/** Batches that the statistics of a mean are taken of: at least so many samples in all, in at most so many batches. */
const statistics = { samples: 1024, batches: 16, mostSamples: 4096, numbers: 2 ** 18 };

/**
 * The running statistics of batch norm are those of a network as it is now, which are off by a tenth to a third of a
 * standard deviation for a mean of its parameters, while that moves. The mean's own are taken of the samples that the game
 * makes of draws which are the same at every turn.
 */
function buffersOfMeans(context: GameContext, trees: NetworkTrees): ReadonlyMap<string, Buffers> {
  const { averages, game, run, networks } = context;
  const averaged = Object.keys(averages).flatMap((player) => game.players[player]?.moves ?? []);
  const moves = averaged.filter((network) => (networks[network]?.buffers.size ?? 0) > 0);
  const buffers = new Map(moves.map((network) => [network, presentBuffers(context, network)]));
  if (moves.length === 0) return buffers;
  const random = fixedRandom(context, streams.statistics);
  const largest = Math.max(...moves.map((network) => sizeOf(game.networks[network]?.outputShape ?? [])));
  const { samples, batches, mostSamples, numbers } = statistics;
  // As large as training has them, and several times as large where samples are small.
  const times = Math.floor(Math.min(mostSamples, numbers / largest) / run.batchSize);
  const size = run.batchSize * Math.max(1, times);
  for (let i = 1; i <= Math.min(batches, Math.ceil(samples / size)); i++) {
    const pass = (network: string): Pass =>
      new Pass({
        mode: "training",
        buffers: buffers.get(network) ?? presentBuffers(context, network),
        random,
        momentum: 1 / i,
      });
    const { step, passes } = createStep(context, { random, size, mode: "training", trees, moves, pass });
    game.sample(step);
    for (const [network, { buffers: moved }] of passes) buffers.set(network, moved);
  }
  return buffers;
}
