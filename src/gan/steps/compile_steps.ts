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
import { keyOf, labelOf, neededSteps, type StepSpec } from "./turn.ts";

/** The plans of all steps that a training will take. */
export interface StepPlans {
  readonly all: readonly Plan[];
  of(spec: StepSpec): Plan;
}

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

/** Builds the graphs of all kinds of step, then the ring that holds what they measure, then the plans. */
export async function compileSteps(
  context: GameContext,
  { progress, signal }: Pick<RunOptions, "progress" | "signal"> = {},
): Promise<{ ring: TelemetryRing; plans: StepPlans }> {
  const { engine, game, run, carry } = context;
  const layout = new TelemetryLayout();
  const graphs = neededSteps(game, run).map((spec) => ({
    spec,
    graph: buildStep(context, layout, spec),
    values: layout.take(),
  }));
  carry.seal();
  const sparse = { columns: probedOnly(graphs, layout, run.probeEvery), every: Math.max(1, run.probeEvery) };
  const ring = new TelemetryRing(engine, layout.columns, layout.width, sparse);
  const counts = new Map<string, readonly [number, number]>();
  const plans = await allOrNone(
    graphs.map(async ({ spec, graph, values }) => {
      const label = labelOf(game, run, spec);
      const report = (done: number, total: number) => {
        counts.set(keyOf(spec), [done, total]);
        const sumOf = (which: 0 | 1) => [...counts.values()].reduce((sum, pair) => sum + pair[which], 0);
        progress?.(sumOf(0), sumOf(1));
      };
      const records = { table: ring.table, values };
      const plan = await compileStep(label, context, graph, records, { progress: report, signal });
      return [keyOf(spec), plan] as const;
    }),
    ([, plan]) => plan.dispose(),
  ).catch((error: unknown) => {
    ring.dispose();
    throw error;
  });
  const byKey = new Map(plans);
  const of: StepPlans["of"] = (spec) => {
    const plan = byKey.get(keyOf(spec));
    if (!plan) throw new Error(`There is no plan of the step ${keyOf(spec)}.`);
    return plan;
  };
  return { ring, plans: { all: [...byKey.values()], of } };
}

interface BuiltStep {
  readonly spec: StepSpec;
  readonly values: ReturnType<TelemetryLayout["take"]>;
}

/** Columns that the row of an unprobed turn lacks. Steps before the last one of a player's turn are never probed. */
function probedOnly(graphs: readonly BuiltStep[], { columns }: TelemetryLayout, probeEvery: number) {
  const unprobed = graphs.filter(({ spec }) => !spec.probed);
  if (probeEvery === 1 || unprobed.length === 0) return [];
  const always = new Set(unprobed.flatMap(({ values }) => values.map(({ column }) => column)));
  return columns.filter(({ offset }) => !always.has(offset));
}

/** Compiles a step, with the records of everything it measures. */
function compileStep(
  label: string,
  context: GameContext,
  step: GameStep,
  records: { readonly table: State; readonly values: ReturnType<TelemetryLayout["take"]> },
  { progress, signal }: PlanOptions,
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
  });
}

/** What all promises resolve to. If one rejects, what the others made is given back, and the error thrown. */
async function allOrNone<Made>(promises: readonly Promise<Made>[], giveBack: (made: Made) => void): Promise<Made[]> {
  const results = await Promise.allSettled(promises);
  const made = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failure = results.find((result) => result.status === "rejected");
  if (!failure) return made;
  made.forEach(giveBack);
  throw failure.reason;
}
