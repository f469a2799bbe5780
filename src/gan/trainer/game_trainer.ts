import { State } from "../../compile/state.ts";
import type { Tensors } from "../../data/source.ts";
import type { Controls } from "../../engine/controls.ts";
import type { Engine } from "../../engine/engine.ts";
import { partOf } from "../../errors/extra.ts";
import type { HeldNetwork } from "../../nn/network/held_network.ts";
import { flatten, type Tree } from "../../tensor/tree.ts";
import type { Networks, Priors } from "../game/game.ts";
import type { RunKeeper } from "../run/checkpoint_options.ts";
import { extraFiles, extraTrainerInsight } from "../run/extras.ts";
import type { Given } from "../run/given.ts";
import type { SampleBatch, TrainOptions, TrainReport } from "../run/report.ts";
import type { RestoreOptions, Snapshot } from "../run/snapshot.ts";
import type { TrainerMemory } from "../run/trainer_memory.ts";
import type { ResolvedGame } from "../steps/resolve.ts";
import type { ResolvedRun } from "../steps/run_options.ts";
import { generate, judge, sample } from "./asked_samples.ts";
import { become, disposeParts } from "./become.ts";
import { historyOf, type StepExplanation } from "./history.ts";
import { objectsOnly } from "./objects_only.ts";
import { type GameConfig, type PreparedGame, prepare, setUp } from "./setup.ts";
import { restore, snapshot } from "./snapshots.ts";
import { assertIdle, assertUsable, createState, stepOf, type TrainerState, whileUsable } from "./state.ts";
import { train } from "./training.ts";

const isState = (value: unknown): value is State => value instanceof State;

/**
 * Trains the players of a game. Everything a step needs is compiled once, in `create`; training then only replays it, and
 * measures itself in the backward pass.
 */
export class GameTrainer<PlayerName extends string = string, NetworkName extends string = string> {
  readonly #state: TrainerState;
  readonly #keeper: RunKeeper | undefined;

  protected constructor(prepared: PreparedGame) {
    this.#state = createState(prepared);
    this.#keeper = prepared.keeping?.(this, prepared.run.ring);
  }

  /**
   * A trainer of a game that is given as objects alone: a page that has no names of losses, optimisers and rules pays for
   * none. It finds what the rules of diagnosis find that it is given; the library's own are `probes.defaultRules`:
   *
   *   import "saddlepoint/diagnosis";
   *   gan.GameTrainer.create(engine, { ...game, batchSize: 64, probes: { rules: probes.defaultRules } })
   *
   * `Trainer.create` takes names too, and brings those rules and what examines them.
   *
   * @throws OptionError for a table that does not fit together; DataError for data that can't be used.
   */
  static async create<N extends Networks, B extends Tensors, Z extends Priors, P extends string>(
    engine: Engine,
    config: GameConfig<N, B, Z, P>,
  ): Promise<GameTrainer<P, keyof N & string>> {
    return new GameTrainer(await prepare(engine, setUp(engine, config, objectsOnly), config));
  }

  /**
   * A trainer of the same game that goes on from a file of `save`, bit for bit.
   *
   * @throws DataError for a file that is damaged or none; OptionError for one of another configuration, as `restore` says.
   */
  static load<N extends Networks, B extends Tensors, Z extends Priors, P extends string>(
    engine: Engine,
    file: ArrayBuffer | Uint8Array,
    config: GameConfig<N, B, Z, P>,
    options?: RestoreOptions,
  ): Promise<GameTrainer<P, keyof N & string>> {
    return partOf(extraFiles, "Trainer.load()").load(file, () => GameTrainer.create(engine, config), options);
  }

  protected static of(prepared: PreparedGame): GameTrainer {
    return new GameTrainer(prepared);
  }

