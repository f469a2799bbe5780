import { isName, unknownName } from "../gpu/checks.ts";
import { Tensor } from "../tensor.ts";
import { vjp } from "../transforms.ts";
import type { InitializerName } from "./initializers.ts";
import type { Layer } from "./layer.ts";

interface Activation {
  apply(x: Tensor): Tensor;
  /** The initialiser under which signals keep their variance through a layer and this activation. */
  readonly initializer: InitializerName;
}

/** Elementwise activations by name. */
export const activations = {
  relu: { apply: (x) => x.relu(), initializer: "heNormal" },
  /** Slope 0.2 below zero, as DCGAN has it. */
  leakyRelu: { apply: (x) => x.leakyRelu(0.2), initializer: "heNormal" },
  tanh: { apply: (x) => x.tanh(), initializer: "glorotNormal" },
  sigmoid: { apply: (x) => x.sigmoid(), initializer: "glorotNormal" },
  softplus: { apply: (x) => x.softplus(), initializer: "heNormal" },
  elu: { apply: (x) => x.elu(), initializer: "heNormal" },
  selu: { apply: (x) => x.selu(), initializer: "lecunNormal" },
  gelu: { apply: (x) => x.gelu(), initializer: "heNormal" },
  silu: { apply: (x) => x.silu(), initializer: "heNormal" },
  linear: { apply: (x) => x, initializer: "glorotNormal" },
} as const satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;

export function resolveActivation(name: ActivationName): Activation {
  if (!isName(name, activations)) throw unknownName("nn", "activation", name, activations);
  return activations[name];
}

/** An activation as a layer. Its site carries the activation's slope, for the saturation probe. */
export function activation(name: ActivationName): Layer {
  const { apply } = resolveActivation(name);
  return {
    kind: name,
    outputShape: (input) => input,
    parameters: () => ({}),
    apply: (_, x, { scope }) => {
      if (name === "linear") return x;
      const [y, pull] = vjp(apply, x);
      return y.site(`${scope}/${name}`, pull(Tensor.full(x.shape, 1)));
    },
  };
}
