import type { Loop } from "../compile/loop.ts";
import type { Plan } from "../compile/plan.ts";
import type { Controls } from "../controls.ts";
import type { Engine } from "../engine.ts";
import { abortSignal, assertKeys, describe, isList, type Kinds } from "../gpu/checks.ts";
import { OptionError } from "../gpu/errors.ts";
import type { StagedRead } from "../gpu/readback.ts";
import { type Shape, sizeOf } from "../graph/shape.ts";
import { diagnose } from "../probes/diagnose.ts";
import type { Finding } from "../probes/finding.ts";
import { ringRows, type TelemetryRing, type TelemetryRow } from "../probes/telemetry.ts";
import type { Tensor } from "../tensor.ts";
import { adviceOn, fittingRemedies } from "./combinations.ts";
import { compileSteps, createContext, disposeContext, kindOf, type StepPlans, stepsOf } from "./compile_steps.ts";
import { resolveConfig, wholeNumber } from "./config.ts";
import { namedChoices } from "./named_choices.ts";
import { fingerprintOf } from "./run/fingerprint.ts";
import { Pause } from "./run/pause.ts";
import { type Clock, progressOf, type SampleBatch, type TrainOptions, type TrainReport } from "./run/report.ts";
import { createSampler, drawnBy, outputRanges, type ReportSampler } from "./run/report_sampler.ts";
import {
  checkSnapshot,
  keepStates,
  type RestoreOptions,
  type Run,
  type Snapshot,
  takeSnapshot,
} from "./run/snapshot.ts";
import { judgementOf, sampleGraph, samplesFrom } from "./sampling.ts";
import { type ControlName, type StepContext, streams } from "./step_context.ts";
import type { ResolvedConfig, TrainerConfig } from "./trainer_config.ts";
import { type TrainerMemory, trainerMemory } from "./trainer_memory.ts";

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
 * Trains a generator against a discriminator. Everything a step needs is compiled once, in `create`; training then only
 * replays it, and measures itself in the backward pass.
 */
export class Trainer {
  readonly #context: StepContext;
  readonly #ring: TelemetryRing;
  readonly #plans: readonly Plan[];
  readonly #loop: Loop;
  readonly #run: Run;
  readonly #pause = new Pause();
  /** Of the last call of `train`, for the next one that asks for the same. */
  #sampler: ReportSampler | undefined;
  readonly #recent: TelemetryRow[] = [];
  #findings: readonly Finding[] = [];
  /** The first step whose row the ring may hold. */
  #ringFrom = 0;
  /** What moves the states now, and must not be disturbed. */
  #busy: "train" | "profile" | undefined;
  #isDisposed = false;

  private constructor(run: Run, plans: StepPlans) {
    const { engine, config } = run.context;
    this.#run = run;
    this.#context = run.context;
    this.#ring = run.ring;
    this.#plans = plans.all;
    const entries = (index: number) =>
      stepsOf(config, kindOf(config, index)).map(({ step, kind, times }) => ({ plan: plans.of(step, kind), times }));
    this.#loop = engine.loop(entries, { targetMilliseconds: config.submitMilliseconds });
  }

  /**
   * @throws OptionError for a configuration that does not fit together; DataError for data that can't be used.
   */
  static async create(engine: Engine, options: TrainerConfig): Promise<Trainer> {
    const config = resolveConfig(engine, options);
    const warn = options.onWarning ?? ((message: string) => console.warn(`saddlepoint: ${message}`));
    for (const advice of adviceOn(config)) {
      const remedies = advice.remedies.map(({ text }) => text).join("; or ");
      warn(advice.problem + (remedies && ` Try: ${remedies}.`), advice);
    }
    const context = createContext(engine, config);
    try {
      await Promise.all([
        context.generator.initialise(config.seed, streams.generatorParameters),
        context.discriminator.initialise(config.seed, streams.discriminatorParameters),
      ]);
      const fingerprint = await fingerprintOf(config);
      const { ring, plans } = await compileSteps(context, options);
      return new Trainer({ context, ring, fingerprint }, plans);
    } catch (error) {
      disposeContext(context);
      throw error;
    }
  }

  /** Generator steps done so far, counting those in flight. */
  get step(): number {
    return this.#loop.index;
  }

  get config(): ResolvedConfig {
    return this.#context.config;
  }