  /** The last snapshot of before a step that its history has. */
  protected before(step: number): Promise<Snapshot> {
    return historyOf(this.#state, "steward").before(step);
  }

  /** Goes on as another trainer, which is used up. */
  protected become(other: GameTrainer): Promise<void> {
    return become(this.#state, other.#state);
  }

  protected get engine(): Engine {
    return this.#state.context.engine;
  }

  /** Turns of the game done so far, counting those in flight: a GAN's generator steps. */
  get step(): number {
    return stepOf(this.#state);
  }

  /** The table, with every choice made. */
  get game(): ResolvedGame {
    return this.#state.context.game;
  }

  /** Options of the run, with every choice made. */
  get options(): ResolvedRun {
    return this.#state.context.run;
  }

  /** Learning rates, weights of terms, and the game's own controls, which can be moved at any time. */
  get controls(): Controls {
    return this.#state.context.controls;
  }

  /** Since `dispose()`. */
  get isDisposed(): boolean {
    return this.#state.isDisposed;
  }

  get isPaused(): boolean {
    return this.#state.pause.isPaused;
  }

  /** Stops before the next submission, until `resume`. */
  pause(): void {
    assertUsable(this.#state);
    this.#state.pause.pause();
  }

  resume(): void {
    assertUsable(this.#state);
    this.#state.pause.resume();
  }

  /**
   * Trains, and yields a report every `reportEvery` steps. A report is read while the next stretch already runs, so the
   * GPU does not wait for it; leaving the loop early leaves at most that one stretch trained beyond the last report.
   *
   * @throws OptionError for steps or intervals out of range, while another call runs, and once the trainer is disposed;
   * DeviceLostError if the GPU goes, and on a page with `saddlepoint/checkpoints` if it goes again and again.
   */
  train(options: TrainOptions): AsyncGenerator<TrainReport<PlayerName>, void, undefined> {
    const reports = train<PlayerName>(this.#state, options, this.#keeper?.atReport);
    return this.#keeper?.during(reports) ?? reports;
  }

  /**
   * Samples of the game as it is now, [count, ...shape], from draws that depend on the seed and the step alone.
   *
   * @param given in the place of draws, by the names of priors or of the data's tensors: `{ label: 3 }` for samples of a
   * class, an array for one value each.
   * @throws OptionError for a name that the game does not draw, or another number of values.
   */
  sample(count: number, given: Given = {}): Promise<SampleBatch> {
    return sample(this.#state, count, given);
  }

  /**
   * Samples from latent vectors of your own, [count, ...shape of the first prior] in a row: to walk from one to another, or to
   * see the same ones again.
   *
   * @param given as for `sample`.
   * @throws OptionError if the numbers are not a whole count of latent vectors.
   */
  generate(latents: Float32Array, given: Given = {}): Promise<SampleBatch> {
    return generate(this.#state, latents, given);
  }

  /**
   * What the discriminator as it is now says of samples, given in a row: a logit for each, above 0 where it takes the sample
   * for real. Where it is an autoencoder: minus the reconstruction error. Where it judges packs, each sample lies beside
   * copies of itself.
   *
   * @param given as for `sample`: labels, where it wants them.
   * @throws OptionError if the numbers are not a whole count of samples, or the game has no judge.
   */
  judge(samples: Float32Array, given: Given = {}): Promise<Float32Array> {
    return judge(this.#state, samples, given);
  }

  /** The parameters of all networks by name, flat, in the order of their arenas. */
  parameters(): Promise<Readonly<Record<NetworkName, Float32Array>>> {
    return this.#read(({ arena }) => arena.state);
  }

  /**
   * What the layers of all networks keep besides, by network and path, such as the running statistics of batch norm: for
   * `exportOnnx`, beside the parameters.
   */
  buffers(): Promise<Readonly<Record<NetworkName, Readonly<Record<string, Float32Array>>>>> {
    return this.#read(({ buffers }) => Object.fromEntries(buffers));
  }

  /**
   * Copies the run to the host: all that training changes, controls, and what findings look back on, as they are after
   * `step` steps, also while `train` runs.
   */
  snapshot(): Promise<Snapshot> {
    return snapshot(this.#state);
  }

  /**
   * Goes on from a snapshot, here or in another trainer of the same configuration, bit for bit.
   *
   * @throws OptionError, and changes nothing, for what is no snapshot, for one of another configuration, and while `train`
   * runs.
   */
  restore(snapshot: Snapshot, options?: RestoreOptions): void {
    restore(this.#state, snapshot, options);
    this.#state.history?.begin(snapshot);
  }

  /**
   * Puts the run back to a step that it has done, or as it was before the first one: bit for bit, with controls moved where they had been
   * moved, and goes on from there. What was after it is forgotten. It needs the option `history`.
   *
   * @throws OptionError for a step that lies ahead, or before the run began; while `train` runs; and without a history.
   */
  rewind(step: number): Promise<void> {
    return historyOf(this.#state, "rewind").rewind(step);
  }

  /**
   * Takes a step of the past again with every probe on every element of every site, and leaves the run as it is: what was measured,
   * and what is wrong in it, such as the first site with a value that is not finite. It needs the option `history`.
   *
   * @param step from 0, of those that were done.
   * @throws OptionError as `rewind` does.
   */
  explainStep(step: number): Promise<StepExplanation> {
    return historyOf(this.#state, "explainStep").explainStep(step);
  }

  /**
   * The run as the bytes of a file, to go on from in another page or program: `load` gives a trainer that goes on bit for bit.
   * It is a safetensors file, from which others read parameters by name.
   */
  save(): Promise<Uint8Array<ArrayBuffer>> {
    return partOf(extraFiles, "trainer.save()").save(this);
  }

  /**
   * The generator alone as the bytes of a file, with the mean of its parameters where one is kept: `loadSampler` of
   * "saddlepoint/sampler" and `loadGenerator` of "saddlepoint/generator" draw from it without a trainer.
   *
   * @throws OptionError for a game that has no network "generator" which takes a latent vector, and perhaps a label, alone.
   */
  saveGenerator(): Promise<Uint8Array<ArrayBuffer>> {
    return partOf(extraFiles, "trainer.saveGenerator()").saveGenerator(this.#state);
  }

  /** The kernels of a step as it is taken now, as a text to read: without those of the costlier probes while they are compiled. */
  explain(): string {
    assertUsable(this.#state);
    return this.#state.plans.all.map((plan) => String(plan.explain())).join("\n\n");
  }

  /** Bytes on the GPU, by role. */
  memory(): TrainerMemory {
    assertUsable(this.#state);
    const { plans, sampler } = this.#state;
    const { trainerMemory } = partOf(extraTrainerInsight, "trainer.memory()");
    return trainerMemory(this.#state, [...plans.all, ...(sampler ? [sampler.plan] : [])]);
  }

  /** Milliseconds of every kernel of a step, by plan; see `Plan.profile`. The run stays as it is. */
  async profile(): Promise<Readonly<Record<string, Float64Array>>> {
    const state = this.#state;
    assertIdle(state, "profile");
    const { profilePlans } = partOf(extraTrainerInsight, "trainer.profile()");
    state.busy = "profile";
    try {
      return await whileUsable(state, async () => {
        await state.plans.whole();
        return profilePlans(state.context, state.plans.all);
      });
    } finally {
      state.busy = undefined;
    }
  }

  /** Gives back everything on the GPU. A call of `train` that runs ends with an error. */
  dispose(): void {
    const { isDisposed, pause, recovery } = this.#state;
    if (isDisposed) return;
    this.#state.isDisposed = true;
    this.#keeper?.end();
    recovery?.dispose();
    pause.resume();
    disposeParts(this.#state);
  }

  /** States of each network as numbers, all of one moment. */
  #read<Values>(statesOf: (held: HeldNetwork) => Tree<State>): Promise<Readonly<Record<NetworkName, Values>>> {
    return whileUsable(this.#state, async () => {
      const { engine, networks } = this.#state.context;
      const tree = Object.fromEntries(Object.entries(networks).map(([name, held]) => [name, statesOf(held)]));
      const { leaves, rebuild } = flatten(tree, isState);
      const parts = await engine.download(leaves);
      return rebuild(parts.map((part) => new Float32Array(part))) as Record<NetworkName, Values>;
    });
  }
}
