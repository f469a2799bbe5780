import type { Plan } from "../../compile/plan.ts";
import type { DataSource } from "../../data/source.ts";
import { modeCoverage, summariseModes } from "../../metrics/mode_coverage.ts";
import { gridGraph, sampleGraph } from "../sampling.ts";
import type { StepContext } from "../step_context.ts";
import type { TrainReport } from "./report.ts";

/** A plan that draws what reports show, and what its outputs are, in order. */
export interface ReportSampler {
  readonly plan: Plan;
  readonly outputs: readonly ("samples" | "counts" | "grid")[];
  readonly count: number;
  readonly gridCount: number;
}

export async function createSampler(context: StepContext, count: number, gridCount: number): Promise<ReportSampler> {
  const { modes } = context.config.data;
  const samples = count > 0 ? sampleGraph(context, count) : undefined;
  const outputs = {
    ...(samples && { samples }),
    ...(samples && modes && { counts: modeCoverage(samples, modes).counts.cast("f32") }),
    ...(gridCount > 0 && { grid: gridGraph(context, gridCount) }),
  };
  const plan = await context.engine.plan({ label: `sample ${count} and ${gridCount}`, outputs });
  return { plan, outputs: Object.keys(outputs) as ReportSampler["outputs"], count, gridCount };
}

export function outputRanges({ plan }: ReportSampler) {
  return plan.graph.outputs.map((_, i) => plan.outputRange(i));
}

/** What was drawn, from the bytes of the outputs. */
export function drawnBy(
  { outputs, count, gridCount }: ReportSampler,
  bytes: readonly ArrayBuffer[],
  { modes, sampleShape }: DataSource,
): Pick<TrainReport, "samples" | "grid" | "modes"> {
  const drawn = (name: ReportSampler["outputs"][number]) => {
    const part = bytes[outputs.indexOf(name)];
    return part && new Float32Array(part);
  };
  const [samples, counts, grid] = [drawn("samples"), drawn("counts"), drawn("grid")];
  return {
    ...(samples && { samples: { values: samples, shape: [count, ...sampleShape] } }),
    ...(grid && { grid: { values: grid, shape: [gridCount, ...sampleShape] } }),
    ...(counts && modes && { modes: summariseModes(counts, count) }),
  };
}
