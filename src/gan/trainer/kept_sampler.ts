import type { Plan } from "../../compile/plan/plan.ts";
import { createSampler, type ReportSampler } from "../run/report_sampler.ts";
import type { GameContext } from "../steps/context.ts";
import type { Usage } from "./usage.ts";

/** The sampler of the last call of `train`, for the next one that asks for the same. */
export class KeptSampler {
  readonly #context: GameContext;
  readonly #usage: Usage;
  #sampler: ReportSampler | undefined;

  constructor(context: GameContext, usage: Usage) {
    this.#context = context;
    this.#usage = usage;
  }

  get plans(): readonly Plan[] {
    return this.#sampler ? [this.#sampler.plan] : [];
  }

  /** Of `count` samples and a grid of `gridCount`; undefined where neither is asked for. */
  async for(count: number, gridCount: number): Promise<ReportSampler | undefined> {
    if (count + gridCount === 0) return undefined;
    const known = this.#sampler;
    if (known?.count === count && known.gridCount === gridCount) return known;
    this.#sampler = undefined;
    known?.plan.dispose();
    const sampler = await createSampler(this.#context, count, gridCount);
    if (this.#usage.isDisposed) sampler.plan.dispose();
    this.#usage.assertUsable();
    this.#sampler = sampler;
    return sampler;
  }
}
