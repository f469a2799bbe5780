import type { Loop } from "../../compile/plan/loop.ts";
import type { Plan } from "../../compile/plan/plan.ts";
import { OptionError } from "../../errors/errors.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Finding } from "../../probes/finding.ts";
import type { SampleMetrics } from "../../probes/rules/rule.ts";
import type { TelemetryRow } from "../../probes/telemetry.ts";
import { once } from "../game/once.ts";
import { Pause } from "../run/pause.ts";
import type { ReportSampler } from "../run/report_sampler.ts";
import type { Run } from "../run/run.ts";
import { sampleGraph } from "../steps/sampling.ts";
import { stepsOfTurn } from "../steps/turn.ts";
import type { GameSetup, PreparedGame } from "./setup.ts";

/** A trainer's parts, and what it is at: what its methods work on. */
export interface TrainerState extends Run {
  readonly setup: GameSetup;
  readonly plans: readonly Plan[];
  readonly loop: Loop;
  readonly pause: Pause;
  /** Of what the game makes. */
  readonly sampleShape: () => Shape;
  /** Of the last call of `train`, for the next one that asks for the same. */
  sampler: ReportSampler | undefined;
  /** Rows that a diagnosis looks at. */
  readonly recent: TelemetryRow[];
  findings: readonly Finding[];
  /** Of the samples that a report drew last. */
  metrics: SampleMetrics;
  /** The first step whose row the ring may hold. */
  ringFrom: number;
  /** What moves the states now, and must not be disturbed. */
  busy: "train" | "profile" | undefined;
  isDisposed: boolean;
}

export function createState({ setup, run: { context, ring }, plans }: PreparedGame): TrainerState {
  const { engine, game, run } = context;
  const entries = (index: number) =>
    stepsOfTurn(game, run, index).map(({ spec, times }) => ({ plan: plans.of(spec), times }));
  return {
    setup,
    context,
    ring,
    plans: plans.all,
    loop: engine.loop(entries, { targetMilliseconds: run.submitMilliseconds }),
    pause: new Pause(),
    sampleShape: once(() => sampleGraph(context, 1).shape.slice(1)),
    sampler: undefined,
    recent: [],
    findings: [],
    metrics: {},
    ringFrom: 0,
    busy: undefined,
    isDisposed: false,
  };
}

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

/** What fails because the trainer was disposed meanwhile says that. */
export async function whileUsable<Result>(state: TrainerState, work: () => Promise<Result>): Promise<Result> {
  assertUsable(state);
  try {
    return await work();
  } catch (error) {
    assertUsable(state);
    throw error;
  }
}
