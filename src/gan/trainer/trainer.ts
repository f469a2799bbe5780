import type { Tensors } from "../../data/source.ts";
import type { Engine } from "../../engine/engine.ts";
import { describe, object } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { type Extra, partOf } from "../../errors/extra.ts";
import { type Change, type Remedy, remedy } from "../../probes/remedies.ts";
import type { Networks, Priors } from "../game/game.ts";
import { extraFiles } from "../run/extras.ts";
import type { TrainOptions, TrainReport } from "../run/report.ts";
import type { RestoreOptions, Snapshot } from "../run/snapshot.ts";
import { adviceOn, fittingRemedies } from "./combinations.ts";
import { resolveConfig, setUpGan } from "./config.ts";
import { GameTrainer } from "./game_trainer.ts";
import { byName } from "./names.ts";
import { remedied } from "./remedied.ts";
import { type GameConfig, type PreparedGame, prepare, setUp, warnBy } from "./setup.ts";
import { type Changes, changesOf, type Steward, type StewardOptions } from "./steward.ts";
import type { ResolvedConfig, TrainerConfig } from "./trainer_config.ts";

type Two = "generator" | "discriminator";

/** @param before gives the last snapshot of before a step. */
export type MakesSteward = (
  trainer: Trainer,
  options: StewardOptions,
  before: (step: number) => Promise<Snapshot>,
) => Steward;

export const extraSteward: Extra<MakesSteward> = { entry: "steward", isApart: true };

/**
 * Trains a generator against a discriminator, or any game that is given as a table. Choices are names of the registries, or
 * objects.
 */
export class Trainer extends GameTrainer<Two, Two> {
  #config: ResolvedConfig;
  /** As it was given, with the changes since. */
  #given: TrainerConfig;
  readonly #steward: Steward | undefined;

  private constructor(prepared: PreparedGame, config: ResolvedConfig, given: TrainerConfig) {
    super(prepared);
    this.#config = config;
    this.#given = given;
    const { steward } = given;
    this.#steward = steward && partOf(extraSteward, "Trainer, steward")(this, steward, (step) => this.before(step));
  }

  /**
   * @throws OptionError for a configuration that does not fit together; DataError for data that can't be used.
   */
  static override create(engine: Engine, config: TrainerConfig): Promise<Trainer>;
  static override create<N extends Networks, B extends Tensors, Z extends Priors, P extends string>(
    engine: Engine,
    config: GameConfig<N, B, Z, P>,
  ): Promise<GameTrainer<P, keyof N & string>>;
  static override async create(engine: Engine, config: TrainerConfig | GameConfig): Promise<GameTrainer> {
    if (isTable(config)) return GameTrainer.of(await prepare(engine, setUp(engine, config, byName), config));
    const resolved = resolveConfig(engine, config, byName);
    const warn = warnBy(config);
    for (const advice of adviceOn(resolved)) {
      const remedies = advice.remedies.map(({ text }) => text).join("; or ");
      warn(advice.problem + (remedies && ` Try: ${remedies}.`), advice);
    }
    const setup = setUpGan(engine, resolved);
    const fitting = (remedies: readonly Remedy[]) => fittingRemedies(remedies, resolved, byName);
    // What is tried begins at a snapshot of before.
    const options = config.steward ? { history: {}, ...config } : config;
    return new Trainer(await prepare(engine, { ...setup, fitting }, options), resolved, config);
  }

  /**
   * A trainer of the same configuration that goes on from a file of `trainer.save()`, bit for bit.
   *
   * @param options which parts of the configuration may be others than the file's; none by default.
   * @throws DataError for a file that is damaged or none; OptionError for one of another configuration.
   */
  static override load(
    engine: Engine,
    file: ArrayBuffer | Uint8Array,
    config: TrainerConfig,
    options?: RestoreOptions,
  ): Promise<Trainer>;
  static override load<N extends Networks, B extends Tensors, Z extends Priors, P extends string>(
    engine: Engine,
    file: ArrayBuffer | Uint8Array,
    config: GameConfig<N, B, Z, P>,
    options?: RestoreOptions,
  ): Promise<GameTrainer<P, keyof N & string>>;
  static override load(
    engine: Engine,
    file: ArrayBuffer | Uint8Array,
    config: TrainerConfig | GameConfig,
    options?: RestoreOptions,
  ): Promise<GameTrainer> {
    // Each kind of configuration has an overload of its own.
    const create = () => (isTable(config) ? Trainer.create(engine, config) : Trainer.create(engine, config));
    return partOf(extraFiles, "Trainer.load()").load<GameTrainer>(file, create, options);
  }

