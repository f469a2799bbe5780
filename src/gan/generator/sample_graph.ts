import { at } from "../../errors/at.ts";
import type { Shape } from "../../graph/shape.ts";
import { isParameterSpec } from "../../nn/layer.ts";
import type { Network } from "../../nn/network/network.ts";
import { Pass } from "../../nn/pass.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { TensorTree } from "../../tensor/transforms.ts";
import { flatten } from "../../tensor/tree.ts";
import type { GeneratorCard } from "./generator_file.ts";

/** The numbers of a generator, as tensors. */
export interface GeneratorNumbers {
  parameter(path: string): Tensor;
  buffer(path: string): Tensor;
  /** Of each number of a sample [1, numbers]: in the data's own units it is the network's times `factor` plus `offset`. */
  readonly scale?: { readonly factor: Tensor; readonly offset: Tensor };
}

/** The shapes of what a network has, by path. */
export function shapesOf(network: Network): {
  readonly parameters: ReadonlyMap<string, Shape>;
  readonly buffers: ReadonlyMap<string, Shape>;
} {
  const { leaves, paths } = flatten(network.parameters, isParameterSpec);
  return {
    parameters: new Map(leaves.map(({ shape }, i) => [at(paths, i), shape])),
    buffers: new Map(Object.entries(network.buffers).map(([path, { shape }]) => [path, shape])),
  };
}

/** What a generator makes of latent vectors [count, ...] in the data's own units: [count, numbers of a sample]. */
export function sampleGraph(
  network: Network,
  { parameter, buffer, scale }: GeneratorNumbers,
  latents: Tensor,
  label: Tensor | undefined,
): Tensor {
  const { paths, rebuild } = flatten(network.parameters, isParameterSpec);
  const buffers = Object.fromEntries(Object.keys(network.buffers).map((path) => [path, buffer(path)]));
  const pass = new Pass({ mode: "evaluation", buffers });
  const tree = rebuild(paths.map(parameter)) as TensorTree;
  const count = at(latents.shape, 0);
  const x = latents.reshape([count, ...network.inputShape]);
  const rows = network.apply(tree, x, { pass, ...(label && { inputs: { label } }) }).reshape([count, -1]);
  return scale ? rows.mul(scale.factor).add(scale.offset) : rows;
}

/** Latent vectors [count, ...], and a class for each where there are any. */
export function drawGraph(
  { latentShape, classes }: Pick<GeneratorCard, "latentShape" | "classes">,
  random: Random,
  count: number,
): { readonly latents: Tensor; readonly label?: Tensor } {
  const latents = random.normal([count, ...latentShape]);
  return { latents, ...(classes && { label: random.integers([count], classes) }) };
}
