import { at } from "../../errors/at.ts";
import { assertKeys, count, describe, type Kind, whole } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { ringRows } from "../../probes/telemetry.ts";
import type { Snapshot } from "../run/snapshot.ts";
import { CloserLook } from "../steps/closer_look.ts";
import type { History, HistoryOptions, StepExplanation } from "../trainer/history.ts";
import { lookCloser } from "../trainer/look_closer.ts";
import { examine, factsOf, take } from "../trainer/measured.ts";
import { putBack, snapshot } from "../trainer/snapshots.ts";
import { assertIdle, stepOf, type TrainerState } from "../trainer/state.ts";
import { advance } from "../trainer/training.ts";

const atLeastTwo: Kind = { says: "a whole number of at least 2", is: (value) => whole.is(value) && Number(value) >= 2 };

/** The option `history` of trainers. @throws OptionError for options that are none. */
export function checkedHistory(options: HistoryOptions): Required<HistoryOptions> {
  assertKeys<HistoryOptions>("Trainer, history", options, { snapshots: atLeastTwo, every: count });
  const { snapshots = 16, every = 100 } = options;
  return { snapshots, every };
}

interface Kept {
  readonly step: number;
  readonly snapshot: Promise<Snapshot>;
}

/** How controls stood from a step on. */
interface Move {
  readonly step: number;
  readonly values: ReadonlyMap<string, number>;
}

/** Snapshots of a run, the closer together the younger they are, and how its controls were moved between them. */
export class RunHistory implements History {
  readonly #state: TrainerState;
  readonly #options: Required<HistoryOptions>;
  /** In the order of their steps; the first one stays. */
  #kept: Kept[] = [];
  #moves: Move[] = [];
  #isReplaying = false;

  constructor(state: TrainerState, options: Required<HistoryOptions>) {
    this.#state = state;
    this.#options = options;
  }

  get nextDue(): number {
    const last = this.#kept.at(-1);
    return last ? last.step + this.#options.every : stepOf(this.#state);
  }

  tick(): void {
    if (this.#isReplaying) return;
    const values = valuesOf(this.#state);
    const last = this.#moves.at(-1)?.values;
    if (last && [...values].every(([name, value]) => last.get(name) === value)) return;
    this.#moves.push({ step: this.#state.loop.index, values });
  }

  takeIfDue(): void {
    const step = stepOf(this.#state);
    if (step < this.nextDue) return;
    const taken = { step, snapshot: snapshot(this.#state) };
    this.#kept.push(taken);
    // Without it, replays begin at the one before.
    taken.snapshot.catch(() => {
      this.#kept = this.#kept.filter((kept) => kept !== taken);
    });
    if (this.#kept.length > this.#options.snapshots) this.#kept.splice(this.#closest(step), 1);
  }

  begin(snapshot: Snapshot): void {
    this.#kept = [{ step: snapshot.step, snapshot: Promise.resolve(snapshot) }];
    this.#moves = [];
  }

  before(step: number): Promise<Snapshot> {
    return this.#keptBefore(step).snapshot;
  }

  async rewind(step: number): Promise<void> {
    const state = this.#state;
    this.#assertPast("rewind", step, stepOf(state));
    if (step === stepOf(state)) return assertIdle(state, "rewind");
    await this.#busy("rewind", async () => {
      const from = await this.before(step);
      putBack(state, from);
      this.#kept = this.#kept.filter((kept) => kept.step <= from.step);
      await this.#replay(step);
      this.#moves = this.#moves.filter((move) => move.step < step);
    });
  }

  async explainStep(step: number): Promise<StepExplanation> {
    const state = this.#state;
    this.#assertPast("explainStep", step, stepOf(state) - 1);
    return this.#busy("explainStep", async () => {
      const now = await snapshot(state);
      try {
        putBack(state, await this.before(step));
        await this.#replay(step);
        state.closer ??= { look: new CloserLook(state.context), columns: [] };
        return explained(state, step, await state.closer.look.at(step));
      } finally {
        if (!state.isDisposed) putBack(state, now);
      }
    });
  }

  async #busy<Result>(method: "rewind" | "explainStep", work: () => Promise<Result>): Promise<Result> {
    const state = this.#state;
    assertIdle(state, method);
    state.busy = method;
    this.#isReplaying = true;
    try {
      return await work();
    } finally {
      this.#isReplaying = false;
      state.busy = undefined;
    }
  }

  /** Takes the steps up to one again. A control that was moved right there is left as it was before it. */
  async #replay(step: number): Promise<void> {
    const state = this.#state;
    const { controls } = state.context;
    for (let from = stepOf(state); from < step; from = stepOf(state)) {
      const now = this.#moves.findLast((move) => move.step <= from);
      for (const [name, value] of now?.values ?? []) controls.set(name, value);
      const next = this.#moves.find((move) => move.step > from)?.step ?? step;
      const stop = Math.min(step, next, from + ringRows / 2);
      const advanced = await advance(state, stop, false);
      if (!advanced) continue;
      const { rows } = take(state, from, stepOf(state), await advanced.bytes);
      examine(state, await lookCloser(state, rows));
    }
  }

  #keptBefore(step: number): Kept {
    return this.#kept.findLast((kept) => kept.step <= step) ?? at(this.#kept, 0);
  }

  #assertPast(method: string, step: unknown, last: number): void {
    const first = this.#kept[0]?.step ?? last;
    if (whole.is(step) && Number(step) >= first && Number(step) <= last) return;
    const known = last < first ? "none was taken yet" : `it must be a whole number from ${first} to ${last}`;
    throw new OptionError(`Trainer: ${method}() got the step ${describe(step)}; ${known}.`);
  }

  /** Of those between the first and the last, the one whose neighbours are closest to each other for their age. */
  #closest(now: number): number {
    const gap = (i: number) =>
      (at(this.#kept, i + 1).step - at(this.#kept, i - 1).step) / (now - at(this.#kept, i - 1).step);
    const inner = Array.from({ length: this.#kept.length - 2 }, (_, i) => i + 1);
    return inner.reduce((best, i) => (gap(i) < gap(best) ? i : best));
  }
}

const valuesOf = ({ context: { controls } }: TrainerState): ReadonlyMap<string, number> =>
  new Map(controls.names.map((name) => [name, controls.get(name)]));

function explained(state: TrainerState, step: number, looked: ReadonlyMap<string, Float32Array>): StepExplanation {
  let offset = 0;
  const columns = [...looked].map(([name, { length: size }]) => {
    const column = { name, offset, size };
    offset += size;
    return column;
  });
  const values = Float32Array.from([...looked.values()].flatMap((part) => [...part]));
  const telemetry = { columns, rows: [{ step, values }] };
  const examiner = state.setup.run.examiner();
  examiner.see(telemetry, factsOf(state));
  return { step, telemetry, findings: examiner.findings() };
}