  get config(): ResolvedConfig {
    return this.#config;
  }

  override train(options: TrainOptions): AsyncGenerator<TrainReport, void, undefined> {
    const train = (options: TrainOptions) => super.train(options);
    return this.#steward?.during(options, train) ?? train(options);
  }

  /**
   * A trainer of the same game, at the same step with the same states, and with changes: yours to train and to dispose. Both draw the same random numbers:
   * without changes, they do the same, bit for bit. A network that a change makes another of begins anew.
   *
   * @param changes all changes of a remedy, or your own. Those of rates and weights go from what controls are at the snapshot.
   * @param from where it begins: where this one is, if left out.
   * @throws OptionError for changes that don't fit the game.
   */
  async fork(changes: Changes = [], from?: Snapshot): Promise<Trainer> {
    const asked = changesOf("fork", changes);
    if (this.isDisposed) throw new OptionError("Trainer: it was disposed; create a new one with Trainer.create().");
    const start = from === undefined ? await this.snapshot() : from;
    if (!Array.isArray(Object(start).states) || !object.is(Object(start).controls)) {
      throw new OptionError(`fork: got ${describe(start)} to begin from; give what trainer.snapshot() returned.`);
    }
    const isControl = (change: Change) => change.kind === "scale" && Object.hasOwn(start.controls, change.name);
    const config = remedied(this.#given, remedy("", ...asked.filter((change) => !isControl(change))));
    const { checkpoints, history, steward, progress, signal, ...kept } = config;
    const probes = { ...kept.probes, fromStart: true };
    const fork = await Trainer.create(this.engine, { ...kept, probes, onWarning: () => undefined });
    try {
      const states = new Map(start.states.map((state) => [state.path, state]));
      const fresh = await fork.snapshot();
      const merged = fresh.states.map((own) => {
        const known = states.get(own.path);
        return known?.bytes.byteLength === own.bytes.byteLength ? known : own;
      });
      // Another optimiser has rates of its own.
      const isRenewed = (name: string) =>
        name.endsWith("LearningRate") && asked.some(({ kind }) => kind === "optimizer");
      const moved = Object.entries(start.controls).filter(([name]) => !isRenewed(name));
      const controls = { ...fresh.controls, ...Object.fromEntries(moved) };
      fork.restore({ ...start, states: merged, controls }, { except: Object.keys(fresh.configuration) });
      for (const change of asked) {
        if (change.kind !== "scale" || !isControl(change)) continue;
        fork.controls.set(change.name, fork.controls.get(change.name) * change.factor);
      }
    } catch (error) {
      fork.dispose();
      throw error;
    }
    return fork;
  }

  /**
   * Goes on as a fork does, with its configuration, states and plans. The fork is used up; `controls` are then other ones, and the history begins
   * there.
   *
   * @throws OptionError while either trains, and for one that was disposed.
   */
  async adopt(fork: Trainer): Promise<void> {
    if (!(fork instanceof Trainer) || fork === this) {
      throw new OptionError(
        `Trainer: adopt() got ${fork === this ? "itself" : describe(fork)}; give what fork() returned.`,
      );
    }
    if (fork.engine !== this.engine) {
      throw new OptionError("Trainer: adopt() got a trainer of another engine; give what fork() of this one returned.");
    }
    await this.become(fork);
    const { checkpoints, history, steward, progress, signal, onWarning, probes } = this.#given;
    const own = Object.entries({ checkpoints, history, steward, progress, signal, onWarning, probes });
    const { onWarning: _silent, probes: _fromStart, ...changed } = fork.#given;
    this.#given = { ...changed, ...Object.fromEntries(own.filter(([, value]) => value !== undefined)) };
    this.#config = fork.#config;
  }
}

const isTable = (config: TrainerConfig | GameConfig): config is GameConfig =>
  object.is(config) && ("players" in config || "networks" in config);
