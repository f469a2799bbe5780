import { sizeOf } from "../../graph/shape.ts";
import { type Buffers, Pass } from "../../nn/pass.ts";
import type { NetworkTrees } from "../../optim/learner.ts";
import { fixedRandom, type GameContext, streams } from "./context.ts";
import { presentBuffers } from "./sampling.ts";
import { createStep } from "./step.ts";

/** Batches that the statistics of a mean are taken of: at least so many samples in all, in at most so many batches. */
const statistics = { samples: 1024, batches: 16, mostSamples: 4096, numbers: 2 ** 18 };

/**
 * The running statistics of batch norm are those of a network as it is now, which are off by a tenth to a third of a
 * standard deviation for a mean of its parameters, while that moves. The mean's own are taken of the samples that the game
 * makes of draws which are the same at every turn.
 */
export function buffersOfMeans(context: GameContext, trees: NetworkTrees): ReadonlyMap<string, Buffers> {
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
    const { step, passes } = createStep(context, {
      random,
      size,
      mode: "training",
      trees,
      moves,
      pass,
      repeatsData: true,
    });
    game.sample(step);
    for (const [network, { buffers: moved }] of passes) buffers.set(network, moved);
  }
  return buffers;
}
