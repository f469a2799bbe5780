import { type data, type gan, nn } from "saddlepoint";

/** A configuration that is trained from several seeds, and what is wrong with it. */
export interface Row {
  /** Unlike all others; files are named by it. */
  readonly name: string;
  /** What was done to break it, in words; of a healthy one, what is special about it. */
  readonly cause: string;
  /** What it was broken to have, by the names of the rules; none of a healthy one. */
  readonly ailments: readonly string[];
  readonly severity: "none" | "mild" | "severe";
  /** Generator steps. */
  readonly steps: number;
  /** All but the seed and the probes. */
  readonly config: gan.TrainerConfig;
  /** What unseen real samples are drawn from, where the data are a finite part of it. Default: the data. */
  readonly fresh?: data.DataSource;
  /** True where the networks take labels. */
  readonly isConditional?: boolean;
  /** A generated sample's logit beyond which the loss as it is written leaves the range of f32. */
  readonly lossBreaksAt?: number;
  /** Whether the data have numbers that are not finite, more rarely than a look shows. */
  readonly hasHoles?: boolean;
  /** Whether terms are measured by themselves. */
  readonly terms?: boolean;
}

/** What most rows share: two layers of 32 units, batches of 64, Adam with rates of 2e-3 and betas of 0.5 and 0.999. */
export interface Parts {
  readonly data: data.DataSource;
  readonly latent?: number;
  readonly width?: number;
  /** Hidden layers of each network. */
  readonly depth?: number;
  readonly generator?: nn.MlpOptions;
  readonly discriminator?: nn.MlpOptions;
  /** Rates of generator and discriminator. */
  readonly rates?: readonly [number, number];
  readonly betas?: readonly [number, number];
  readonly rest?: Partial<gan.TrainerConfig>;
}

/** The configuration of these parts. */
export function game({
  data,
  latent = 4,
  width = 32,
  depth = 2,
  generator = {},
  discriminator = { activation: "leakyRelu" },
  rates: [slow, fast] = [2e-3, 2e-3],
  betas = [0.5, 0.999],
  rest = {},
}: Parts): gan.TrainerConfig {
  const numbers = data.sampleShape.reduce((product, size) => product * size, 1);
  const hidden = Array.from({ length: depth }, () => width);
  const adam = (lr: number) => ({ type: "adam", lr, betas }) as const;
  return {
    generator: nn.mlp([latent, ...hidden, numbers], generator),
    discriminator: nn.mlp([numbers, ...hidden, 1], discriminator),
    data,
    batchSize: 64,
    optimizer: { generator: adam(slow), discriminator: adam(fast) },
    ...rest,
  };
}

/** Steps of a row that says nothing else. */
export const usualSteps = 600;

/** A row without an ailment. */
export const healthy = (name: string, cause: string, parts: Parts, rest: Partial<Row> = {}): Row => ({
  name: `healthy/${name}`,
  cause,
  ailments: [],
  severity: "none",
  steps: usualSteps,
  config: game(parts),
  ...rest,
});

/** A row that is broken: its name begins with the ailment. */
export const broken = (
  ailment: string,
  severity: "mild" | "severe",
  name: string,
  cause: string,
  parts: Parts | gan.TrainerConfig,
  rest: Partial<Row> = {},
): Row => ({
  name: `${ailment}/${name}`,
  cause,
  ailments: [ailment],
  severity,
  steps: usualSteps,
  config: isWhole(parts) ? parts : game(parts),
  ...rest,
});

const isWhole = (parts: Parts | gan.TrainerConfig): parts is gan.TrainerConfig => "batchSize" in parts;
