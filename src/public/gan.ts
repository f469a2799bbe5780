/** `gan`: training loops, losses and penalties. */
export type { ProbeOptions, ResolvedConfig, TrainerConfig } from "../gan/config.ts";
export type { GanLoss } from "../gan/losses/loss.ts";
export { type LossName, losses } from "../gan/losses/registry.ts";
export { dcgan } from "../gan/models/dcgan.ts";
export { imageMlp } from "../gan/models/image_mlp.ts";
export type { Model, ModelOptions, ModelTraining } from "../gan/models/model.ts";
export { createModel, type ModelName, models } from "../gan/models/registry.ts";
export { resnet } from "../gan/models/resnet.ts";
export type { Penalty, PenaltyInput } from "../gan/penalties/penalty.ts";
export { type PenaltyConfig, type PenaltyName, penalties, r1, wganGp } from "../gan/penalties/registry.ts";
export type { ControlName } from "../gan/steps.ts";
export { type SampleBatch, type Snapshot, Trainer, type TrainOptions, type TrainReport } from "../gan/trainer.ts";
export type { TrainerMemory } from "../gan/trainer_memory.ts";
