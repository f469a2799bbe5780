import type { Plan } from "../../compile/plan/plan.ts";
import type { DataSource, ModeSet, TensorSource } from "../../data/source.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { GameContext } from "../steps/context.ts";
import { gridGraph, sampleGraph } from "../steps/sampling.ts";
import { extraModes } from "./extras.ts";
import type { TrainReport } from "./report.ts";

type Drawn = "samples" | "counts" | "grid";

/** A plan that draws what reports show, and what its outputs are, in order. */
export interface ReportSampler {
  readonly plan: Plan;
  readonly outputs: readonly Drawn[];
  readonly count: number;
  readonly gridCount: number;
  /** Of one sample. */
  readonly shape: Shape;
}

export async function createSampler(context: GameContext, count: number, gridCount: number): Promise<ReportSampler> {
  const modes = modesOf(context.game.data);
  const samples = count > 0 ? sampleGraph(context, count) : undefined;
  const outputs = new Map<Drawn, Tensor>();
  if (samples) outputs.set("samples", samples);
  if (samples && modes) outputs.set("counts", modes.coverage(samples).counts.cast("f32"));
  if (gridCount > 0) outputs.set("grid", gridGraph(context, gridCount));
  const names = [...outputs.keys()];
  const shape = (outputs.get("samples") ?? outputs.get("grid"))?.shape.slice(1) ?? [];
  const plan = await context.engine.plan({
    label: `sample ${count} and ${gridCount}`,
    outputs: Object.fromEntries(outputs),
  });
  return { plan, outputs: names, count, gridCount, shape };
}

export function outputRanges({ plan }: ReportSampler) {
  return plan.graph.outputs.map((_, i) => plan.outputRange(i));
}

/** What was drawn, from the bytes of the outputs. */
export function drawnBy(
  { outputs, count, gridCount, shape }: ReportSampler,
  bytes: readonly ArrayBuffer[],
  data: TensorSource,
): Pick<TrainReport, "samples" | "grid" | "modes"> {
  const modes = modesOf(data);
  const drawn = (name: Drawn) => {
    const part = bytes[outputs.indexOf(name)];
    return part && new Float32Array(part);
  };
  const [samples, counts, grid] = [drawn("samples"), drawn("counts"), drawn("grid")];
  return {
    ...(samples && { samples: { values: samples, shape: [count, ...shape] } }),
    ...(grid && { grid: { values: grid, shape: [gridCount, ...shape] } }),
    ...(counts && modes && { modes: modes.summary(counts, count) }),
  };
}

/** What counts the modes of the data, where it says which it has. */
function modesOf(data: TensorSource) {
  const modes: ModeSet | undefined = "modes" in data ? (data as DataSource).modes : undefined;
  const { part } = extraModes;
  if (!modes || !part) return undefined;
  return { coverage: (samples: Tensor) => part.modeCoverage(samples, modes), summary: part.summariseModes };
}
