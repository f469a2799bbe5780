/** `gan`: training loops, losses, penalties, tricks, and rules of play. */

export type { GeneratorAverageConfig } from "../gan/generator_average.ts";
export { beganMeasure } from "../gan/losses/began.ts";
export type { GanLoss, LossEntry } from "../gan/losses/loss.ts";
export { createLoss, type LossConfig, type LossName, losses, type ResolvedLoss } from "../gan/losses/registry.ts";
export type { Memory } from "../gan/memory.ts";
export { dcgan } from "../gan/models/dcgan.ts";
export { imageMlp } from "../gan/models/image_mlp.ts";
export type { Model, ModelOptions, ModelTraining } from "../gan/models/model.ts";
export { createModel, type ModelName, models } from "../gan/models/registry.ts";
export { resnet } from "../gan/models/resnet.ts";
export type { OptionSpec, OptionSpecs } from "../gan/options.ts";
export type { GeneratorPenaltyInput, Penalty, PenaltyInput } from "../gan/penalties/penalty.ts";
export {
  type PenaltyConfig,
  type PenaltyName,
  penalties,
  r1,
  r1r2,
  wganGp,
} from "../gan/penalties/registry.ts";
export { suggestGamma } from "../gan/penalties/suggest_gamma.ts";
export {
  type Ahead,
  advance,
  type Move,
  type PerPlayer,
  type PlayedGame,
  type PlayerState,
  type Pull,
} from "../gan/play/game.ts";
export type { Play } from "../gan/play/play.ts";
export { type Field, gradientField } from "../gan/play/pull.ts";
export { type PlayConfig, type PlayName, plays, resolvePlay } from "../gan/play/registry.ts";
export { atOnce, inTurn } from "../gan/play/turns.ts";
export { unroll } from "../gan/play/unroll.ts";
export type { SampleBatch, TrainOptions, TrainReport } from "../gan/run/report.ts";
export type { RestoreOptions, Snapshot } from "../gan/run/snapshot.ts";
export type { CosineSchedule, Schedules } from "../gan/schedule.ts";
export type { ControlName } from "../gan/step_context.ts";
export { Trainer } from "../gan/trainer.ts";
export type { Precision, ProbeOptions, Recompute, ResolvedConfig, TrainerConfig } from "../gan/trainer_config.ts";
export type { TrainerMemory } from "../gan/trainer_memory.ts";
export { type TrickConfig, type TrickName, tricks } from "../gan/tricks/registry.ts";
export type { Trick } from "../gan/tricks/trick.ts";
