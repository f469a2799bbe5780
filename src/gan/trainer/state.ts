import type { Loop } from "../../compile/plan/loop.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Extra } from "../../errors/extra.ts";
import type { Shape } from "../../graph/shape.ts";
import type { RunExaminer } from "../../probes/diagnosis/diagnosis.ts";
import type { SampleMetrics } from "../../probes/rules/rule.ts";
import type { TelemetryRing } from "../../probes/telemetry.ts";
import { once } from "../game/once.ts";
import type { Fingerprint } from "../run/fingerprint.ts";
import { Pause } from "../run/pause.ts";
import type { ReportSampler } from "../run/report_sampler.ts";
import type { Run } from "../run/run.ts";
import type { Closer } from "../steps/closer_look.ts";
import type { GameContext } from "../steps/context.ts";
import { sampleGraph } from "../steps/sampling.ts";
import type { StepPlans } from "../steps/step_plans.ts";
import type { History, HistoryOptions } from "./history.ts";
import type { Recovery } from "./recovery.ts";
import type { GameSetup, PreparedGame } from "./setup.ts";

/** What of a trainer lives on the GPU: others take its place if that is lost. */
export interface TrainerParts extends Run {
  context: GameContext;
  ring: TelemetryRing;
  plans: StepPlans;
  loop: Loop;
  /** Of what the game makes. */
  sampleShape: () => Shape;
}

/** A trainer's parts, and what it is at: what its methods work on. */
export interface TrainerState extends TrainerParts {
  setup: GameSetup;
  /** Undefined on a page that goes without snapshots. */
  fingerprint: Fingerprint | undefined;
  history?: History | undefined;
  readonly pause: Pause;
  recovery?: Recovery | undefined;
  /** Once a step was not finite. */
  closer?: Closer | undefined;
  /** Of the last call of `train`, for the next one that asks for the same. */
  sampler: ReportSampler | undefined;
  examiner: RunExaminer;
  /** Of the samples that a report drew last. */
  metrics: SampleMetrics;
  /** The first step whose row the ring may hold. */
  ringFrom: number;
  /** What moves the states now, and must not be disturbed. */
  busy: "train" | "profile" | "rewind" | "explainStep" | undefined;
  isDisposed: boolean;
}

/** Comes with `extraRemaking`. */
export const extraRecovery: Pick<Extra<(state: TrainerState) => Recovery>, "part"> = {};

/** Comes with `extraHistory`. */
export const extraKeptHistory: Pick<
  Extra<(state: TrainerState, options: Required<HistoryOptions>) => History>,
  "part"
> = {};

export function partsOf({ run: { context, ring }, plans }: PreparedGame): TrainerParts {
  const { engine, run } = context;
  const entries = (index: number) => {
    const { entries, isProbed } = plans.turn(index);
    ring.note(index, isProbed);
    return entries;
  };
  return {
    context,
    ring,
    plans,
    loop: engine.loop(entries, { targetMilliseconds: run.submitMilliseconds }),
    sampleShape: once(() => sampleGraph(context, 1).shape.slice(1)),
  };
}

export function createState(prepared: PreparedGame): TrainerState {
  const state: TrainerState = {
    ...partsOf(prepared),
    setup: prepared.setup,
    fingerprint: prepared.fingerprint,
    pause: new Pause(),
    sampler: undefined,
    examiner: prepared.setup.run.examiner(),
    metrics: {},
    ringFrom: 0,
    busy: undefined,
    isDisposed: false,
  };
  if (prepared.recovers) state.recovery = extraRecovery.part?.(state);
  if (prepared.history) state.history = extraKeptHistory.part?.(state, prepared.history);
  return state;
}

/** Turns done: where a trainer that is being brought back is at the end of that. */
export const stepOf = ({ recovery, loop }: TrainerState): number => recovery?.step ?? loop.index;

export function assertUsable({ isDisposed, busy }: TrainerState): void {
  if (!isDisposed) return;
  throw new OptionError(
    `Trainer: it was disposed${busy ? ` while ${busy}() ran` : ""}; create a new one with Trainer.create().`,
  );
}

/** Of what would change the states under a loop that runs. */
export function assertIdle(state: TrainerState, method: string): void {
  assertUsable(state);
  const { busy } = state;
  if (!busy) return;
  const what = method === busy ? "" : `${method}() must wait: `;
  throw new OptionError(`Trainer: ${what}${busy}() is running already; end that loop first.`);
}

/**
 * Works on the GPU, where the trainer is brought back if that is lost. What fails because the trainer was disposed meanwhile says
 * that.
 */
export async function whileUsable<Result>(state: TrainerState, work: () => Promise<Result>): Promise<Result> {
  assertUsable(state);
  try {
    return await (state.recovery?.keep(work) ?? work());
  } catch (error) {
    assertUsable(state);
    throw error;
  }
}
