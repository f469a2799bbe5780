import { assertKeys, needed, notNegative } from "../../errors/checks.ts";
import type { Layer } from "../layer.ts";
import { madeBy } from "../made.ts";

export interface GaussianNoiseOptions {
  readonly standardDeviation: number;
}

/** Normal noise added to every number in training; nothing in evaluation. */
export function gaussianNoise(options: GaussianNoiseOptions): Layer {
  assertKeys<GaussianNoiseOptions>("gaussianNoise", options, { standardDeviation: needed(notNegative) });
  const { standardDeviation } = options;
  return {
    kind: "gaussianNoise",
    made: madeBy("gaussianNoise", options),
    outputShape: (input) => input,
    parameters: () => ({}),
    apply: (_, x, { scope, pass }) => {
      const site = `${scope}/gaussianNoise`;
      if (pass.mode(site) === "evaluation") return x;
      return x.add(pass.random(site).normal(x.shape).mul(standardDeviation)).site(site);
    },
  };
}
