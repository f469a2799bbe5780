import { at } from "../../errors/at.ts";
import { assertKeys, assertKind, describe, needed, object, unknownName } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { type Shape, sizeOf } from "../../graph/shape.ts";
import { networkKind } from "../../nn/checks.ts";
import { isParameterSpec, type ParameterSpec } from "../../nn/layer.ts";
import type { Network } from "../../nn/network/network.ts";
import { flatten } from "../../tensor/tree.ts";

/** The numbers of a network, by path, row by row. */
export type Numbers = Readonly<Record<string, Float32Array>>;

/** A network and its numbers. */
export interface Weights {
  readonly network: Network;
  /** By path, such as `0/weight`; or all in one array, as `trainer.parameters()` gives those of each network. */
  readonly parameters: Float32Array | Numbers;
  /** What layers keep besides, by path, such as the running statistics `2/mean`: all of `network.buffers`. Default: none. */
  readonly buffers?: Numbers;
}

export interface CheckedWeights {
  readonly parameters: Numbers;
  readonly buffers: Numbers;
}

/** The parameters that a network wants, by path, in their order. */
export function parameterSpecs(network: Network): ReadonlyMap<string, ParameterSpec> {
  const { leaves, paths } = flatten(network.parameters, isParameterSpec);
  return new Map(leaves.map((spec, i) => [at(paths, i), spec]));
}

/** @throws OptionError unless there are as many numbers under each path as the network has, and no others. */
export function checkedWeights(where: string, { network, parameters, buffers = {} }: Weights): CheckedWeights {
  const specs = parameterSpecs(network);
  const named = parameters instanceof Float32Array ? cut(where, parameters, specs) : parameters;
  return {
    parameters: checked(where, "parameters", named, specs),
    buffers: checked(where, "buffers", buffers, new Map(Object.entries(network.buffers))),
  };
}

/** The same for one of several networks. @throws OptionError for another key, too. */
export function checkedNetwork(where: string, given: unknown): CheckedWeights & Pick<Weights, "network"> {
  assertKeys<Weights>(where, given, { network: needed(networkKind), parameters: true, buffers: object });
  return { network: given.network, ...checkedWeights(where, given) };
}

/** One array of all parameters, in their order, as parts of it by path. */
function cut(where: string, all: Float32Array, specs: ReadonlyMap<string, { readonly shape: Shape }>): Numbers {
  const total = [...specs.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (all.length !== Math.max(total, 1) && all.length !== total) {
    throw new OptionError(
      `${where}: parameters is an array of ${all.length} numbers, and the network has ${total}; give those of this network.`,
    );
  }
  let start = 0;
  return Object.fromEntries(
    [...specs].map(([path, { shape }]) => {
      const part = all.subarray(start, start + sizeOf(shape));
      start += part.length;
      return [path, part];
    }),
  );
}

function checked(
  where: string,
  what: "parameters" | "buffers",
  given: unknown,
  specs: ReadonlyMap<string, { readonly shape: Shape }>,
): Numbers {
  assertKind(where, what, given, object);
  const strange = Object.keys(given).find((path) => !specs.has(path));
  if (strange !== undefined) {
    throw unknownName(where, `entry of ${what}`, strange, Object.fromEntries(specs));
  }
  const entries = [...specs].map(([path, { shape }]) => {
    const values = given[path];
    if (values instanceof Float32Array && values.length === sizeOf(shape)) return [path, values] as const;
    throw new OptionError(
      `${where}: the ${what} have ${describe(values)} for "${path}"; give a Float32Array of ${sizeOf(shape)}.`,
    );
  });
  return Object.fromEntries(entries);
}
