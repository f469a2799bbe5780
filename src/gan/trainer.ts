import type { Loop } from "../compile/loop.ts";
import type { Plan } from "../compile/plan.ts";
import type { State } from "../compile/state.ts";
import type { Controls } from "../controls.ts";
import type { Engine } from "../engine.ts";
import { abortSignal, assertKeys, type Kinds } from "../gpu/checks.ts";
import { OptionError } from "../gpu/errors.ts";
import type { StagedRead } from "../gpu/readback.ts";
import { type Shape, sizeOf } from "../graph/shape.ts";
import { type ModeSummary, modeCoverage, summariseModes } from "../metrics/mode_coverage.ts";
import { diagnose, type Finding } from "../probes/diagnose.ts";
import { ringRows, series, type TelemetryRing, type TelemetryRow, type TelemetryTable } from "../probes/telemetry.ts";
import { adviceOn, fittingRemedies } from "./combinations.ts";
import {
  compileSteps,
  createContext,
  disposeContext,
  kindOf,
  type StepPlans,
  statesOf,
  stepsOf,
} from "./compile_steps.ts";
import { resolveConfig, wholeNumber } from "./config.ts";
import { gridGraph, judgementOf, sampleGraph, samplesFrom } from "./sampling.ts";
import { type ControlName, type StepContext, streams } from "./step_context.ts";
import type { ResolvedConfig, TrainerConfig } from "./trainer_config.ts";
import { type TrainerMemory, trainerMemory } from "./trainer_memory.ts";

export interface TrainOptions {
  /** Generator steps to take. */
  readonly steps: number;
  /** Generator steps from one report to the next. Default 100. */
  readonly reportEvery?: number;
  /** Samples in each report, taken at exactly its step. Default 0. */
  readonly samples?: number;
  /** Samples from latent vectors that stay the same over all reports, for a film strip of the training. Default 0. */
  readonly grid?: number;
  /** Ends the training after what is in flight; the last report is still given. */
  readonly signal?: AbortSignal;
}

const trainKinds: Kinds<TrainOptions> = {
  steps: true,
  reportEvery: true,
  samples: true,
  grid: true,
  signal: abortSignal,
};

export interface TrainReport {
  /** Generator steps done. */
  readonly step: number;
  /** Losses of the last step. */
  readonly losses: { readonly generator: number; readonly discriminator: number };
  /** What was measured in every step since the report before. */
  readonly telemetry: TelemetryTable;
  /** What is wrong, judged from that and the `diagnosisRows` rows before, with what helps in this configuration. */
  readonly findings: readonly Finding[];
  readonly stepsPerSecond: number;
  /** Seconds to the end of this call of `train`, at the present rate. */
  readonly secondsLeft: number;
  /** [samples, ...sample shape], if samples were asked for. */
  readonly samples?: SampleBatch;
  /** [grid, ...sample shape], if a grid was asked for. */
  readonly grid?: SampleBatch;
  /** Of those samples, where the data has known modes. */
  readonly modes?: ModeSummary;
}

export interface SampleBatch {
  readonly values: Float32Array;
  readonly shape: Shape;
}

/** All that training changes, on the host. Restoring it continues the run bit for bit. */
export interface Snapshot {
  readonly step: number;
  readonly states: readonly { readonly label: string; readonly bytes: ArrayBuffer }[];
}

/** Rows of telemetry that a diagnosis looks back on, before those since the last report. */
export const diagnosisRows = 512;

/** A plan that draws samples, and what its outputs are, in order. */
interface Sampler {
  readonly plan: Plan;
  readonly outputs: readonly ("samples" | "counts" | "grid")[];
  readonly count: number;
  readonly gridCount: number;
}

/**
 * Trains a generator against a discriminator. Everything a step needs is compiled once, in `create`; training then only
 * replays it, and measures itself in the backward pass.
 */
export class Trainer {
  readonly #context: StepContext;
  readonly #ring: TelemetryRing;
  readonly #plans: readonly Plan[];
  readonly #loop: Loop;
  readonly #samplers = new Map<string, Sampler>();
  readonly #recent: TelemetryRow[] = [];
  #findings: readonly Finding[] = [];
  #step = 0;
  #isTraining = false;
  #paused: { readonly promise: Promise<void>; readonly resume: () => void } | undefined;

