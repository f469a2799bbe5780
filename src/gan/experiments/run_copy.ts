import type { LoopEntry } from "../../compile/plan/loop.ts";
import type { Plan } from "../../compile/plan/plan.ts";
import type { State } from "../../compile/state.ts";
import { type Engine, engineKind } from "../../engine/engine.ts";
import type { PlanDescription } from "../../engine/plan_description.ts";
import { abortSignal, assertKind, callback, type KindOf, object } from "../../errors/checks.ts";
import type { DType, Shape } from "../../graph/shape.ts";
import { TelemetryLayout } from "../../probes/telemetry.ts";
import { bytesOf, type Snapshot } from "../run/snapshot.ts";
import { buildStep } from "../steps/build_step.ts";
import { createContext, disposeContext } from "../steps/compile_steps.ts";
import type { GameContext } from "../steps/context.ts";
import type { ResolvedGame } from "../steps/resolve.ts";
import type { ResolvedRun } from "../steps/run_options.ts";
import type { StepSpec } from "../steps/turn.ts";
import type { ResolvedConfig } from "../trainer/trainer_config.ts";

/** What an experiment reads of a trainer, any of whose games it can be. */
export interface ReadableRun {
  readonly game: ResolvedGame;
  readonly options: ResolvedRun;
  snapshot(): Promise<Snapshot>;
}

/** A trainer of a generator and a discriminator. */
export interface ReadableGan extends ReadableRun {
  readonly config: ResolvedConfig;
}

/** What all experiments take. */
export interface ExperimentOptions {
  /** Ends it: the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How much of it is done, in steps or in batches. */
  readonly progress?: (done: number, total: number) => void;
}

export const experimentKinds = { signal: abortSignal, progress: callback };

const isRun = (value: unknown): value is ReadableRun =>
  object.is(value) && "game" in value && "options" in value && typeof value["snapshot"] === "function";

export const runKind: KindOf<ReadableRun> = { is: isRun, says: "what gan.Trainer.create() resolves to" };

export const ganKind: KindOf<ReadableGan> = {
  is: (value): value is ReadableGan => isRun(value) && "config" in value,
  says: "what gan.Trainer.create() resolves to for a generator and a discriminator",
};

/** Parts that a call is told of: between them the GPU is waited for. */
const mostParts = 100;

/**
 * A copy of a run on the GPU, whose players an experiment may move as it likes. Of the run itself it has read a snapshot and
 * nothing else, so that there is nothing to be put back, whatever becomes of the experiment.
 */
export class RunCopy {
  readonly #snapshot: Snapshot;
  readonly #options: ExperimentOptions;
  readonly #plans: Plan[] = [];
  readonly #states: State[] = [];
  #drawn: number;
  #done = 0;
  #total = 0;

  constructor(
    readonly context: GameContext,
    snapshot: Snapshot,
    options: ExperimentOptions,
  ) {
    this.#snapshot = snapshot;
    this.#options = options;
    const { game, run } = context;
    const most = Math.max(...Object.values(game.players).map(({ stepsPerTurn }) => stepsPerTurn));
    this.#drawn = snapshot.step * most * run.batchSize;
  }

  /** Turns that the run has played. */
  get turn(): number {
    return this.#snapshot.step;
  }

  /** A state that ends with the copy; zero until it is written. */
  state(label: string, shape: Shape, dtype: DType = "f32"): State {
    const state = this.context.engine.state(label, shape, dtype);
    this.#states.push(state);
    return state;
  }

  /** A plan that ends with the copy. */
  async plan(description: PlanDescription): Promise<Plan> {
    const { signal } = this.#options;
    const { fuse } = this.context.run;
    const plan = await this.context.engine.plan({ fuse, ...description, ...(signal && { signal }) });
    this.#plans.push(plan);
    return plan;
  }

  /** The step that the run takes, of some of its players, or of those of another table over the same networks. */
  step(spec: StepSpec, context = this.context): Promise<Plan> {
    const { updates, precise } = buildStep(context, new TelemetryLayout(), spec);
    return this.plan({
      label: `${spec.movers.join(" and ")} step of an experiment`,
      updates,
      ...(context.run.precision === "mixed" && { halfPrecision: { except: precise } }),
    });
  }

  /**
   * Puts everything to where the run is, or what lies under some paths. What a plan declares that is made afterwards keeps
   * its first value.
   */
  load(isTaken: (path: string) => boolean = () => true): void {
    const { carry, controls } = this.context;
    const saved = new Map(this.#snapshot.states.map(({ path, bytes }) => [path, bytes]));
    for (const [path, state] of carry.states) {
      const bytes = isTaken(path) ? bytesOf(saved.get(path)) : undefined;
      if (bytes) state.write(state.dtype === "u32" ? new Uint32Array(bytes) : new Float32Array(bytes));
    }
    for (const [name, value] of Object.entries(this.#snapshot.controls))
      if (controls.names.includes(name)) controls.set(name, value);
  }

  /** How many iterations of `run` there will be in all. */
  expect(total: number): void {
    this.#total = total;
  }

  /**
   * Runs what each iteration says, in order, and waits for the GPU to finish.
   *
   * @param batches of the data that an iteration draws, at most
   */
  async run(entries: (index: number) => readonly LoopEntry[], iterations: number, batches = 1): Promise<void> {
    const { engine, data, run } = this.context;
    const { signal, progress } = this.#options;
    const loop = engine.loop(entries, { targetMilliseconds: run.submitMilliseconds });
    const samples = batches * run.batchSize;
    const longest = Math.ceil(Math.max(iterations, this.#total) / mostParts);
    for (let done = 0; done < iterations; ) {
      signal?.throwIfAborted();
      // Of data that is streamed, the GPU holds the samples of so many iterations.
      const held = Math.ceil((data.advance?.(this.#drawn) ?? Number.POSITIVE_INFINITY) / samples);
      const part = Math.min(iterations - done, longest, held);
      await loop.run(part, {}, () => signal?.aborted);
      await loop.finished();
      signal?.throwIfAborted();
      this.#drawn += part * samples;
      done += part;
      this.#done += part;
      progress?.(this.#done, this.#total);
    }
  }

  dispose(): void {
    for (const plan of this.#plans) plan.dispose();
    for (const state of this.#states) state.destroy();
    disposeContext(this.context);
  }
}

/** Works on a copy of a run, and gives everything on the GPU back, however that ends. */
export async function onCopy<Result>(
  where: string,
  engine: Engine,
  { game, options: run }: Omit<ReadableRun, "snapshot">,
  snapshot: () => Promise<Snapshot>,
  options: ExperimentOptions,
  work: (copy: RunCopy) => Promise<Result>,
): Promise<Result> {
  assertKind(where, "the engine", engine, engineKind);
  options.signal?.throwIfAborted();
  const taken = await snapshot();
  const copy = new RunCopy(createContext(engine, game, run), taken, options);
  try {
    return await work(copy);
  } finally {
    copy.dispose();
  }
}
