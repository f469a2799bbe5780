import type { Tensors } from "../../data/source.ts";
import { type Engine, engineKind } from "../../engine/engine.ts";
import { assertKeys, assertKind, type Kinds, object } from "../../errors/checks.ts";
import { OptionError, OutOfMemoryError } from "../../errors/errors.ts";
import { partOf } from "../../errors/extra.ts";
import { sizeOf } from "../../graph/shape.ts";
import type { Remedy } from "../../probes/remedies.ts";
import type { Game, Networks, Priors } from "../game/game.ts";
import type { CheckpointOptions } from "../run/checkpoint_options.ts";
import { extraFiles, extraSnapshots, type Keeping } from "../run/extras.ts";
import type { Fingerprint, Parts } from "../run/fingerprint.ts";
import type { Run } from "../run/run.ts";
import type { Choosers } from "../steps/choosers.ts";
import { type CompileStepsOptions, compileSteps, createContext, disposeContext } from "../steps/compile_steps.ts";
import { streams } from "../steps/context.ts";
import { gameKinds, type ResolvedGame, resolveGame } from "../steps/resolve.ts";
import { type ResolvedRun, type RunOptions, resolveRun, runKinds } from "../steps/run_options.ts";
import type { StepPlans } from "../steps/step_plans.ts";
import { extraHistory, type HistoryOptions } from "./history.ts";
import { extraRemaking } from "./recovery.ts";

/** A table, and how it is run. */
export type GameConfig<
  N extends Networks = Networks,
  B extends Tensors = Tensors,
  Z extends Priors = Priors,
  P extends string = string,
> = Game<N, B, Z, P> & TrainingOptions;

/** How a game is run, and what is kept of it. */
export interface TrainingOptions extends RunOptions {
  /**
   * Keeps checkpoints while it trains, to go on after whatever ends it: every so many seconds, and at the end of each call of
   * `train`. What a store has against one is told to `onWarning`, and the training goes on. It needs
   * `import "saddlepoint/checkpoints"`. Default: none.
   */
  readonly checkpoints?: CheckpointOptions;
  /**
   * Keeps snapshots of the run on the host while it trains, for `trainer.rewind` and `trainer.explainStep`. It needs
   * `import "saddlepoint/steward"`. Default: none.
   */
  readonly history?: HistoryOptions;
}

export const trainingKinds: Kinds<TrainingOptions> = { ...runKinds, checkpoints: object, history: object };

/** A game that fits together, and how it is run. */
export interface GameSetup {
  readonly game: ResolvedGame;
  readonly run: ResolvedRun;
  /** Parts of the configuration that a snapshot must share, beside networks, players, data and options of the run. */
  readonly parts?: Parts;
  /** Those remedies that the configuration can use; all of them if left out. */
  fitting?(remedies: readonly Remedy[]): readonly Remedy[];
}

/** A game that is compiled and ready. */
export interface PreparedGame {
  readonly setup: GameSetup;
  readonly run: Run;
  /** Undefined on a page that goes without snapshots. */
  readonly fingerprint: Fingerprint | undefined;
  readonly plans: StepPlans;
  readonly keeping?: Keeping | undefined;
  readonly history?: Required<HistoryOptions> | undefined;
  /** Whether its trainer is brought back from a loss of the device. */
  readonly recovers?: boolean;
}

/** @throws OptionError in a sentence for whatever is missing, out of range, or does not fit together. */
export function setUp(engine: Engine, config: GameConfig, choosers: Choosers): GameSetup {
  assertKind("Trainer", "the engine", engine, engineKind);
  assertKeys<GameConfig>("Trainer", config, { ...gameKinds, ...trainingKinds });
  return fitTogether(engine, config, config, choosers);
}

/** A table and options whose keys are known to be right. */
export function fitTogether(engine: Engine, table: Game, options: RunOptions, choosers: Choosers): GameSetup {
  const game = resolveGame("Trainer", table, choosers);
  const run = resolveRun(engine, options, Object.keys(game.controls), choosers);
  assertPlayable(engine, game, run);
  return { game, run };
}

/** What is wrong with a game and a run together must be said before anything lies on the GPU. */
export function assertPlayable(engine: Engine, game: ResolvedGame, run: ResolvedRun): void {
  const { name, differentiatesGradients } = game.play;
  if (run.precision === "mixed" && differentiatesGradients) {
    throw new OptionError(
      `Trainer: the play ${name} differentiates gradients, which f16 does not survive; use precision "f32".`,
    );
  }
  assertMemory(engine, game, run);
}

/** The widest tensor of a step is at least a batch of the largest sample or prior, two kinds of it together. */
function assertMemory(engine: Engine, { data, priors }: ResolvedGame, { batchSize }: ResolvedRun): void {
  const shapes = [...Object.values(data.shapes), ...Object.values(priors).map(({ shape }) => shape)];
  const widest = Math.max(1, ...shapes.map(sizeOf));
  const bytes = 2 * batchSize * widest * 4;
  const limit = engine.limits.maxStorageBufferBindingSize;
  if (bytes <= limit) return;
  const largest = Math.floor(limit / (2 * widest * 4));
  throw new OutOfMemoryError(
    `Trainer: a batch of ${batchSize} needs a tensor of ${bytes} bytes, and this adapter binds at most ${limit}. ` +
      `Use a batchSize of at most ${largest}.`,
  );
}

/** Where warnings go: to the user's function, or the console. */
export const warnBy = ({ onWarning }: RunOptions): NonNullable<RunOptions["onWarning"]> =>
  onWarning ?? ((message) => console.warn(`saddlepoint: ${message}`));

/** Puts a game on the GPU, draws first parameters, and compiles every step: again, if the device is lost meanwhile. */
export async function prepare(engine: Engine, setup: GameSetup, options: TrainingOptions): Promise<PreparedGame> {
  const { checkpoints, history, recovery = extraRemaking.part, signal } = options;
  const keeping = checkpoints && partOf(extraFiles, "Trainer, checkpoints").keeping(checkpoints, warnBy(options));
  const kept = history && partOf(extraHistory, "Trainer, history").checked(history);
  const make = () => prepareOnce(engine, setup, options);
  const made = await (recovery ? partOf(extraRemaking, "recovery")(engine, make, signal) : make());
  return { ...made, keeping, history: kept };
}

/** The same, where nothing is kept. */
export async function prepareOnce(
  engine: Engine,
  setup: GameSetup,
  options: CompileStepsOptions,
): Promise<PreparedGame> {
  const context = createContext(engine, setup.game, setup.run);
  try {
    const networks = Object.values(context.networks);
    await Promise.all(networks.map((held, place) => held.initialise(setup.run.seed, streams.ofNetwork(place))));
    const { ring, plans } = await compileSteps(context, options);
    const fingerprint = await extraSnapshots.part?.fingerprintOf(context, setup.parts).catch((error: unknown) => {
      for (const part of [plans, ring]) part.dispose();
      throw error;
    });
    return { setup, run: { context, ring }, fingerprint, plans };
  } catch (error) {
    disposeContext(context);
    throw error;
  }
}
