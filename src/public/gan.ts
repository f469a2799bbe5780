/** `gan`: training loops, losses, penalties, tricks, and rules of play. */

export type { ChoiceSpec, FlagSpec, NumberSpec, OptionSpec, OptionSpecs, OptionValues } from "../choices/options.ts";
export type { Carry } from "../engine/carry.ts";
export { type Applied, type Game, game, type Player, type Step, type Terms } from "../gan/game/game.ts";
export type { AverageConfig, AverageConfig as GeneratorAverageConfig } from "../gan/game/parameter_average.ts";
export {
  categoricalPrior,
  labelsOfData,
  normalPrior,
  type Prior,
  type UniformOptions,
  uniformPrior,
} from "../gan/game/priors.ts";
export * from "../gan/losses/all.ts";
export { beganMeasure } from "../gan/losses/began.ts";
export { type CriticOutput, defineLoss, type GanLoss, type LossEntry, type ResolvedLoss } from "../gan/losses/loss.ts";
export { createLoss, type LossChoice, type LossConfig, type LossName, losses } from "../gan/losses/registry.ts";
export { dcgan } from "../gan/models/dcgan.ts";
export { imageMlp } from "../gan/models/image_mlp.ts";
export type { Model, ModelOptions, ModelTraining } from "../gan/models/model.ts";
export { createModel, type ModelName, models } from "../gan/models/registry.ts";
export { resnet } from "../gan/models/resnet.ts";
export * from "../gan/penalties/all.ts";
export {
  definePenalty,
  type GeneratorPenaltyInput,
  type Penalty,
  type PenaltyInput,
  type PenaltyOptions,
  type ResolvedPenalty,
} from "../gan/penalties/penalty.ts";
export { type PenaltyChoice, type PenaltyConfig, type PenaltyName, penalties } from "../gan/penalties/registry.ts";
export { r1, r1r2, wganGp } from "../gan/penalties/shorthands.ts";
export { suggestGamma } from "../gan/penalties/suggest_gamma.ts";
export * from "../gan/play/all.ts";
export {
  type Ahead,
  advance,
  type Move,
  type PerPlayer,
  type PlayedGame,
  type PlayerState,
  type Pull,
} from "../gan/play/game.ts";
export { definePlay, type Play, type ResolvedPlay } from "../gan/play/play.ts";
export { type Field, gradientField } from "../gan/play/pull.ts";
export { type PlayChoice, type PlayConfig, type PlayName, plays, resolvePlay } from "../gan/play/registry.ts";
export { atOnce, inTurn } from "../gan/play/turns.ts";
export { unroll } from "../gan/play/unroll.ts";
export type { SampleBatch, TrainOptions, TrainReport } from "../gan/run/report.ts";
export type { RestoreOptions, SavedState, Snapshot } from "../gan/run/snapshot.ts";
export type { TrainerMemory } from "../gan/run/trainer_memory.ts";
export type { BranchOutcome, StewardReport, Trial } from "../gan/run/trials.ts";
export type { CosineSchedule, Schedules } from "../gan/steps/control_schedule.ts";
export type { Precision, ProbeOptions, ResolvedRun, RunOptions } from "../gan/steps/run_options.ts";
export { type Branch, type BranchOptions, branch } from "../gan/steward/branch.ts";
export { type ComparedRun, type CompareOptions, type Comparison, compare } from "../gan/steward/compare.ts";
export { trialTree } from "../gan/steward/trial_tree.ts";
export { ganGame } from "../gan/trainer/config.ts";
export { GameTrainer } from "../gan/trainer/game_trainer.ts";
export type { HistoryOptions, StepExplanation } from "../gan/trainer/history.ts";
export { gameOf } from "../gan/trainer/names.ts";
export { remedied } from "../gan/trainer/remedied.ts";
export type { GameConfig } from "../gan/trainer/setup.ts";
export type { Changes, StewardOptions } from "../gan/trainer/steward.ts";
export { Trainer } from "../gan/trainer/trainer.ts";
export type { GanConfig, Recompute, ResolvedConfig, TrainerConfig } from "../gan/trainer/trainer_config.ts";
export * from "../gan/tricks/all.ts";
export { type TrickChoice, type TrickConfig, type TrickName, tricks } from "../gan/tricks/registry.ts";
export { defineTrick, type ResolvedTrick, type Trick, type TrickContext } from "../gan/tricks/trick.ts";
