import type { CarryStore } from "../carry.ts";
import type { Controls } from "../controls.ts";
import type { PreparedData } from "../data/source.ts";
import type { Engine } from "../engine.ts";
import type { Pass } from "../nn/pass.ts";
import type { Learner } from "../optim/learner.ts";
import { Random } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import type { TensorTree } from "../transforms.ts";
import type { GeneratorAverage } from "./generator_average.ts";
import type { GanLoss } from "./losses/loss.ts";
import { scheduled } from "./schedule.ts";
import type { ResolvedConfig } from "./trainer_config.ts";

/** Ranges of random streams, so that no two draws of a trainer are ever the same. */
export const streams = {
  generatorParameters: 0x1000,
  discriminatorParameters: 0x2000,
  discriminatorStep: 0x3000,
  generatorStep: 0x4000,
  samples: 0x5000,
  grid: 0x6000,
  statistics: 0x7000,
} as const;

export type ControlName = "generatorLearningRate" | "discriminatorLearningRate" | `${string}Weight`;

/** What the plans of a step are built from. */
export interface StepContext {
  readonly engine: Engine;
  readonly config: ResolvedConfig;
  readonly loss: GanLoss;
  readonly generator: Learner;
  readonly discriminator: Learner;
  readonly average: GeneratorAverage | undefined;
  /** What the loss, the penalties, the tricks and the rule of play keep. */
  readonly carry: CarryStore;
  readonly data: PreparedData;
  /** Of the buffers that the data took on the GPU. */
  readonly dataBytes: number;
  readonly controls: Controls<ControlName>;
}

/** Parameters of both players, in the form of their networks. */
export interface PlayerTrees {
  readonly generator: TensorTree;
  readonly discriminator: TensorTree;
}

/** A control as it is in the step: on its schedule, if it has one. */
export function controlOf({ engine, config, controls, generator }: StepContext, name: ControlName): Tensor {
  return scheduled(controls, name, config.schedules, engine.read(generator.steps).cast("f32"));
}

/** Draws of one kind for one step of a player: made anew, it draws the same numbers again. */
export function randomOf({ engine, config }: StepContext, player: Learner, firstStream: number): Random {
  return new Random(engine.tensor([config.seed], [], "u32"), engine.read(player.steps), firstStream);
}

export function applyNetwork(
  learner: Learner,
  parameters: TensorTree,
  x: Tensor,
  pass: Pass,
  scope = learner.name,
): Tensor {
  return learner.network.apply(parameters, x, { scope, pass });
}

/** A minibatch as networks see it, [batch, numbers a sample]. */
export function drawReal({ engine, config, data }: StepContext, random: Random): Tensor {
  const { samples } = data.batch(random, config.batchSize);
  return flatRows(config.data.scale?.toNetworks(engine, samples) ?? samples);
}

/** [batch, numbers a sample]. */
export function flatRows(x: Tensor): Tensor {
  return x.reshape([x.shape[0] as number, -1]);
}
