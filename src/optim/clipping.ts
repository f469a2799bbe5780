import { assertKeys, assertKind, type Kind, notNegative } from "../errors/checks.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ClippingOptions, Optimizer } from "./optimizer.ts";

/**
 * An optimiser whose gradient, or whose parameters, are kept within bounds; see `ClippingOptions`.
 *
 * @throws OptionError for a bound below 0.
 */
export function withClipping(optimizer: Optimizer, options: ClippingOptions): Optimizer {
  assertKind("withClipping", "the optimiser", optimizer, optimizerKind);
  assertKeys<ClippingOptions>(optimizer.name, options, { clipNorm: notNegative, clipWeights: notNegative });
  const { clipNorm = 0, clipWeights = 0 } = options;
  const clipGradient = clipNorm === 0 ? unchanged : (gradient: Tensor) => shorten(gradient, clipNorm);
  const clipParameters = clipWeights === 0 ? unchanged : (x: Tensor) => x.clamp(-clipWeights, clipWeights);
  return {
    ...optimizer,
    step: (input) => {
      const after = optimizer.step({ ...input, gradient: clipGradient(input.gradient) });
      return { ...after, parameters: clipParameters(after.parameters) };
    },
  };
}

const optimizerKind: Kind = {
  says: "an optimiser, such as optim.adam()",
  is: (value) => typeof Object(value).step === "function",
};

const unchanged = (x: Tensor): Tensor => x;

/** g min(1, length / |g|), as g / max(1, |g| / length). */
const shorten = (gradient: Tensor, length: number): Tensor => gradient.div(gradient.norm().div(length).maximum(1));