  private constructor(context: StepContext, ring: TelemetryRing, plans: StepPlans) {
    const { engine, config } = context;
    this.#context = context;
    this.#ring = ring;
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
      const { ring, plans } = await compileSteps(context, options);
      return new Trainer(context, ring, plans);
    } catch (error) {
      disposeContext(context);
      throw error;
    }
  }

  /** Generator steps done so far, counting those in flight. */
  get step(): number {
    return this.#step;
  }

  get config(): ResolvedConfig {
    return this.#context.config;
  }

  /** Learning rates and penalty weights, which can be moved at any time. */
  get controls(): Controls<ControlName> {
    return this.#context.controls;
  }

  get isPaused(): boolean {
    return this.#paused !== undefined;
  }

  /** Stops before the next submission, until `resume`. */
  pause(): void {
    if (this.#paused) return;
    let resume = () => {};
    const promise = new Promise<void>((resolve) => {
      resume = resolve;
    });
    this.#paused = { promise, resume };
  }

  resume(): void {
    this.#paused?.resume();
    this.#paused = undefined;
  }

  /**
   * Trains, and yields a report every `reportEvery` steps. A report is read while the next stretch already runs, so the
   * GPU does not wait for it; leaving the loop early leaves at most that one stretch trained beyond the last report.
   *
   * @throws OptionError for steps or intervals out of range; DeviceLostError if the GPU goes.
   */
  async *train(options: TrainOptions): AsyncGenerator<TrainReport, void, undefined> {
    assertKeys<TrainOptions>("train", options, trainKinds, { epochs: "steps", iterations: "steps" });
    const steps = wholeNumber("steps", options.steps, 1, 2 ** 31);
    const reportEvery = wholeNumber("reportEvery", options.reportEvery ?? 100, 1, 2 ** 31);
    const count = wholeNumber("samples", options.samples ?? 0, 0, 2 ** 20);
    const gridCount = wholeNumber("grid", options.grid ?? 0, 0, 2 ** 20);
    if (this.#isTraining) throw new OptionError("Trainer: train() is running already; end that loop first.");
    this.#isTraining = true;
    try {
      const sampler = count + gridCount > 0 ? await this.#sampler(count, gridCount) : undefined;
      this.#reserveReads(Math.min(steps, reportEvery), sampler);
      const target = this.#step + steps;
      const clock = { from: this.#step, at: performance.now(), target };
      let pending: Promise<TrainReport> | undefined;
      let rows: TelemetryRow[] = [];
      while (this.#step < target) {
        const from = this.#step;
        const nextReport = Math.min(target, (Math.floor(from / reportEvery) + 1) * reportEvery);
        // The ring must be read before it comes round, reports or not.
        const stop = Math.min(nextReport, from + ringRows / 2);
        const isReport = stop === nextReport;
        const { bytes } = await this.#advance(stop, isReport ? sampler : undefined, options.signal);
        const reached = this.#step;
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
      }
      if (pending) yield await pending;
    } finally {
      this.#isTraining = false;
    }
  }

  /**
   * Samples of the generator as it is now, [count, ...sample shape], from latent vectors that depend on the seed and the
   * step alone.
   */
  async sample(count: number): Promise<SampleBatch> {
    const sampler = await this.#sampler(wholeNumber("samples", count, 1, 2 ** 20), 0);
    const [values] = await sampler.plan.runAndRead();
    return this.#batch(values as Float32Array, count);
  }

  /**
   * Samples of the generator as it is now from latent vectors of your own, [count, ...latent shape] in a row: to walk from
   * one to another, or to see the same ones again.
   *
   * @throws OptionError if the numbers are not a whole count of latent vectors.
   */
  async generate(latents: Float32Array): Promise<SampleBatch> {
    const { engine, config } = this.#context;
    const { inputShape } = config.generator;
    const size = sizeOf(inputShape);
    const count = latents.length / size;
    if (!Number.isInteger(count) || count < 1) {
      throw new OptionError(
        `Trainer: generate() got ${latents.length} numbers, but a latent vector of the generator has ${size}; give a ` +
          "whole count of them.",
      );
    }
    // The same graph with other data is compiled once.
    const samples = samplesFrom(this.#context, engine.tensor(latents, [count, ...inputShape]));
    return this.#batch((await samples.data()) as Float32Array, count);
  }

  /**
   * What the discriminator as it is now says of samples, given in a row: a logit for each, above 0 where it takes the sample
   * for real. Where it is an autoencoder: minus the reconstruction error. Where it judges packs, each sample lies beside
   * copies of itself.
   *
   * @throws OptionError if the numbers are not a whole count of samples.
   */
  async judge(samples: Float32Array): Promise<Float32Array> {
    const { engine, config } = this.#context;
    const size = sizeOf(config.data.sampleShape);
    const count = samples.length / size;
    if (!Number.isInteger(count) || count < 1) {
      throw new OptionError(
        `Trainer: judge() got ${samples.length} numbers, but a sample has ${size}; give a whole count of them.`,
      );
    }
    return (await judgementOf(this.#context, engine.tensor(samples, [count, size])).data()) as Float32Array;
  }

  /** The parameters of both players, flat, in the order of their arenas. */
  async parameters(): Promise<{ readonly generator: Float32Array; readonly discriminator: Float32Array }> {
    const { engine, generator, discriminator } = this.#context;
    const [g, d] = await engine.download([generator.arena.state, discriminator.arena.state]);
    return { generator: new Float32Array(g as ArrayBuffer), discriminator: new Float32Array(d as ArrayBuffer) };
  }

  /** Copies everything that training changes to the host. */
  async snapshot(): Promise<Snapshot> {
    const step = this.#step;
    const states = this.#states();
    const bytes = await this.#context.engine.download(states);
    return { step, states: states.map(({ label }, i) => ({ label, bytes: bytes[i] as ArrayBuffer })) };
  }

  /** @throws OptionError for a snapshot of other networks or optimisers. */
  restore(snapshot: Snapshot): void {
    const states = this.#states();
    const fits =
      snapshot.states.length === states.length &&
      states.every(({ label, shape }, i) => {
        const saved = snapshot.states[i];
        return saved?.label === label && saved.bytes.byteLength === 4 * sizeOf(shape);
      });
    if (!fits) {
      throw new OptionError(
        "Trainer: this snapshot was taken with other networks or optimisers; create the same ones first.",
      );
    }
    states.forEach((state, i) => {
      const bytes = snapshot.states[i]?.bytes as ArrayBuffer;
      state.write(state.dtype === "u32" ? new Uint32Array(bytes) : new Float32Array(bytes));
    });
    this.#step = snapshot.step;
    this.#loop.index = snapshot.step;
    this.#recent.length = 0;
    this.#findings = [];
  }

  /** The kernels of a step, as a text to read. */
  explain(): string {
    return this.#plans.map((plan) => String(plan.explain())).join("\n\n");
  }

  /** Bytes on the GPU, by role. */
  memory(): TrainerMemory {
    const samplers = [...this.#samplers.values()].map(({ plan }) => plan);
    return trainerMemory(this.#context, this.#ring, [...this.#plans, ...samplers]);
  }

  /** Milliseconds of every kernel of a step, by plan; see `Plan.profile`. It trains a few steps on the way. */
  async profile(): Promise<Readonly<Record<string, Float64Array>>> {
    const profiles: [string, Float64Array][] = [];
    for (const plan of this.#plans) profiles.push([plan.label, await plan.profile()]);
    return Object.fromEntries(profiles);
  }

  /** Gives back everything on the GPU. */
  dispose(): void {
    for (const plan of this.#plans) plan.dispose();
    for (const { plan } of this.#samplers.values()) plan.dispose();
    disposeContext(this.#context);
    this.#ring.dispose();
  }

  /** Submits steps up to `stop`, fewer if the signal says so, with the reads of what they measured. */
  async #advance(
    stop: number,
    sampler: Sampler | undefined,
    signal?: AbortSignal,
  ): Promise<{ readonly bytes: Promise<ArrayBuffer[]> }> {
    const from = this.#step;
    let read: StagedRead | undefined;
    const shouldStop = () => this.#paused !== undefined || signal?.aborted === true;
    while (this.#step < stop && signal?.aborted !== true) {
      const reads = [...this.#ring.ranges(from, stop), ...(sampler ? outputRanges(sampler) : [])];
      const end = { reads, plans: sampler ? [sampler.plan] : [] };
      const target = Math.min(stop, this.#step + this.#streamedSteps());
      const result = await this.#loop.run(target - this.#step, target === stop ? end : {}, shouldStop);
      this.#step += result.submitted;
      read = result.read;
      await this.#whilePaused(signal);
    }
    if (this.#step === from) return { bytes: Promise.resolve([]) };
    return { bytes: read?.read() ?? this.#context.engine.readRanges(this.#ring.ranges(from, this.#step)) };
  }

  /**
   * Puts the samples on the GPU that the next steps draw from, where it does not hold all of them, and tells for how many
   * steps they last. It depends on the step alone, so a repeated or restored run draws the same.
   */
  #streamedSteps(): number {
    const { data, config } = this.#context;
    const perStep = config.batchSize * config.discriminatorSteps;
    return Math.ceil((data.advance?.(this.#step * perStep) ?? Number.POSITIVE_INFINITY) / perStep);
  }

  /** Each stretch's read overlaps the next one's: whether a second buffer is needed would depend on how fast they are. */
  #reserveReads(steps: number, sampler: Sampler | undefined): void {
    const ranges = [...this.#ring.ranges(0, Math.min(steps, ringRows / 2)), ...(sampler ? outputRanges(sampler) : [])];
    const bytes = ranges.reduce((sum, { size }) => sum + size, 0);
    this.#loop.readback.reserve(bytes, 2);
  }

  /** Waits for `resume`. An abort ends the wait; the loss of the device rejects it. */
  async #whilePaused(signal?: AbortSignal): Promise<void> {
    if (!this.#paused || signal?.aborted) return;
    let stop = () => {};
    const aborted = new Promise<void>((resolve) => {
      stop = resolve;
    });
    signal?.addEventListener("abort", stop);
    try {
      await this.#loop.device.guard(Promise.race([this.#paused.promise, aborted]));
    } finally {
      signal?.removeEventListener("abort", stop);
    }
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
    part: { readonly rows: readonly TelemetryRow[]; readonly rest: readonly ArrayBuffer[] },
    clock: { from: number; at: number; readonly target: number },
    sampler: Sampler | undefined,
  ): TrainReport {
    const { columns } = this.#ring;
    const telemetry: TelemetryTable = { columns, rows: [...before, ...part.rows] };
    const now = performance.now();
    const stepsPerSecond = (1000 * (step - clock.from)) / Math.max(now - clock.at, 1e-3);
    Object.assign(clock, { from: step, at: now });
    const { modes } = this.#context.config.data;
    const drawn = (name: Sampler["outputs"][number]) => {
      const bytes = part.rest[sampler?.outputs.indexOf(name) ?? -1];
      return bytes && new Float32Array(bytes);
    };
    const [samples, counts, grid] = [drawn("samples"), drawn("counts"), drawn("grid")];
    return {
      step,
      losses: {
        generator: series(telemetry, "loss/generator").at(-1) ?? Number.NaN,
        discriminator: series(telemetry, "loss/discriminator").at(-1) ?? Number.NaN,
      },
      telemetry,
      findings: this.#diagnose(),
      stepsPerSecond,
      secondsLeft: (clock.target - step) / stepsPerSecond,
      ...(sampler && samples ? { samples: this.#batch(samples, sampler.count) } : {}),
      ...(sampler && grid ? { grid: this.#batch(grid, sampler.gridCount) } : {}),
      ...(sampler && counts && modes ? { modes: summariseModes(counts, sampler.count) } : {}),
    };
  }

  #diagnose(): readonly Finding[] {
    const { columns } = this.#ring;
    this.#findings = diagnose({ columns, rows: this.#recent }, this.#findings).map((finding) => ({
      ...finding,
      remedies: fittingRemedies(finding.remedies, this.config),
    }));
    this.#recent.splice(0, Math.max(0, this.#recent.length - diagnosisRows));
    return this.#findings;
  }

  async #sampler(count: number, gridCount: number): Promise<Sampler> {
    const key = `${count} and ${gridCount}`;
    const known = this.#samplers.get(key);
    if (known) return known;
    const { engine, config } = this.#context;
    const { modes } = config.data;
    const samples = count > 0 ? sampleGraph(this.#context, count) : undefined;
    const outputs = {
      ...(samples && { samples }),
      ...(samples && modes && { counts: modeCoverage(samples, modes).counts.cast("f32") }),
      ...(gridCount > 0 && { grid: gridGraph(this.#context, gridCount) }),
    };
    const plan = await engine.plan({ label: `sample ${key}`, outputs });
    const sampler = { plan, outputs: Object.keys(outputs) as Sampler["outputs"], count, gridCount };
    this.#samplers.set(key, sampler);
    return sampler;
  }

  #batch(values: Float32Array, count: number): SampleBatch {
    return { values, shape: [count, ...this.#context.config.data.sampleShape] };
  }

  #states(): readonly State[] {
    return statesOf(this.#context);
  }
}

function outputRanges({ plan }: Sampler) {
  return plan.graph.outputs.map((_, i) => plan.outputRange(i));
}
