import { at, named } from "../../errors/at.ts";
import { OptionError } from "../../errors/errors.ts";
import { sizeOf } from "../../graph/shape.ts";
import { Pass } from "../../nn/pass.ts";
import { Random } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { graphText } from "../run/graph_text.ts";
import { type GameContext, streams } from "../steps/context.ts";
import { presentBuffers, presentTrees } from "../steps/sampling.ts";
import { createStep } from "../steps/step.ts";

const count = 2;
/** Far above what two orders of the same sums differ by, far below what another generator would. */
const tolerance = 1e-3;

/**
 * A generator by itself makes what its network makes of a latent vector, and perhaps a label. A table's `sample` may do more, or
 * something else: then its samples could not be drawn from the file.
 *
 * @throws OptionError for such a table.
 */
export async function assertSampledAlone(context: GameContext, network: string): Promise<void> {
  const { sampled, alone } = bothWays(context, network);
  if (sampled.size === alone.size && (await isSame(sampled, alone.reshape(sampled.shape)))) return;
  const [prior = ""] = Object.keys(context.game.priors);
  throw new OptionError(
    `Trainer: saveGenerator() writes a generator that makes its samples of "${prior}" by the network "${network}" alone, and the game's ` +
      "sample() does more than that; change it, or keep trainer.parameters() and trainer.buffers(), and draw by hand.",
  );
}

/** Samples as the game makes them, and as the network alone does, of the same latent vectors and labels, as the networks are now. */
export function bothWays(context: GameContext, network: string) {
  const { engine, game, networks, run } = context;
  const [prior = "", ...others] = Object.keys(game.priors);
  const { shape } = named(game.priors, prior);
  const size = count * sizeOf(shape);
  const latents = engine.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1 + i)),
    [count, ...shape],
  );
  const label = engine.tensor(Uint32Array.of(0, 1 % (game.data.classes ?? 1)), [count], "u32");
  const labels = others.filter((name) => named(game.priors, name).classes !== undefined);
  const given = Object.fromEntries([[prior, latents], ...[...labels, "labels"].map((name) => [name, label])]);

  const [seed, turns] = [engine.tensor([run.seed], [], "u32"), Tensor.scalar(0, "u32")];
  const random = () => new Random(seed, turns, streams.samples);
  const pass = (name: string) =>
    new Pass({ mode: "evaluation", buffers: presentBuffers(context, name), random: random() });
  const trees = presentTrees(context);
  const settings = { random: random(), size: count, mode: "evaluation", trees, moves: [], pass, given } as const;
  const { step } = createStep(context, { ...settings, repeatsData: true });
  const own = named(networks, network).network;
  const inputs = own.inputs.length > 0 ? { label } : {};
  return {
    sampled: game.sample(step),
    alone: own.apply(named(trees, network), latents, { scope: network, pass: pass(network), inputs }),
  };
}

/** The same graph, or at least the same numbers. */
async function isSame(a: Tensor, b: Tensor): Promise<boolean> {
  if (graphText([a]) === graphText([b])) return true;
  const [first, second] = [Float32Array.from(await a.data()), Float32Array.from(await b.data())];
  const largest = first.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  return first.every((value, i) => Math.abs(value - at(second, i)) <= tolerance * largest);
}
