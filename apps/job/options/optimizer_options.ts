/** Optimisers as the command line and the live pages name them: with numbers alone. */
import type { gan, optim } from "saddlepoint";

/** An option of the command line; `about` is what it means, for its help. */
export type OptionWithText = gan.OptionSpec & { readonly about: string };
export type OptionTable = Readonly<Record<string, OptionWithText>>;

const share = (standard: number, about: string) => ({ default: standard, low: 0, high: 0.999_999, about });

const clipping = {
  clipNorm: { default: 0, low: 0, high: 1e6, about: "largest norm of the whole gradient; 0 for no bound" },
  clipWeights: { default: 0, low: 0, high: 1e3, about: "bound of the discriminator's parameters; 0 for none" },
} as const;

const ofAdam = {
  beta1: share(0.5, "decay of the mean of gradients"),
  beta2: share(0.999, "decay of the mean of their squares"),
  ...clipping,
} as const;

/** The options of each optimiser. Learning rates have an option of their own. */
export const optimizerOptions = {
  adam: { options: ofAdam },
  optimisticAdam: { options: ofAdam },
  adamw: {
    options: { ...ofAdam, weightDecay: { default: 0.01, low: 0, high: 1, about: "share that a step takes away" } },
  },
  sgd: {
    options: { momentum: { default: 0, low: -0.999, high: 0.999, about: "negative damps rotation" }, ...clipping },
  },
  optimisticSgd: { options: clipping },
  rmsprop: { options: { decay: share(0.99, "of the mean of squared gradients"), ...clipping } },
} as const satisfies Record<optim.OptimizerConfig["type"], { readonly options: OptionTable }>;

export type OptimizerChoice = { readonly type: optim.OptimizerConfig["type"] } & Readonly<Record<string, unknown>>;

/** As the trainer takes it. Weights are clipped in the discriminator alone: it is the critic that must stay Lipschitz. */
export function optimizerConfig(
  { type, beta1, beta2, clipWeights, ...options }: OptimizerChoice,
  player: "generator" | "discriminator",
): optim.OptimizerConfig {
  const specs = optimizerOptions[type].options;
  const betas = "beta1" in specs ? { betas: [beta1 ?? specs.beta1.default, beta2 ?? specs.beta2.default] } : {};
  const clipped = player === "discriminator" && clipWeights !== undefined ? { clipWeights } : {};
  // The options were checked against the table above.
  return { type, ...options, ...betas, ...clipped } as unknown as optim.OptimizerConfig;
}
