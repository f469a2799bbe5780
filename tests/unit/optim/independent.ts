/** The optimisers once more, as loops over float64 arrays: one for every type, or this does not compile. */
import type { ClippingOptions } from "../../../src/optim/optimizer.ts";
import type { OptimizerConfig } from "../../../src/optim/optimizer_config.ts";

type Type = OptimizerConfig["type"];
type Of<T extends Type> = Required<
  Omit<Extract<OptimizerConfig, { readonly type: T }>, "type" | keyof ClippingOptions>
>;
/** Moves `theta` along the gradient `g` of step number t, from 1, and keeps what it needs in `memory`. */
type Step<T extends Type> = (
  options: Of<T>,
  theta: Float64Array,
  g: ArrayLike<number>,
  t: number,
  memory: Map<string, Float64Array>,
) => void;

const slot = (memory: Map<string, Float64Array>, name: string, like: Float64Array): Float64Array => {
  const known = memory.get(name) ?? new Float64Array(like.length);
  memory.set(name, known);
  return known;
};

const adam =
  (decayOf: (options: never) => number): Step<"adam"> =>
  (options, theta, g, t, memory) => {
    const { lr, betas, epsilon } = options;
    const [m, v] = [slot(memory, "m", theta), slot(memory, "v", theta)];
    theta.forEach((value, i) => {
      const gradient = g[i] as number;
      m[i] = betas[0] * (m[i] as number) + (1 - betas[0]) * gradient;
      v[i] = betas[1] * (v[i] as number) + (1 - betas[1]) * gradient ** 2;
      const mean = (m[i] as number) / (1 - betas[0] ** t);
      const square = (v[i] as number) / (1 - betas[1] ** t);
      theta[i] = value * (1 - lr * decayOf(options as never)) - (lr * mean) / (Math.sqrt(square) + epsilon);
    });
  };

/** Goes on by what a plain step changes and by how that differs from the change before, as at the first step it does not. */
const optimistic =
  <T extends Type>(plain: Step<T>): Step<T> =>
  (options, theta, g, t, memory) => {
    const last = slot(memory, "last", theta);
    const before = theta.slice();
    plain(options, theta, g, t, memory);
    theta.forEach((value, i) => {
      const change = value - (before[i] as number);
      theta[i] = value + (t === 1 ? 0 : change - (last[i] as number));
      last[i] = change;
    });
  };

export const independent: { readonly [T in Type]: Step<T> } = {
  sgd: ({ lr, momentum, nesterov }, theta, g, _, memory) => {
    const v = slot(memory, "v", theta);
    theta.forEach((value, i) => {
      v[i] = momentum * (v[i] as number) + (g[i] as number);
      theta[i] = value - lr * (nesterov ? (g[i] as number) + momentum * (v[i] as number) : (v[i] as number));
    });
  },
  optimisticSgd: optimistic(({ lr }, theta, g) => {
    theta.forEach((value, i) => {
      theta[i] = value - lr * (g[i] as number);
    });
  }),
  rmsprop: ({ lr, decay, epsilon }, theta, g, _, memory) => {
    const v = slot(memory, "v", theta);
    theta.forEach((value, i) => {
      v[i] = decay * (v[i] as number) + (1 - decay) * (g[i] as number) ** 2;
      theta[i] = value - (lr * (g[i] as number)) / (Math.sqrt(v[i] as number) + epsilon);
    });
  },
  adam: adam(() => 0),
  optimisticAdam: optimistic(adam(() => 0)),
  adamw: adam(({ weightDecay }: Of<"adamw">) => weightDecay) as Step<"adamw">,
};

/** Every type with the options that change its formula. All options are given, so that both sides mean the same. */
export const configs: readonly OptimizerConfig[] = [
  { type: "sgd", lr: 0.05, momentum: 0, nesterov: false },
  { type: "sgd", lr: 0.05, momentum: 0.9, nesterov: false },
  { type: "sgd", lr: 0.05, momentum: 0.9, nesterov: true },
  { type: "sgd", lr: 0.05, momentum: -0.5, nesterov: false },
  { type: "rmsprop", lr: 0.01, decay: 0.99, epsilon: 1e-8 },
  { type: "rmsprop", lr: 0.01, decay: 0, epsilon: 1e-2 },
  { type: "adam", lr: 0.01, betas: [0.9, 0.999], epsilon: 1e-8 },
  { type: "adam", lr: 0.01, betas: [0.5, 0.9], epsilon: 1e-2 },
  { type: "adam", lr: 0.01, betas: [0, 0.99], epsilon: 1e-8 },
  { type: "optimisticSgd", lr: 0.05 },
  { type: "optimisticAdam", lr: 0.01, betas: [0.5, 0.9], epsilon: 1e-8 },
  { type: "optimisticAdam", lr: 0.01, betas: [0, 0.9], epsilon: 1e-2 },
  { type: "sgd", lr: 0.05, momentum: 0.9, nesterov: false, clipNorm: 0.3 },
  { type: "adam", lr: 0.01, betas: [0, 0.9], epsilon: 1e-8, clipNorm: 1e3, clipWeights: 0.5 },
  { type: "adamw", lr: 0.01, betas: [0.5, 0.999], epsilon: 1e-8, weightDecay: 0.3 },
];

export const describeConfig = (config: OptimizerConfig): string => JSON.stringify(config).replaceAll('"', "");

export function stepIndependently(
  config: OptimizerConfig,
  theta: Float64Array,
  g: ArrayLike<number>,
  t: number,
  memory: Map<string, Float64Array>,
): void {
  const { clipNorm = 0, clipWeights = 0 } = config;
  const length = Math.hypot(...Array.from(g));
  const shortened = clipNorm > 0 && length > clipNorm ? Array.from(g, (value) => (value * clipNorm) / length) : g;
  (independent[config.type] as unknown as Step<never>)(config as never, theta, shortened, t, memory);
  if (clipWeights === 0) return;
  theta.forEach((value, i) => {
    theta[i] = Math.max(-clipWeights, Math.min(clipWeights, value));
  });
}
