import type { LoopEntry } from "../../compile/plan/loop.ts";
import type { Plan } from "../../compile/plan/plan.ts";
import type { ResolvedGame } from "./resolve.ts";
import type { ResolvedRun } from "./run_options.ts";
import { keyOf, neededSteps, type StepSpec, stepsOfTurn, unprobed } from "./turn.ts";

/** Plans by the key of their step. */
export type PlansByKey = ReadonlyMap<string, Plan>;

/**
 * The plans of all steps that a training takes. Those with the costlier probes may come later, all at once: until then turns
 * take the others, which move the parameters by the same bits.
 */
export class StepPlans {
  #ready: PlansByKey;
  #isWhole: boolean;
  #failure: { readonly reason: unknown } | undefined;
  readonly #completion: Promise<void> | undefined;
  readonly #ended = new AbortController();

  /**
   * @param compileRest makes what is not there yet; undefined if nothing is missing
   * @param signal ends that
   */
  constructor(
    readonly game: ResolvedGame,
    readonly run: ResolvedRun,
    ready: PlansByKey,
    compileRest?: (signal: AbortSignal) => Promise<PlansByKey>,
    signal?: AbortSignal,
  ) {
    this.#ready = ready;
    this.#isWhole = !compileRest;
    this.#completion = compileRest && this.#complete(compileRest, signal);
  }

  /** Those that the next turns may take. */
  get all(): readonly Plan[] {
    return [...this.#ready.values()];
  }

  /** Whether the probed ones are there. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** What a turn takes now, and whether it measures all that is due. */
  turn(index: number): { readonly entries: readonly LoopEntry[]; readonly isProbed: boolean } {
    const steps = stepsOfTurn(this.game, this.run, index);
    const isDue = steps.some(({ spec }) => spec.probed);
    const taken = (spec: StepSpec) => (this.#isWhole ? spec : unprobed(spec));
    return {
      entries: steps.map(({ spec, times }) => ({ plan: planOf(this.#ready, keyOf(taken(spec))), times })),
      isProbed: isDue && this.#isWhole,
    };
  }

  /** @throws whatever ended the compilation of the probed plans. */
  assertSound(): void {
    if (this.#failure) throw this.#failure.reason;
  }

  /** Waits for the probed ones. */
  async whole(): Promise<void> {
    await this.#completion;
    this.assertSound();
  }

  dispose(): void {
    this.#ended.abort();
    for (const plan of this.all) plan.dispose();
    this.#ready = new Map();
  }

  async #complete(compileRest: (signal: AbortSignal) => Promise<PlansByKey>, signal?: AbortSignal): Promise<void> {
    const ended = this.#ended;
    const end = () => ended.abort(signal?.reason);
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
    try {
      this.#take(await compileRest(ended.signal));
    } catch (reason) {
      this.#failure = { reason };
    } finally {
      signal?.removeEventListener("abort", end);
    }
  }

  /** Keeps of all plans those that turns take from now on. */
  #take(rest: PlansByKey): void {
    const all = new Map([...this.#ready, ...rest]);
    const { signal } = this.#ended;
    const keys = signal.aborted ? [...this.#ready.keys()] : neededSteps(this.game, this.run).map(keyOf);
    this.#ready = new Map(keys.map((key) => [key, planOf(all, key)]));
    for (const [key, plan] of all) if (!this.#ready.has(key)) plan.dispose();
    signal.throwIfAborted();
    this.#isWhole = true;
  }
}

function planOf(plans: PlansByKey, key: string): Plan {
  const plan = plans.get(key);
  if (!plan) throw new Error(`There is no plan of the step ${key}.`);
  return plan;
}
