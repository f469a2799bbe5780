import { CarryStore } from "../carry.ts";
import type { Plan, PlanOptions } from "../compile/plan.ts";
import type { State } from "../compile/state.ts";
import { Controls } from "../controls.ts";
import type { Engine } from "../engine.ts";
import { Learner } from "../optim/learner.ts";
import { TelemetryLayout, TelemetryRing } from "../probes/telemetry.ts";
import { GeneratorAverage } from "./generator_average.ts";
import { sidesOf } from "./losses/loss.ts";
import type { ControlName, StepContext } from "./step_context.ts";
import { discriminatorStep, type GanStep, generatorStep, jointStep, type StepKind } from "./steps.ts";
import type { ResolvedConfig, TrainerConfig } from "./trainer_config.ts";

/** What a step of a player, or of both, can be built as. */
const builders = { discriminator: discriminatorStep, generator: generatorStep, joint: jointStep } as const;

export type StepName = keyof typeof builders;

/** The plans of all steps that a training will take, by step and kind. */
export interface StepPlans {
  readonly all: readonly Plan[];
  of(step: StepName, kind: StepKind): Plan;
}

/** Puts on the GPU what the steps work on. */
export function createContext(engine: Engine, config: ResolvedConfig): StepContext {
  const { liveBytes } = engine.stats();
  const data = config.data.prepare(engine);
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
    ...Object.fromEntries(config.penalties.map(({ name, weight }) => [`${name}Weight`, weight])),
  });
  const loss = sidesOf(config.loss);
  const carry = new CarryStore(engine);
  const average = config.generatorAverage && new GeneratorAverage(engine, generator.arena, config.generatorAverage);
  return { engine, config, loss, generator, discriminator, average, carry, data, dataBytes, controls };
}

export function disposeContext({ generator, discriminator, average, carry, controls, data }: StepContext): void {
  for (const part of [generator, discriminator, average, carry, controls, data]) part?.dispose();
}

/** Everything that training changes. */
export function statesOf({ generator, discriminator, average, carry }: StepContext): readonly State[] {
  return [...generator.states, ...discriminator.states, ...(average ? [average.state] : []), ...carry.states.values()];
}

/** Builds the graphs of all kinds of step, then the ring that holds what they measure, then the plans. */
export async function compileSteps(
  context: StepContext,
  { progress, signal }: Pick<TrainerConfig, "progress" | "signal"> = {},
): Promise<{ ring: TelemetryRing; plans: StepPlans }> {
  const { probeEvery } = context.config;
  const layout = new TelemetryLayout();
  const graphs = neededSteps(context.config).map(({ step, kind }) => ({
    step,
    kind,
    graph: builders[step](context, layout, kind),
    values: layout.take(),
  }));
  context.carry.seal();
  // Columns that an unprobed row lacks; where no step goes unprobed there are none.
  const unprobed = graphs.filter(({ step, kind }) => !kind.probed && (step !== "discriminator" || probeEvery !== 1));
  const always = new Set(unprobed.flatMap(({ values }) => values).map(({ column }) => column));
  const probedOnly = unprobed.length > 0 ? layout.columns.filter(({ offset }) => !always.has(offset)) : [];
  const sparse = { columns: probedOnly, every: Math.max(1, probeEvery) };
  const ring = new TelemetryRing(context.engine, layout.columns, layout.width, sparse);
  const counts = new Map<string, readonly [number, number]>();
  const plans = await allOrNone(
    graphs.map(async ({ step, kind, graph, values }) => {
      const label = labelOf(step, kind, context.config);
      const report = (done: number, total: number) => {
        counts.set(label, [done, total]);
        const sums = [...counts.values()].reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0] as readonly [
          number,
          number,
        ]);
        progress?.(...sums);
      };
      const records = { table: ring.table, values };
      const plan = await compileStep(label, context, graph, records, { progress: report, signal });
      return [keyOf(step, kind), plan] as const;
    }),
    ([, plan]) => plan.dispose(),
  ).catch((error: unknown) => {
    ring.dispose();
    throw error;
  });
  const byKey = new Map(plans);
  const of: StepPlans["of"] = (step, kind) => {
    const plan = byKey.get(keyOf(step, kind));
    if (!plan) throw new Error(`There is no plan of the step ${keyOf(step, kind)}.`);
    return plan;
  };
  return { ring, plans: { all: [...byKey.values()], of } };
}

const keyOf = (step: StepName, { probed, due }: StepKind): string => `${step} ${probed} ${due}`;

/** What iteration number `index` has: probes, and penalties that are not added in every step. */
export function kindOf({ probeEvery, penaltyInterval }: ResolvedConfig, index: number): StepKind {
  return { probed: probeEvery > 0 && index % probeEvery === 0, due: index % penaltyInterval === 0 };
}

/** Of several discriminator steps the last one is probed; in a joint play it is the joint one. */
export function stepsOf(config: ResolvedConfig, kind: StepKind) {
  const before = config.discriminatorSteps - 1;
  const unprobed = { ...kind, probed: false };
  return [
    ...(before > 0 ? [{ step: "discriminator", kind: unprobed, times: before } as const] : []),
    ...(config.play.isJoint
      ? [{ step: "joint", kind, times: 1 } as const]
      : [{ step: "discriminator", kind, times: 1 } as const, { step: "generator", kind, times: 1 } as const]),
  ];
}

/** Every step that occurs, probed ones first. */
function neededSteps(config: ResolvedConfig): readonly { readonly step: StepName; readonly kind: StepKind }[] {
  const { probeEvery, penaltyInterval } = config;
  // All kinds that there are occur at these.
  const indices = [0, 1, probeEvery, penaltyInterval, probeEvery + 1, penaltyInterval + 1];
  const kinds = indices.map((index) => kindOf(config, index)).sort((a, b) => Number(b.probed) - Number(a.probed));
  const steps = kinds.flatMap((kind) => stepsOf(config, kind));
  const sorted = steps.sort((a, b) => Number(b.kind.probed) - Number(a.kind.probed));
  return [...new Map(sorted.map((needed) => [keyOf(needed.step, needed.kind), needed])).values()];
}

function labelOf(step: StepName, { probed, due }: StepKind, { probeEvery, penaltyInterval }: ResolvedConfig): string {
  const name = step === "joint" ? "step of both players" : `${step} step`;
  const kinds = [
    ...(probeEvery > 0 && !probed ? ["unprobed"] : []),
    ...(penaltyInterval > 1 ? [due ? "with all penalties" : "without lazy penalties"] : []),
  ];
  return [name, ...kinds].join(", ");
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
