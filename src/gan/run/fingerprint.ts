import { hashOf } from "../../cache/byte_cache.ts";
import { collect, type Node } from "../../graph/node.ts";
import { input } from "../../graph/primitives/leaf.ts";
import type { DType, Shape } from "../../graph/shape.ts";
import { isParameterSpec, type ParameterSpec } from "../../nn/layer.ts";
import { type Network, network } from "../../nn/network.ts";
import { Pass } from "../../nn/pass.ts";
import { Random } from "../../random.ts";
import { Tensor } from "../../tensor.ts";
import type { TensorTree } from "../../transforms.ts";
import { flatten } from "../../tree.ts";
import type { ResolvedConfig } from "../trainer_config.ts";
import { packSize } from "../tricks/trick.ts";

/** What a run is, part by part, in texts that are equal for equal parts. What moves no bit of a run is not there. */
export type Fingerprint = Readonly<Record<string, string>>;

/** Rates and weights are left out: they are controls, whose values a snapshot holds. */
export async function fingerprintOf(config: ResolvedConfig): Promise<Fingerprint> {
  const { generator, discriminator, data, batchSize, tricks, penalties } = config;
  const { name, sampleShape, count, modes } = data;
  const [generatorHash, discriminatorHash, digest] = await Promise.all([
    hashOf([graphText(generator, batchSize)]),
    hashOf([graphText(discriminator, batchSize / packSize(tricks))]),
    data.digest?.(),
  ]);
  const parts = {
    loss: { type: config.loss.name, ...config.loss.options },
    penalties: penalties.map(({ name: type, weight, interval, options }) => ({ type, weight, interval, options })),
    tricks: tricks.map(({ name: type, options }) => ({ type, options })),
    play: { name: config.play.name, options: config.play.options },
    schedules: config.schedules,
    generatorAverage: config.generatorAverage,
    optimizer: Object.values(config.optimizers).map(({ name, config: given }) => ({ ...given, type: name })),
    batchSize,
    discriminatorSteps: config.discriminatorSteps,
    seed: config.seed,
    precision: config.precision,
    data: { name, sampleShape, count, modes, digest },
  };
  const isControl = (key: string) => key === "lr" || key === "weight";
  const text = (part: unknown) => JSON.stringify(part, (key, value) => (isControl(key) ? undefined : value)) ?? "none";
  return {
    generator: generatorHash,
    discriminator: discriminatorHash,
    ...Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, text(value)])),
  };
}

/** All that a network computes in training, its layers' options included. Recomputation changes nothing of it. */
function graphText({ inputShape, layers }: Network, batch: number): string {
  const plain = network(inputShape, layers);
  const leaf = (shape: Shape, dtype: DType = "f32") => new Tensor(input("", shape, dtype));
  const { leaves, rebuild } = flatten<ParameterSpec>(plain.parameters, isParameterSpec);
  const parameters = rebuild(leaves.map(({ shape }) => leaf(shape))) as TensorTree;
  const buffers = Object.fromEntries(Object.entries(plain.buffers).map(([path, { shape }]) => [path, leaf(shape)]));
  const pass = new Pass({ mode: "training", buffers, random: new Random(leaf([], "u32"), leaf([], "u32")) });
  const output = plain.apply(parameters, leaf([batch, ...inputShape]), { pass });
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
