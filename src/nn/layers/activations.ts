import { resolveOptions } from "../../choices/options.ts";
import { type ByName, defineRegistry, type EntryKind } from "../../choices/registry.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { vjp } from "../../tensor/transforms.ts";
import type { Initializer, InitializerName } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";

/** An elementwise function. */
export interface Activation {
  readonly name: string;
  apply(x: Tensor): Tensor;
  /** The initialiser under which signals keep their variance through a layer and this activation. */
  readonly initializer: Initializer | InitializerName;
}

const all = {
  relu: { name: "relu", apply: (x) => x.relu(), initializer: "heNormal" },
  /** Slope 0.2 below zero, as DCGAN has it. */
  leakyRelu: { name: "leakyRelu", apply: (x) => x.leakyRelu(0.2), initializer: "heNormal" },
  tanh: { name: "tanh", apply: (x) => x.tanh(), initializer: "glorotNormal" },
  sigmoid: { name: "sigmoid", apply: (x) => x.sigmoid(), initializer: "glorotNormal" },
  softplus: { name: "softplus", apply: (x) => x.softplus(), initializer: "heNormal" },
  elu: { name: "elu", apply: (x) => x.elu(), initializer: "heNormal" },
  selu: { name: "selu", apply: (x) => x.selu(), initializer: "lecunNormal" },
  gelu: { name: "gelu", apply: (x) => x.gelu(), initializer: "heNormal" },
  silu: { name: "silu", apply: (x) => x.silu(), initializer: "heNormal" },
  linear: { name: "linear", apply: (x) => x, initializer: "glorotNormal" },
} as const satisfies Record<string, Activation>;

const activationKind: EntryKind<Activation, Activation> = {
  noun: "activation",
  functions: ["apply"],
  resolve: ({ name, entry, given }) => {
    resolveOptions(name, {}, given);
    return entry;
  },
};

const registry = defineRegistry(activationKind, all, { first: ["relu", "leakyRelu", "tanh", "sigmoid"] });

/** Elementwise activations by name. */
export const activations: ByName<typeof all> = registry.entries;

export type ActivationName = keyof typeof activations;

/** @param choice a name, or one of your own: `{ name: "cube", apply: (x) => x.pow(3), initializer: "glorotNormal" }`. */
export const resolveActivation = (choice: ActivationName | Activation): Activation => registry.resolve("nn", choice);

/** An activation as a layer. Its site carries the activation's slope, for the saturation probe. */
export function activation(choice: ActivationName | Activation): Layer {
  const { name, apply } = resolveActivation(choice);
  return made(
    {
      kind: name,
      outputShape: (input) => input,
      parameters: () => ({}),
      apply: (_, x, { scope }) => {
        if (name === "linear") return x;
        const [y, pull] = vjp(apply, x);
        return y.site(`${scope}/${name}`, pull(Tensor.full(x.shape, 1)));
      },
    },
    "activation",
    choice,
  );
}
