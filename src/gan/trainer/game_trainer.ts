import type { Loop } from "../../compile/plan/loop.ts";
import type { Plan } from "../../compile/plan/plan.ts";
import type { Tensors } from "../../data/source.ts";
import type { Controls } from "../../engine/controls.ts";
import type { Engine } from "../../engine/engine.ts";
import { at } from "../../errors/at.ts";
import { abortSignal, assertKeys, type Kinds } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { partOf } from "../../errors/extra.ts";
import type { StagedRead } from "../../gpu/readback.ts";
import type { Finding } from "../../probes/finding.ts";
import type { SampleMetrics } from "../../probes/rules/rule.ts";
import { ringRows, type TelemetryRing, type TelemetryRow } from "../../probes/telemetry.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Networks, Priors } from "../game/game.ts";
import { once } from "../game/once.ts";
import { configurationOf } from "../run/configuration.ts";
import { extraSnapshots, extraTrainerInsight, type Snapshots } from "../run/extras.ts";
import type { Fingerprint } from "../run/fingerprint.ts";
import { type Given, givenTensors, rowsOf } from "../run/given.ts";
import { Pause } from "../run/pause.ts";
import { type Clock, progressOf, type SampleBatch, type TrainOptions, type TrainReport } from "../run/report.ts";
import { createSampler, drawnBy, outputRanges, type ReportSampler } from "../run/report_sampler.ts";
import type { Run } from "../run/run.ts";
import type { KnownRun, RestoreOptions, Snapshot } from "../run/snapshot.ts";
import type { TrainerMemory } from "../run/trainer_memory.ts";
import { disposeContext } from "../steps/compile_steps.ts";
import type { GameContext } from "../steps/context.ts";
import type { ResolvedGame } from "../steps/resolve.ts";
import { type ResolvedRun, wholeNumber } from "../steps/run_options.ts";
import { judgementOf, sampleGraph } from "../steps/sampling.ts";
import { stepsOfTurn } from "../steps/turn.ts";
import { objectsOnly } from "./objects_only.ts";
import { type GameConfig, type GameSetup, type PreparedGame, prepare, setUp } from "./setup.ts";

const trainKinds: Kinds<TrainOptions> = {
  steps: true,
  reportEvery: true,
  samples: true,
  grid: true,
  signal: abortSignal,
};

/** Rows of telemetry that a diagnosis looks back on, before those since the last report. */
export const diagnosisRows = 512;

/**
 * Trains the players of a game. Everything a step needs is compiled once, in `create`; training then only replays it, and
 * measures itself in the backward pass.
 */
export class GameTrainer<Player extends string = string, NetworkName extends string = string> {
  readonly #setup: GameSetup;
  readonly #context: GameContext;
  readonly #ring: TelemetryRing;
  readonly #plans: readonly Plan[];
  readonly #loop: Loop;
  readonly #run: Run;
  readonly #fingerprint: Fingerprint | undefined;
  readonly #pause = new Pause();
  /** Of what the game makes. */
  readonly #sampleShape = once(() => sampleGraph(this.#context, 1).shape.slice(1));
  /** Of the last call of `train`, for the next one that asks for the same. */
  #sampler: ReportSampler | undefined;
  readonly #recent: TelemetryRow[] = [];
  #findings: readonly Finding[] = [];
  /** Of the samples that a report drew last. */
  #metrics: SampleMetrics = {};
  /** The first step whose row the ring may hold. */
  #ringFrom = 0;
  /** What moves the states now, and must not be disturbed. */
  #busy: "train" | "profile" | undefined;
  #isDisposed = false;

