import type { Plan, PlanOptions } from "../compile/plan.ts";
import type { State } from "../compile/state.ts";
import { Controls } from "../controls.ts";
import type { PreparedData } from "../data/source.ts";
import type { Engine } from "../engine.ts";
import { Learner } from "../optim/learner.ts";
import { TelemetryLayout, TelemetryRing } from "../probes/telemetry.ts";
import type { ResolvedConfig, TrainerConfig } from "./config.ts";
import { type ControlName, discriminatorStep, type GanStep, generatorStep, type StepContext } from "./steps.ts";

/** The plans of a step. Those without probes are the probed ones where probes always run. */
export interface StepPlans {
  readonly discriminator: Plan;
  readonly discriminatorProbed: Plan;
  readonly generator: Plan;
  readonly generatorProbed: Plan;
}

/** Puts on the GPU what the steps work on. */
export function createContext(engine: Engine, config: ResolvedConfig): StepContext {
  const { liveBytes } = engine.stats();
  const data: PreparedData = config.data.prepare(engine);
  const dataBytes = engine.stats().liveBytes - liveBytes;
  const options = { scalesLoss: config.precision === "mixed" };
  const generator = new Learner(engine, "generator", config.generator, config.optimizers.generator, options);
  const discriminator = new Learner(
    engine,
    "discriminator",
    config.discriminator,
    config.optimizers.discriminator,
    options,
  );
  const controls = new Controls<ControlName>(engine, "controls", {
    generatorLearningRate: generator.learningRate,
    discriminatorLearningRate: discriminator.learningRate,
    ...Object.fromEntries(config.penalties.map(({ type, weight }) => [`${type}Weight`, weight])),
  });
  return { engine, config, generator, discriminator, data, dataBytes, controls };
}

export function disposeContext({ generator, discriminator, controls, data }: StepContext): void {
  for (const part of [generator, discriminator, controls, data]) part.dispose();
}

/** Builds the graphs of all kinds of step, then the ring that holds what they measure, then the plans. */
export async function compileSteps(
  context: StepContext,
  { progress, signal }: Pick<TrainerConfig, "progress" | "signal"> = {},
): Promise<{ ring: TelemetryRing; plans: StepPlans }> {
  const { probeEvery, discriminatorSteps } = context.config;
  const layout = new TelemetryLayout();
  const build = (step: typeof generatorStep, label: string, probed: boolean) => ({
    label,
    graph: step(context, layout, probed),
    values: layout.take(),
  });
  const needsPlain = probeEvery !== 1;
  const graphs = {
    discriminatorProbed: build(discriminatorStep, "discriminator step", probeEvery > 0),
    generatorProbed: build(generatorStep, "generator step", probeEvery > 0),
    ...(needsPlain || discriminatorSteps > 1
      ? { discriminator: build(discriminatorStep, "discriminator step, unprobed", false) }
      : {}),
    ...(needsPlain ? { generator: build(generatorStep, "generator step, unprobed", false) } : {}),
  };
  const always = new Set(
    [graphs.discriminator, graphs.generator].flatMap((graph) => graph?.values ?? []).map(({ column }) => column),
  );
  const probedOnly = needsPlain ? layout.columns.filter(({ offset }) => !always.has(offset)) : [];
  const sparse = { columns: probedOnly, every: Math.max(1, probeEvery) };
  const ring = new TelemetryRing(context.engine, layout.columns, layout.width, sparse);
  const counts = new Map<string, readonly [number, number]>();
  const plans = await allOrNone(
    Object.entries(graphs).map(async ([name, { label, graph, values }]) => {
      const report = (done: number, total: number) => {
        counts.set(name, [done, total]);
        const sums = [...counts.values()].reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0] as readonly [
          number,
          number,
        ]);
        progress?.(...sums);
      };
      const records = { table: ring.table, values };
      return { name, plan: await compileStep(label, context, graph, records, { progress: report, signal }) };
    }),
    ({ plan }) => plan.dispose(),
  ).catch((error: unknown) => {
    ring.dispose();
    throw error;
  });
  const made = Object.fromEntries(plans.map(({ name, plan }) => [name, plan])) as Partial<StepPlans> &
    Pick<StepPlans, "discriminatorProbed" | "generatorProbed">;
  return { ring, plans: { discriminator: made.discriminatorProbed, generator: made.generatorProbed, ...made } };
}

/** Compiles a step, with the records of everything it measures. */
function compileStep(
  label: string,
  context: StepContext,
  step: GanStep,
  records: { readonly table: State; readonly values: ReturnType<TelemetryLayout["take"]> },
  { progress, signal }: PlanOptions,
): Promise<Plan> {
  return context.engine.plan({
    label,
    updates: step.updates,
    fuse: context.config.fuse,
    ...(context.config.precision === "mixed" && { halfPrecision: { except: step.precise ?? [] } }),
    records: records.values.map(({ column, value }) => ({
      table: records.table,
      row: context.generator.steps,
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
