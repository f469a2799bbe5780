import { isParameterSpec } from "../../nn/layer.ts";
import type { HeldNetwork } from "../../nn/network/held_network.ts";
import { type Network, network } from "../../nn/network/network.ts";
import { Pass } from "../../nn/pass.ts";
import { Random } from "../../tensor/random.ts";
import { flatten } from "../../tensor/tree.ts";
import type { Prior } from "../game/priors.ts";
import type { GameContext } from "../steps/context.ts";
import { evaluate } from "../steps/evaluate.ts";
import { intervalsOf } from "../steps/turn.ts";
import { anyLike, anyOf, graphText } from "./graph_text.ts";

/**
 * A player's terms as a graph, with all that has a part of its own in a fingerprint left open: data, priors, schedules, seed
 * and precision.
 */
export function termsText(context: GameContext, player: string): string {
  const { game, run, networks, data } = context;
  const open: GameContext = {
    ...context,
    run: { ...run, seed: 0, precision: "f32", schedules: {} },
    game: { ...game, priors: mapValues(game.priors, openPrior) },
    data: { ...data, batch: (random, size) => mapValues(data.batch(random, size), anyLike) },
    networks: mapValues(networks, (held) => held.seenBy(plain(held.network))),
  };
  const trees = mapValues(open.networks, ({ parameters }) => parameters);
  const { terms, kept } = evaluate(open, player, trees, {
    probed: false,
    isExact: false,
    due: intervalsOf(game, [player]),
  });
  const names = JSON.stringify([Object.keys(terms), kept.map(([{ label }]) => label)]);
  return `${names}\n${graphText([...Object.values(terms), ...kept.map(([, value]) => value)])}`;
}

/** All that a network computes in training, its layers' options included. */
export function networkText({ network: given, sideInputs }: HeldNetwork, batch: number): string {
  const net = plain(given);
  // No step applies it.
  if (!net.inputs.every((name) => sideInputs.has(name))) return net.summary();
  const { leaves, rebuild } = flatten(net.parameters, isParameterSpec);
  const tree = rebuild(leaves.map(({ shape }) => anyOf(shape)));
  const random = new Random(anyOf([], "u32"), anyOf([], "u32"));
  const pass = new Pass({ mode: "training", buffers: mapValues(net.buffers, ({ shape }) => anyOf(shape)), random });
  const inputs = net.inputs.map((name) => {
    const { shape = [], dtype } = sideInputs.get(name) ?? {};
    return [name, anyOf([batch, ...shape], dtype)] as const;
  });
  const output = net.apply(tree, anyOf([batch, ...net.inputShape]), { pass, inputs: Object.fromEntries(inputs) });
  return graphText([output, ...Object.values(pass.buffers)]);
}

/** How a prior is drawn. */
export function drawText({ data, engine, run }: GameContext, prior: Prior): string {
  const random = new Random(engine.tensor([0], [], "u32"), anyOf([], "u32"));
  const batch = () => mapValues(data.batch(random, run.batchSize), anyLike);
  return `${prior.name}\n${graphText([prior.draw(random, run.batchSize, batch)])}`;
}

/** Recomputation changes nothing of what is computed. */
const plain = ({ inputShape, layers }: Network): Network => network(inputShape, layers);

/** Draws as before, so that what is drawn afterwards is drawn from the same stream. */
const openPrior = (prior: Prior): Prior => ({
  ...prior,
  draw: (random, size, batch) => anyLike(prior.draw(random, size, batch)),
});

const mapValues = <From, To>(
  values: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
