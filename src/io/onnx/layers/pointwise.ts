import { OptionError } from "../../../errors/errors.ts";
import { type ActivationName, activations } from "../../../nn/layers/activations.ts";
import type { Value } from "./graph.ts";
import { node, type Rules, reordered, type Site, scalar } from "./site.ts";

/** What acts on each number by itself, or only says how numbers are arranged. Dropout and noise do nothing in evaluation. */
export const pointwise = {
  activation: (site, x, choice) => activationRules[builtIn(site, choice)](site, x),
  dropout: (_, x) => x,
  gaussianNoise: (_, x) => x,
  reshape: (site, x) => reordered(site, x, site.layer.outputShape(x.shape)),
  flatten: (site, x) => reordered(site, x, site.layer.outputShape(x.shape)),
} as const satisfies Partial<Rules>;

const activationRules: Readonly<Record<ActivationName, (site: Site, x: Value) => Value>> = {
  relu: (site, x) => node(site, "Relu", [x]),
  leakyRelu: (site, x) => node(site, "LeakyRelu", [x], { alpha: 0.2 }),
  tanh: (site, x) => node(site, "Tanh", [x]),
  sigmoid: (site, x) => node(site, "Sigmoid", [x]),
  softplus: (site, x) => node(site, "Softplus", [x]),
  elu: (site, x) => node(site, "Elu", [x], { alpha: 1 }),
  selu: (site, x) => node(site, "Selu", [x]),
  // x Phi(x), with the normal distribution's own Phi: an operator for it came with opset 20.
  gelu: (site, x) => {
    const scaled = node(site, "Mul", [x, scalar(site, Math.SQRT1_2)]);
    const phi = node(site, "Add", [node(site, "Erf", [scaled]), scalar(site, 1)]);
    return node(site, "Mul", [node(site, "Mul", [x, scalar(site, 0.5)]), phi.name]);
  },
  silu: (site, x) => node(site, "Mul", [x, node(site, "Sigmoid", [x]).name]),
  linear: (_, x) => x,
};

const isBuiltIn = (name: string): name is ActivationName => Object.hasOwn(activationRules, name);

/** @throws OptionError for an activation of one's own, whatever it is called. */
function builtIn(
  { path }: Site,
  choice: ActivationName | { readonly name: string; readonly apply: unknown },
): ActivationName {
  if (typeof choice === "string") return choice;
  const { name, apply } = choice;
  if (isBuiltIn(name) && activations[name].apply === apply) return name;
  throw new OptionError(
    `exportOnnx: layer ${path} is the activation "${name}" of your own, which ONNX does not know; put one of the library's in ` +
      "its place.",
  );
}
