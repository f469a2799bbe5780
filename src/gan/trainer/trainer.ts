import type { Tensors } from "../../data/source.ts";
import type { Engine } from "../../engine/engine.ts";
import { object } from "../../errors/checks.ts";
import { partOf } from "../../errors/extra.ts";
import type { Remedy } from "../../probes/remedies.ts";
import type { Networks, Priors } from "../game/game.ts";
import { extraFiles } from "../run/extras.ts";
import type { RestoreOptions } from "../run/snapshot.ts";
import { adviceOn, fittingRemedies } from "./combinations.ts";
import { resolveConfig, setUpGan } from "./config.ts";
import { GameTrainer } from "./game_trainer.ts";
import { byName } from "./names.ts";
import { type GameConfig, type PreparedGame, prepare, setUp, warnBy } from "./setup.ts";
import type { ResolvedConfig, TrainerConfig } from "./trainer_config.ts";

type Two = "generator" | "discriminator";

/**
 * Trains a generator against a discriminator, or any game that is given as a table. Choices are names of the registries, or
 * objects.
 */
export class Trainer extends GameTrainer<Two, Two> {
  readonly #config: ResolvedConfig;

  private constructor(prepared: PreparedGame, config: ResolvedConfig) {
    super(prepared);
    this.#config = config;
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
    return new Trainer(await prepare(engine, { ...setup, fitting }, config), resolved);
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
}

const isTable = (config: TrainerConfig | GameConfig): config is GameConfig =>
  object.is(config) && ("players" in config || "networks" in config);