  protected constructor({ setup, run, fingerprint, plans }: PreparedGame) {
    const { engine, game, run: options } = run.context;
    this.#setup = setup;
    this.#run = run;
    this.#fingerprint = fingerprint;
    this.#context = run.context;
    this.#ring = run.ring;
    this.#plans = plans.all;
    const entries = (index: number) =>
      stepsOfTurn(game, options, index).map(({ spec, times }) => ({ plan: plans.of(spec), times }));
    this.#loop = engine.loop(entries, { targetMilliseconds: options.submitMilliseconds });
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

  protected static of(prepared: PreparedGame): GameTrainer {
    return new GameTrainer(prepared);
  }

  /** Turns of the game done so far, counting those in flight: a GAN's generator steps. */
  get step(): number {
    return this.#loop.index;
  }

  /** The table, with every choice made. */
  get game(): ResolvedGame {
    return this.#context.game;
  }

  /** Options of the run, with every choice made. */
  get options(): ResolvedRun {
    return this.#context.run;
  }

  /** Learning rates, weights of terms, and the game's own controls, which can be moved at any time. */
  get controls(): Controls {
    return this.#context.controls;
  }

  get isPaused(): boolean {
    return this.#pause.isPaused;
  }

  /** Stops before the next submission, until `resume`. */
  pause(): void {
    this.#assertUsable();
    this.#pause.pause();
  }

  resume(): void {
    this.#assertUsable();
    this.#pause.resume();
  }

  /**
   * Trains, and yields a report every `reportEvery` steps. A report is read while the next stretch already runs, so the
   * GPU does not wait for it; leaving the loop early leaves at most that one stretch trained beyond the last report.
   *
   * @throws OptionError for steps or intervals out of range, while another call runs, and once the trainer is disposed;
   * DeviceLostError if the GPU goes.
   */
  async *train(options: TrainOptions): AsyncGenerator<TrainReport<Player>, void, undefined> {
    assertKeys<TrainOptions>("train", options, trainKinds, { steps: "epochs iterations" });
    const steps = wholeNumber("steps", options.steps, 1, 2 ** 31);
    const reportEvery = wholeNumber("reportEvery", options.reportEvery ?? 100, 1, 2 ** 31);
    const count = wholeNumber("samples", options.samples ?? 0, 0, 2 ** 20);
    const gridCount = wholeNumber("grid", options.grid ?? 0, 0, 2 ** 20);
    this.#assertIdle("train");
    this.#busy = "train";
    try {
      const sampler = count + gridCount > 0 ? await this.#samplerFor(count, gridCount) : undefined;
      this.#reserveReads(Math.min(steps, reportEvery), sampler);
      const target = this.step + steps;
      const clock = { from: this.step, at: performance.now(), target };
      let pending: Promise<TrainReport<Player>> | undefined;
      let rows: TelemetryRow[] = [];
      while (this.step < target) {
        const from = this.step;
        const nextReport = Math.min(target, (Math.floor(from / reportEvery) + 1) * reportEvery);
        // The ring must be read before it comes round, reports or not.
        const stop = Math.min(nextReport, from + ringRows / 2);
        const isReport = stop === nextReport;
        const { bytes } = await this.#advance(stop, isReport ? sampler : undefined, options.signal);
        const reached = this.step;
        if (reached === from) break;
        const arrived = bytes.then((parts) => this.#take(from, reached, parts));
        arrived.catch(() => undefined);
        if (!isReport && reached === stop) {
          rows.push(...(await arrived).rows);
          continue;
        }
        const before = rows;
        rows = [];
        const next = arrived.then((part) => this.#report(reached, before, part, clock, sampler));
        next.catch(() => undefined);
        if (pending) yield await pending;
        pending = next;
        this.#assertUsable();
      }
      const last = await pending;
      this.#assertUsable();
      if (last) yield last;
    } catch (error) {
      this.#assertUsable();
      throw error;
    } finally {
      this.#busy = undefined;
    }
  }

  /**
   * Samples of the game as it is now, [count, ...shape], from draws that depend on the seed and the step alone.
   *
   * @param given in the place of draws, by the names of priors or of the data's tensors: `{ label: 3 }` for samples of a
   * class, an array for one value each.
   * @throws OptionError for a name that the game does not draw, or another number of values.
   */
  async sample(count: number, given: Given = {}): Promise<SampleBatch> {
    this.#assertUsable();
    wholeNumber("samples", count, 1, 2 ** 20);
    const tensors = givenTensors(this.#context, count, given);
    return this.#batch(() => sampleGraph(this.#context, count, tensors));
  }

  /**
   * Samples from latent vectors of your own, [count, ...shape of the first prior] in a row: to walk from one to another, or to
   * see the same ones again.
   *
   * @param given as for `sample`.
   * @throws OptionError if the numbers are not a whole count of latent vectors.
   */
  async generate(latents: Float32Array, given: Given = {}): Promise<SampleBatch> {
    this.#assertUsable();
    const { game } = this.#context;
    const [name, prior] = Object.entries(game.priors)[0] ?? [];
    if (!name || !prior)
      throw new OptionError("Trainer: generate() needs a prior to give values of; the game has none.");
    const count = rowsOf("generate", latents, "a latent vector of the generator", prior.shape);
    const tensors = givenTensors(this.#context, count, { ...given, [name]: latents });
    return this.#batch(() => sampleGraph(this.#context, count, tensors));
  }

  /**
   * What the discriminator as it is now says of samples, given in a row: a logit for each, above 0 where it takes the sample
   * for real. Where it is an autoencoder: minus the reconstruction error. Where it judges packs, each sample lies beside
   * copies of itself.
   *
   * @param given as for `sample`: labels, where it wants them.
   * @throws OptionError if the numbers are not a whole count of samples, or the game has no judge.
   */
  async judge(samples: Float32Array, given: Given = {}): Promise<Float32Array> {
    this.#assertUsable();
    const { engine, game } = this.#context;
    if (!game.judge) throw new OptionError("Trainer: judge() needs the game's `judge`; add it to the table.");
    const shape = this.#sampleShape();
    const count = rowsOf("judge", samples, "a sample", shape);
    const tensors = givenTensors(this.#context, count, given);
    return this.#evaluate(() => judgementOf(this.#context, engine.tensor(samples, [count, ...shape]), tensors));
  }

  /** The parameters of all networks by name, flat, in the order of their arenas. */
  async parameters(): Promise<Readonly<Record<NetworkName, Float32Array>>> {
    this.#assertUsable();
    const { engine, networks } = this.#context;
    const parts = await engine.download(Object.values(networks).map(({ arena }) => arena.state));
    const named = Object.keys(networks).map((name, i) => [name, new Float32Array(at(parts, i))] as const);
    return Object.fromEntries(named) as Record<NetworkName, Float32Array>;
  }

  /**
   * Copies the run to the host: all that training changes, controls, and what findings look back on, as they are after
   * `step` steps, also while `train` runs.
   */
  async snapshot(): Promise<Snapshot> {
    this.#assertUsable();
    const { step } = this;
    const from = Math.max(this.#ringFrom, step - diagnosisRows);
    const { takeSnapshot, run } = this.#snapshots("trainer.snapshot()");
    return takeSnapshot(run, step, from, this.#findings);
  }

  /**
   * Goes on from a snapshot, here or in another trainer of the same configuration, bit for bit.
   *
   * @throws OptionError, and changes nothing, for what is no snapshot, for one of another configuration, and while `train`
   * runs.
   */
  restore(snapshot: Snapshot, { except = [] }: RestoreOptions = {}): void {
    this.#assertIdle("restore");
    this.#loop.device.assertAlive();
    const { checkSnapshot, run } = this.#snapshots("trainer.restore()");
    const { step, controls, states, from, rows, findings } = checkSnapshot(run, snapshot, except);
    for (const [state, values] of states) state.write(values);
    for (const [name, value] of controls) this.controls.set(name, value);
    this.#loop.index = step;
    this.#ring.write(from, rows);
    this.#ringFrom = from;
    this.#findings = findings;
    this.#recent.splice(0, this.#recent.length, ...this.#ring.decode(from, [rows.buffer]));
  }

  /** The kernels of a step, as a text to read. */
  explain(): string {
    this.#assertUsable();
    return this.#plans.map((plan) => String(plan.explain())).join("\n\n");
  }

  /** Bytes on the GPU, by role. */
  memory(): TrainerMemory {
    this.#assertUsable();
    const { trainerMemory } = partOf(extraTrainerInsight, "trainer.memory()");
    return trainerMemory(this.#run, [...this.#plans, ...(this.#sampler ? [this.#sampler.plan] : [])]);
  }

  /** Milliseconds of every kernel of a step, by plan; see `Plan.profile`. The run stays as it is. */
  async profile(): Promise<Readonly<Record<string, Float64Array>>> {
    this.#assertIdle("profile");
    const { profilePlans } = partOf(extraTrainerInsight, "trainer.profile()");
    this.#busy = "profile";
    try {
      return await profilePlans(this.#context, this.#plans);
    } catch (error) {
      this.#assertUsable();
      throw error;
    } finally {
      this.#busy = undefined;
    }
  }

  /** Gives back everything on the GPU. A call of `train` that runs ends with an error. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#pause.resume();
    for (const plan of this.#plans) plan.dispose();
    this.#sampler?.plan.dispose();
    disposeContext(this.#context);
    this.#ring.dispose();
  }

  /** What takes and checks snapshots, and the run that they are of. */
  #snapshots(asked: string): Snapshots & { readonly run: KnownRun } {
    const fingerprint = this.#fingerprint;
    const part = fingerprint && extraSnapshots.part && { ...extraSnapshots.part, run: { ...this.#run, fingerprint } };
    return partOf({ ...extraSnapshots, part }, asked);
  }

  #assertUsable(): void {
    if (!this.#isDisposed) return;
    throw new OptionError(
      `Trainer: it was disposed${this.#busy ? ` while ${this.#busy}() ran` : ""}; create a new one with Trainer.create().`,
    );
  }

  /** Of what would change the states under a loop that runs. */
  #assertIdle(method: string): void {
    this.#assertUsable();
    if (!this.#busy) return;
    const what = method === this.#busy ? "" : `${method}() must wait: `;
    throw new OptionError(`Trainer: ${what}${this.#busy}() is running already; end that loop first.`);
  }

  /** Submits steps up to `stop`, fewer if the signal says so, with the reads of what they measured. */
  async #advance(
    stop: number,
    sampler: ReportSampler | undefined,
    signal?: AbortSignal,
  ): Promise<{ readonly bytes: Promise<ArrayBuffer[]> }> {
    const from = this.step;
    let read: StagedRead | undefined;
    const shouldStop = () => this.isPaused || this.#isDisposed || signal?.aborted === true;
    while (this.step < stop && signal?.aborted !== true) {
      this.#assertUsable();
      const reads = [...this.#ring.ranges(from, stop), ...(sampler ? outputRanges(sampler) : [])];
      const end = { reads, plans: sampler ? [sampler.plan] : [] };
      const target = Math.min(stop, this.step + this.#streamedSteps());
      ({ read } = await this.#loop.run(target - this.step, target === stop ? end : {}, shouldStop));
      await this.#loop.device.guard(this.#pause.passed(signal));
    }
    this.#assertUsable();
    if (this.step === from) return { bytes: Promise.resolve([]) };
    return { bytes: read?.read() ?? this.#context.engine.readRanges(this.#ring.ranges(from, this.step)) };
  }

  /**
   * Puts the samples on the GPU that the next steps draw from, where it does not hold all of them, and tells for how many
   * steps they last. It depends on the step alone, so a repeated or restored run draws the same.
   */
  #streamedSteps(): number {
    const { data, run, game } = this.#context;
    // Each player draws for itself; who takes the most steps goes through the data fastest.
    const steps = Object.values(game.players).map(({ stepsPerTurn }) => stepsPerTurn);
    const perStep = run.batchSize * Math.max(...steps);
    return Math.ceil((data.advance?.(this.step * perStep) ?? Number.POSITIVE_INFINITY) / perStep);
  }

  /** Each stretch's read overlaps the next one's: whether a second buffer is needed would depend on how fast they are. */
  #reserveReads(steps: number, sampler: ReportSampler | undefined): void {
    const ranges = [...this.#ring.ranges(0, Math.min(steps, ringRows / 2)), ...(sampler ? outputRanges(sampler) : [])];
    const bytes = ranges.reduce((sum, { size }) => sum + size, 0);
    this.#loop.readback.reserve(bytes, 2);
  }

  #take(
    from: number,
    to: number,
    parts: readonly ArrayBuffer[],
  ): { rows: TelemetryRow[]; rest: readonly ArrayBuffer[] } {
    const ranges = this.#ring.ranges(from, to).length;
    const rows = this.#ring.decode(from, parts.slice(0, ranges));
    this.#recent.push(...rows);
    return { rows, rest: parts.slice(ranges) };
  }

  #report(
    step: number,
    before: readonly TelemetryRow[],
    { rows, rest }: { readonly rows: readonly TelemetryRow[]; readonly rest: readonly ArrayBuffer[] },
    clock: Clock,
    sampler: ReportSampler | undefined,
  ): TrainReport<Player> {
    const telemetry = { columns: this.#ring.columns, rows: [...before, ...rows] };
    const drawn = sampler && drawnBy(sampler, rest, this.game.data);
    if (drawn?.modes) this.#metrics = { modes: drawn.modes };
    return { ...progressOf<Player>(step, telemetry, clock), findings: this.#diagnose(), ...drawn };
  }

  #diagnose(): readonly Finding[] {
    const { columns } = this.#ring;
    const { fitting = (remedies) => remedies, game, run } = this.#setup;
    const configuration = configurationOf(game, run, this.controls);
    const { order: players, output } = game;
    const known = { before: this.#findings, players, output, metrics: this.#metrics, configuration };
    const found = run.diagnose({ columns, rows: this.#recent }, known);
    this.#findings = found.map((finding) => ({ ...finding, remedies: fitting(finding.remedies) }));
    this.#recent.splice(0, Math.max(0, this.#recent.length - diagnosisRows));
    return this.#findings;
  }

  async #samplerFor(count: number, gridCount: number): Promise<ReportSampler> {
    const known = this.#sampler;
    if (known?.count === count && known.gridCount === gridCount) return known;
    this.#sampler = undefined;
    known?.plan.dispose();
    const sampler = await createSampler(this.#context, count, gridCount);
    if (this.#isDisposed) sampler.plan.dispose();
    this.#assertUsable();
    this.#sampler = sampler;
    return sampler;
  }

  /** The same graph with other data is compiled once; its buffers lie in the engine's pool between two calls. */
  async #evaluate(graph: () => Tensor): Promise<Float32Array> {
    this.#assertUsable();
    try {
      return (await graph().data()) as Float32Array;
    } catch (error) {
      this.#assertUsable();
      throw error;
    }
  }

  async #batch(graph: () => Tensor): Promise<SampleBatch> {
    this.#assertUsable();
    const tensor = graph();
    return { values: await this.#evaluate(() => tensor), shape: tensor.shape };
  }
}
