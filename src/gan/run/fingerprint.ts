import { hashOf } from "../../cache/byte_cache.ts";
import { collect, type Node } from "../../graph/node.ts";
import { input } from "../../graph/primitives/leaf.ts";
import type { DType, Shape } from "../../graph/shape.ts";
import type { HeldNetwork } from "../../nn/held_network.ts";
import { isParameterSpec, type ParameterSpec } from "../../nn/layer.ts";
import { network } from "../../nn/network.ts";
import { Pass } from "../../nn/pass.ts";
import { Random } from "../../random.ts";
import { Tensor } from "../../tensor.ts";
import type { TensorTree } from "../../transforms.ts";
import { flatten } from "../../tree.ts";
import type { GameContext } from "../context.ts";
import type { ResolvedGame } from "../game/resolve.ts";

/** What a run is, part by part, in texts that are equal for equal parts. What moves no bit of a run is not there. */
export type Fingerprint = Readonly<Record<string, string>>;

/** Parts by name, each anything that JSON can hold. */
export type Parts = Readonly<Record<string, unknown>>;

/**
 * Of a game whose steps are built: what side inputs a network is given shows there. Rates and weights are left out: they are
 * controls, whose values a snapshot holds.
 */
export async function fingerprintOf(
  { game, run, networks }: GameContext,
  parts: Parts = partsOf(game),
): Promise<Fingerprint> {
  const { data, play } = game;
  const { name, shapes, count, classes } = data;
  const modes = "modes" in data ? data.modes : undefined;
  const [digest, ...hashes] = await Promise.all([
    data.digest?.(),
    ...Object.values(networks).map(async (each) => hashOf([graphText(each, run.batchSize)])),
  ]);
  const all: Parts = {
    ...parts,
    play: [play.name, play.options],
    schedules: run.schedules,
    batchSize: run.batchSize,
    seed: run.seed,
    precision: run.precision,
    data: { name, shapes, count, classes, modes, digest },
  };
  return {
    ...Object.fromEntries(Object.keys(networks).map((network, i) => [network, hashes[i] as string])),
    ...Object.fromEntries(Object.entries(all).map(([part, value]) => [part, textOfPart(value)])),
  };
}

/** What a table says of its players and priors. What their terms compute, it can't say. */
const partsOf = ({ players, priors }: ResolvedGame): Parts => ({
  players: Object.entries(players).map(([player, { optimizer, ...rest }]) => ({
    player,
    ...rest,
    optimizer: { ...optimizer.config, type: optimizer.name },
  })),
  priors: Object.entries(priors).map(([prior, { name, shape }]) => [prior, name, shape]),
});

const isControl = (key: string): boolean => key === "lr" || key === "weight";
const textOfPart = (part: unknown): string =>
  JSON.stringify(part, (key, value) => (isControl(key) ? undefined : value)) ?? "none";

/** All that a network computes in training, its layers' options included. Recomputation changes nothing of it. */
function graphText({ network: { inputShape, layers }, sideInputs }: HeldNetwork, batch: number): string {
  const plain = network(inputShape, layers);
  // No step applies it.
  if (!plain.inputs.every((name) => sideInputs.has(name))) return plain.summary();
  const leaf = (shape: Shape, dtype: DType = "f32") => new Tensor(input("", shape, dtype));
  const { leaves, rebuild } = flatten<ParameterSpec>(plain.parameters, isParameterSpec);
  const parameters = rebuild(leaves.map(({ shape }) => leaf(shape))) as TensorTree;
  const buffers = Object.fromEntries(Object.entries(plain.buffers).map(([path, { shape }]) => [path, leaf(shape)]));
  const pass = new Pass({ mode: "training", buffers, random: new Random(leaf([], "u32"), leaf([], "u32")) });
  const inputs = Object.fromEntries(
    plain.inputs.map((name) => {
      const { shape = [], dtype } = sideInputs.get(name) ?? {};
      return [name, leaf([batch, ...shape], dtype)];
    }),
  );
  const output = plain.apply(parameters, leaf([batch, ...inputShape]), { pass, inputs });
  return textOf([output, ...Object.values(pass.buffers)].map(({ node }) => node));
}

/** Equal in every program for equal graphs: nodes go by their place. */
function textOf(roots: readonly Node[]): string {
  const order = collect(roots);
  const place = new Map(order.map((node, i) => [node, i]));
  const attribute = (key: string, value: unknown) => {
    if (key === "id" || key === "variable") return undefined;
    if (ArrayBuffer.isView(value)) return String(value);
    // Of a layer's own state: it holds its node, and so itself.
    if (key === "slot") return (value as { readonly label: string }).label;
    return typeof value === "number" ? String(value) : value;
  };
  return order
    .map(({ op, inputs, attributes, shape, dtype }) =>
      [op.name, inputs.map((node) => place.get(node)), JSON.stringify(attributes, attribute), shape, dtype].join(";"),
    )
    .join("\n");
}
