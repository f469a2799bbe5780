import type { Plan, PlanOptions } from "../../compile/plan/plan.ts";
import type { State } from "../../compile/state.ts";
import { CarryStore } from "../../engine/carry.ts";
import { Controls } from "../../engine/controls.ts";
import type { Engine } from "../../engine/engine.ts";
import { at, named } from "../../errors/at.ts";
import { partOf } from "../../errors/extra.ts";
import { HeldNetwork } from "../../nn/network/held_network.ts";
import { Learner } from "../../optim/learner.ts";
import { TelemetryLayout, TelemetryRing } from "../../probes/telemetry.ts";
import { ofPlayer, perPlayer } from "../play/game.ts";
import { extraAverages } from "./averages.ts";
import { buildStep, type GameStep } from "./build_step.ts";
import type { GameContext } from "./context.ts";
import type { ResolvedGame } from "./resolve.ts";
import type { ResolvedRun, RunOptions } from "./run_options.ts";
import { type PlansByKey, StepPlans } from "./step_plans.ts";
import { keyOf, labelOf, neededSteps, type StepSpec, unprobed } from "./turn.ts";

/** Puts on the GPU what the steps work on. */
export function createContext(engine: Engine, game: ResolvedGame, run: ResolvedRun): GameContext {
  const { liveBytes } = engine.stats();
  const data = game.data.prepare(engine);
  const dataBytes = engine.stats().liveBytes - liveBytes;
  const carry = new CarryStore(engine);
  const networks = Object.fromEntries(
    Object.entries(game.networks).map(([name, network]) => [name, new HeldNetwork(carry, name, network)]),
  );
  const learners = perPlayer(game.order, (player) => {
    const { moves, optimizer } = ofPlayer(game.players, player);
    const held = moves.map((network) => named(networks, network));
    return new Learner(carry, player, held, {
      optimizer: optimizer.optimizer,
      scalesLoss: run.precision === "mixed",
    });
  });
  const averaged = game.order.flatMap((player) => {
    const { average } = ofPlayer(game.players, player);
    if (!average) return [];
    const { ParameterAverage } = partOf(extraAverages, "An average");
    return [[player, new ParameterAverage(carry, ofPlayer(learners, player), average)] as const];
  });
  const last = at(game.order, game.order.length - 1);
  const turns =
    ofPlayer(game.players, last).stepsPerTurn === 1
      ? ofPlayer(learners, last).steps
      : carry.state("turns", { shape: [], dtype: "u32" });
  return {
    engine,
    game,
    run,
    carry,
    networks,
    learners,
    averages: Object.fromEntries(averaged),
    turns,
    data,
    dataBytes,
    controls: new Controls(engine, "controls", game.controls),
  };
}

export function disposeContext({ carry, controls, data }: GameContext): void {
  for (const part of [carry, controls, data]) part.dispose();
}

export interface CompileStepsOptions extends Pick<RunOptions, "progress" | "signal"> {
  /** Whether to wait for the plans with the costlier probes, too. */
  readonly fromStart?: boolean;
}

/**
 * Builds the graphs of all kinds of step, then the ring that holds what they measure, then the plans that a training can begin
 * with. The probed ones are compiled behind them, not beside them: some drivers compile one kernel at a time.
 */
export async function compileSteps(
  context: GameContext,
  { progress, signal, fromStart = context.run.probesFromStart }: CompileStepsOptions = {},
): Promise<{ ring: TelemetryRing; plans: StepPlans }> {
  const { engine, game, run, carry } = context;
  const layout = new TelemetryLayout();
  const needed = neededSteps(game, run);
  const first = fromStart ? needed : needed.map(unprobed);
  const specs = new Map([...needed, ...first].map((spec) => [keyOf(spec), spec]));
  const graphs = [...specs].map(([key, spec]) => ({
    key,
    spec,
    graph: buildStep(context, layout, spec),
    values: layout.take(),
  }));
  carry.seal();
  const sparse = { columns: probedOnly(graphs, layout), every: Math.max(1, run.probeEvery) };
  const ring = new TelemetryRing(engine, layout.columns, layout.width, sparse);
  const counts = new Map<string, readonly [number, number]>();
  const compile = async ({ key, spec, graph, values }: BuiltStep, options: PlanOptions) => {
    const report = (done: number, total: number) => {
      counts.set(key, [done, total]);
      const sumOf = (which: 0 | 1) => [...counts.values()].reduce((sum, pair) => sum + pair[which], 0);
      progress?.(sumOf(0), sumOf(1));
    };
    const records = { table: ring.table, values };
    const plan = await compileStep(labelOf(game, run, spec), context, graph, records, { progress: report, ...options });
    return [key, plan] as const;
  };
  const isFirst = new Set(first.map(keyOf));
  try {
    const ready = graphs.filter(({ key }) => isFirst.has(key)).map((step) => compile(step, { signal }));
    const rest = graphs.filter(({ key }) => !isFirst.has(key));
    const compileRest = (ended: AbortSignal) =>
      plansOf(
        rest.map(async (step, place) => {
          // After the first step was submitted, and one at a time, so that a page is not held up for long.
          for (let i = 0; i <= place; i++) await new Promise((resolve) => setTimeout(resolve));
          return compile(step, { signal: ended, background: true });
        }),
      );
    const plans = new StepPlans(game, run, await plansOf(ready), rest.length > 0 ? compileRest : undefined, signal);
    return { ring, plans };
  } catch (error) {
    ring.dispose();
    throw error;
  }
}

interface BuiltStep {
  readonly key: string;
  readonly spec: StepSpec;
  readonly graph: GameStep;
  readonly values: ReturnType<TelemetryLayout["take"]>;
}

/** Columns that the row of an unprobed turn lacks. Steps before the last one of a player's turn are never probed. */
function probedOnly(graphs: readonly BuiltStep[], { columns }: TelemetryLayout) {
  const always = new Set(graphs.flatMap(({ spec, values }) => (spec.probed ? [] : values.map(({ column }) => column))));
  return columns.filter(({ offset }) => !always.has(offset));
}

/** Compiles a step, with the records of everything it measures. */
function compileStep(
  label: string,
  context: GameContext,
  step: GameStep,
  records: { readonly table: State; readonly values: ReturnType<TelemetryLayout["take"]> },
  { progress, signal, background }: PlanOptions,
): Promise<Plan> {
  return context.engine.plan({
    label,
    updates: step.updates,
    fuse: context.run.fuse,
    ...(context.run.precision === "mixed" && { halfPrecision: { except: step.precise } }),
    records: records.values.map(({ column, value }) => ({
      table: records.table,
      row: context.turns,
      column,
      value,
    })),
    ...(progress && { progress }),
    ...(signal && { signal }),
    ...(background && { background }),
  });
}

/** What all promises resolve to. If one rejects, the others' plans are given back, and the error thrown. */
async function plansOf(promises: readonly Promise<readonly [string, Plan]>[]): Promise<PlansByKey> {
  const results = await Promise.allSettled(promises);
  const made = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failure = results.find((result) => result.status === "rejected");
  if (!failure) return new Map(made);
  for (const [, plan] of made) plan.dispose();
  throw failure.reason;
}
