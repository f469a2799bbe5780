import { assertKeys, count, positive } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Finding } from "../../probes/finding.ts";
import type { TrainOptions, TrainReport } from "../run/report.ts";
import type { Snapshot } from "../run/snapshot.ts";
import type { StewardReport, Trial } from "../run/trials.ts";
import type { Steward, StewardOptions } from "../trainer/steward.ts";
import type { MakesSteward, Trainer } from "../trainer/trainer.ts";
import { candidates, keyOf } from "./candidates.ts";
import { Contest } from "./contest.ts";

/** Fewer steps tell nothing of a remedy. */
const fewestSteps = 40;

/** The option `steward` of trainers. @throws OptionError for options that are none. */
export const stewardOf: MakesSteward = (trainer, options, before) => {
  assertKeys<StewardOptions>("Trainer, steward", options, { steps: count, remedies: count, budget: positive });
  const { steps = 300, remedies = 3, budget = 2 } = options;
  if (steps < fewestSteps) {
    throw new OptionError(`Trainer, steward: steps is ${steps}; branches of less than ${fewestSteps} tell nothing.`);
  }
  return new TrialSteward(trainer, { steps, remedies, budget }, before);
};

/** A branch that is ahead is followed for this many times the steps, at most. */
const mostRounds = 2;

/**
 * Tries remedies on copies of a run: at a finding it goes back to the last snapshot of before it, and trains branches from there, by the
 * same random numbers: one without a change, and one for each of the first remedies. It goes on as the best one only if that is
 * clearly better than doing nothing.
 */
class TrialSteward implements Steward {
  readonly #trainer: Trainer;
  readonly #options: Required<StewardOptions>;
  readonly #before: (step: number) => Promise<Snapshot>;
  readonly #trials: Trial[] = [];
  #spent = 0;
  #budget = 0;
  /** What was tried since the run was changed last, by what it is. */
  readonly #tried = new Set<string>();
  /** Before it, no further trial. */
  #restsUntil = 0;

  constructor(trainer: Trainer, options: Required<StewardOptions>, before: (step: number) => Promise<Snapshot>) {
    this.#trainer = trainer;
    this.#options = options;
    this.#before = before;
  }

  async *during<Report extends TrainReport>(
    options: TrainOptions,
    train: (options: TrainOptions) => AsyncGenerator<Report, void, undefined>,
  ): AsyncGenerator<Report, void, undefined> {
    const trainer = this.#trainer;
    const end = trainer.step + options.steps;
    this.#budget += Math.round(this.#options.budget * options.steps);
    for (let winner: Trainer | undefined, steps = options.steps; steps > 0; steps = end - trainer.step) {
      winner = undefined;
      for await (const report of train({ ...options, steps })) {
        yield { ...report, steward: this.#report(report) };
        winner = await this.#tend(report, end, options.signal);
        if (winner) break;
      }
      if (!winner) return;
      // A trainer that was disposed meanwhile says so, and nothing is left behind.
      await trainer.adopt(winner).catch((error: unknown) => {
        winner?.dispose();
        throw error;
      });
    }
  }

  #report({ findings }: TrainReport): StewardReport {
    const tried = new Set(this.#trials.filter(({ chosen }) => chosen === 0).map(({ finding }) => finding.ailment));
    const unhealed = troubles(findings).map(({ ailment }) => ailment);
    return {
      trials: [...this.#trials],
      spent: this.#spent,
      budget: this.#budget,
      unhealed: unhealed.filter((ailment) => tried.has(ailment)),
    };
  }

  /** What the run is to go on as; undefined: as it is. */
  async #tend(report: TrainReport, end: number, signal?: AbortSignal): Promise<Trainer | undefined> {
    const { step } = report;
    const isOver = () => signal?.aborted === true || this.#trainer.isDisposed;
    const [finding] = troubles(report.findings);
    if (!finding || step >= end || step < this.#restsUntil || isOver()) return undefined;
    const from = await this.#before(finding.sinceStep);
    const steps = Math.min(this.#options.steps, end - from.step);
    const affordable = Math.floor((this.#budget - this.#spent) / steps) - 1;
    const remedies = candidates(this.#trainer, troubles(report.findings))
      .filter((remedy) => !this.#tried.has(keyOf(remedy)))
      .slice(0, Math.min(this.#options.remedies, affordable));
    if (remedies.length === 0 || steps < fewestSteps) return undefined;
    const contest = new Contest(this.#trainer, from, {
      ...(signal && { signal }),
      spend: (spent) => {
        this.#spent += spent;
      },
    });
    try {
      for (const remedy of [undefined, ...remedies]) if (!isOver()) await contest.enter(steps, remedy);
      // Whoever is ahead, if not by so much that nobody doubts it, is followed for longer, and nothing beside.
      for (let longer = steps; contest.isOpen && longer <= mostRounds * steps; longer *= 2) {
        const isAffordable = this.#spent + 2 * longer <= this.#budget;
        if (!isAffordable || from.step + contest.steps + longer > end || isOver()) break;
        await contest.goOn(longer);
      }
      if (isOver()) return undefined;
      const { branches, chosen } = contest;
      this.#trials.push({ step, finding, from: from.step, branches, chosen });
      for (const remedy of remedies) this.#tried.add(keyOf(remedy));
      this.#restsUntil = step + steps;
      if (chosen === 0) return undefined;
      this.#tried.clear();
      const goesOnAt = from.step + contest.steps;
      this.#restsUntil = goesOnAt + steps;
      // What the run needn't train any more costs nothing.
      this.#spent -= Math.max(0, goesOnAt - step);
      return contest.take();
    } finally {
      contest.end();
    }
  }
}

/** Findings that something should be done about, the most severe first. */
const troubles = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ severity }) => severity !== "info");