  /** Learning rates and penalty weights, which can be moved at any time. */
  get controls(): Controls<ControlName> {
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
  async *train(options: TrainOptions): AsyncGenerator<TrainReport, void, undefined> {
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
      let pending: Promise<TrainReport> | undefined;
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
   * Samples of the generator as it is now, [count, ...sample shape], from latent vectors that depend on the seed and the
   * step alone.
   */
  async sample(count: number): Promise<SampleBatch> {
    wholeNumber("samples", count, 1, 2 ** 20);
    return this.#batch(await this.#evaluate(() => sampleGraph(this.#context, count)), count);
  }

  /**
   * Samples of the generator as it is now from latent vectors of your own, [count, ...latent shape] in a row: to walk from
   * one to another, or to see the same ones again.
   *
   * @throws OptionError if the numbers are not a whole count of latent vectors.
   */
  async generate(latents: Float32Array): Promise<SampleBatch> {
    const { inputShape } = this.config.generator;
    const count = this.#countOf("generate", latents, "a latent vector of the generator", inputShape);
    const tensor = this.#context.engine.tensor(latents, [count, ...inputShape]);
    return this.#batch(await this.#evaluate(() => samplesFrom(this.#context, tensor)), count);
  }

  /**
   * What the discriminator as it is now says of samples, given in a row: a logit for each, above 0 where it takes the sample
   * for real. Where it is an autoencoder: minus the reconstruction error. Where it judges packs, each sample lies beside
   * copies of itself.
   *
   * @throws OptionError if the numbers are not a whole count of samples.
   */
  async judge(samples: Float32Array): Promise<Float32Array> {
    const { sampleShape } = this.config.data;
    const count = this.#countOf("judge", samples, "a sample", sampleShape);
    const tensor = this.#context.engine.tensor(samples, [count, sizeOf(sampleShape)]);
    return this.#evaluate(() => judgementOf(this.#context, tensor));
  }

  /** The parameters of both players, flat, in the order of their arenas. */
  async parameters(): Promise<{ readonly generator: Float32Array; readonly discriminator: Float32Array }> {
    this.#assertUsable();
    const { engine, generator, discriminator } = this.#context;
    const [g, d] = await engine.download([generator.arena.state, discriminator.arena.state]);
    return { generator: new Float32Array(g as ArrayBuffer), discriminator: new Float32Array(d as ArrayBuffer) };
  }

  /**
   * Copies the run to the host: all that training changes, controls, and what findings look back on, as they are after
   * `step` steps, also while `train` runs.
   */
  async snapshot(): Promise<Snapshot> {
    this.#assertUsable();
    const { step } = this;
    const from = Math.max(this.#ringFrom, step - diagnosisRows);
    return takeSnapshot(this.#run, step, from, this.#findings);
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
    const { step, controls, states, from, rows, findings } = checkSnapshot(this.#run, snapshot, except);
    for (const [state, values] of states) state.write(values);
    for (const [name, value] of controls) this.controls.set(name as ControlName, value);
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
    return trainerMemory(this.#context, this.#ring, [...this.#plans, ...(this.#sampler ? [this.#sampler.plan] : [])]);
  }

  /** Milliseconds of every kernel of a step, by plan; see `Plan.profile`. The run stays as it is. */
  async profile(): Promise<Readonly<Record<string, Float64Array>>> {
    this.#assertIdle("profile");
    this.#busy = "profile";
    try {
      const putBack = await keepStates(this.#context);
      const profiles: [string, Float64Array][] = [];
      for (const plan of this.#plans) profiles.push([plan.label, await plan.profile()]);
      putBack();
      return Object.fromEntries(profiles);
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
    const { data, config } = this.#context;
    const perStep = config.batchSize * config.discriminatorSteps;
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
  ): TrainReport {
    const telemetry = { columns: this.#ring.columns, rows: [...before, ...rows] };
    return {
      ...progressOf(step, telemetry, clock),
      findings: this.#diagnose(),
      ...(sampler && drawnBy(sampler, rest, this.config.data)),
    };
  }

  #diagnose(): readonly Finding[] {
    const { columns } = this.#ring;
    this.#findings = diagnose({ columns, rows: this.#recent }, this.#findings).map((finding) => ({
      ...finding,
      remedies: fittingRemedies(finding.remedies, this.config, namedChoices),
    }));
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

  #countOf(method: string, values: unknown, row: string, shape: Shape): number {
    this.#assertUsable();
    const size = sizeOf(shape);
    const given = isList(values) ? values.length : 0;
    if (given > 0 && given % size === 0) return given / size;
    const what = isList(values) ? `${given} numbers` : describe(values);
    throw new OptionError(
      `Trainer: ${method}() got ${what}, but ${row} has ${size}${isList(values) ? "" : " numbers"}; give a whole count of them.`,
    );
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

  #batch(values: Float32Array, count: number): SampleBatch {
    return { values, shape: [count, ...this.#context.config.data.sampleShape] };
  }
}
