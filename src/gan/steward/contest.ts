import { at } from "../../errors/at.ts";
import { messageOf } from "../../errors/checks.ts";
import { SaddlepointError } from "../../errors/errors.ts";
import { type Change, type Remedy, remedy } from "../../probes/remedies.ts";
import type { Snapshot } from "../run/snapshot.ts";
import type { BranchOutcome } from "../run/trials.ts";
import type { Trainer } from "../trainer/trainer.ts";
import { ahead, best } from "./best.ts";
import { distanceIn, secondHalf, trained } from "./outcome.ts";

/** What a change does, with its factor and without its reason. */
const phraseOf = (change: Change): string =>
  change.kind === "scale" ? `${change.name} x ${Number(change.factor.toPrecision(2))}` : remedy("", change).text;

export interface ContestOptions {
  readonly signal?: AbortSignal;
  /** Is told of steps that branches have taken. */
  spend(steps: number): void;
}

/** Branches of a run from one snapshot. Those that can't win are given back at once. */
export class Contest {
  readonly #trainer: Trainer;
  readonly #from: Snapshot;
  readonly #options: ContestOptions;
  readonly #branches: BranchOutcome[] = [];
  /** Of the branch without a change, and of the one that is ahead. */
  readonly #forks = new Map<number, Trainer>();

  constructor(trainer: Trainer, from: Snapshot, options: ContestOptions) {
    this.#trainer = trainer;
    this.#from = from;
    this.#options = options;
  }

  get branches(): readonly BranchOutcome[] {
    return this.#branches;
  }

  /** See `best`. What was given back has lost, and was not followed for as long. */
  get chosen(): number {
    return best(this.#present);
  }

  /** Whether a branch is ahead of the one without a change, and it isn't clear yet. */
  get isOpen(): boolean {
    return this.chosen === 0 && ahead(this.#present) > 0;
  }

  /** Those that the branch which is ahead has taken. */
  get steps(): number {
    return at(this.#branches, this.chosen || ahead(this.#present)).steps;
  }

  get #present(): readonly BranchOutcome[] {
    return this.#branches.map(({ distance, ...lost }, i) =>
      this.#forks.has(i) && distance ? { ...lost, distance } : lost,
    );
  }

  /** Trains one more branch; the first one is the one without a change. */
  async enter(steps: number, given?: Remedy): Promise<void> {
    const changes = given?.changes ?? [];
    const what = given ? changes.map(phraseOf).join(" and ") : "no change";
    const index = this.#branches.length;
    this.#branches.push({ what, changes, steps: 0, findings: [] });
    try {
      this.#forks.set(index, await this.#trainer.fork(changes, this.#from));
      await this.#train(index, steps);
    } catch (error) {
      if (!(error instanceof SaddlepointError)) throw error;
      this.#branches[index] = { ...at(this.#branches, index), refused: messageOf(error) };
    }
    const kept = this.chosen || ahead(this.#present);
    for (const other of this.#forks.keys()) if (other !== 0 && other !== kept) this.#giveBack(other);
  }

  /** Trains those that are left for longer, and judges them by that. */
  async goOn(steps: number): Promise<void> {
    for (const index of this.#forks.keys()) await this.#train(index, steps);
  }

  /** The trainer of the branch that was chosen, which is no longer given back. */
  take(): Trainer | undefined {
    const fork = this.#forks.get(this.chosen);
    this.#forks.delete(this.chosen);
    return fork;
  }

  end(): void {
    for (const index of [...this.#forks.keys()]) this.#giveBack(index);
  }

  async #train(index: number, steps: number): Promise<void> {
    const fork = this.#forks.get(index);
    if (!fork) return;
    const { signal, spend } = this.#options;
    const { telemetry, findings } = await trained(fork, { steps, reportEvery: steps, ...(signal && { signal }) });
    spend(steps);
    if (signal?.aborted) return;
    const before = at(this.#branches, index);
    this.#branches[index] = {
      ...before,
      steps: before.steps + steps,
      findings,
      distance: distanceIn(secondHalf(telemetry)),
    };
  }

  #giveBack(index: number): void {
    this.#forks.get(index)?.dispose();
    this.#forks.delete(index);
  }
}
