import { assertKeys, needed, notNegative } from "../../errors/checks.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";

export interface GaussianNoiseOptions {
  readonly standardDeviation: number;
}

/** Normal noise added to every number in training; nothing in evaluation. */
export function gaussianNoise(options: GaussianNoiseOptions): Layer {
  assertKeys<GaussianNoiseOptions>("gaussianNoise", options, { standardDeviation: needed(notNegative) });
  const { standardDeviation } = options;
  return made(
    {
      kind: "gaussianNoise",
      outputShape: (input) => input,
      parameters: () => ({}),
      apply: (_, x, { scope, pass }) => {
        const site = `${scope}/gaussianNoise`;
        if (pass.mode(site) === "evaluation") return x;
        return x.add(pass.random(site).normal(x.shape).mul(standardDeviation)).site(site);
      },
    },
    "gaussianNoise",
    options,
  );
}
