/** `evaluation.json`: how good a generator's samples are, for other programs. */
import { type SummaryMetric, summaryMetric } from "../files/summary.ts";
import type { CountHistogram } from "../images/image_evaluator.ts";
import type { MeasureAnswer } from "../tasks/measure.ts";

export interface EvaluationFile {
  /** Of this schema. It grows when a field changes its meaning or goes; a new field does not change it. */
  readonly version: 1;
  /** Where the generator lies. */
  readonly generator: string;
  /** Generator steps that it was trained for. */
  readonly step: number;
  /** What it was measured against. */
  readonly data: string;
  readonly seed: number;
  readonly adapter: string;
  /** By name, the one that tells the most first; empty where samples were not finite. */
  readonly metrics: Readonly<Record<string, SummaryMetric>>;
  readonly histograms: readonly CountHistogram[];
}

export function evaluationOf(
  { step, data, adapter, measurements, histograms }: MeasureAnswer,
  { generator, seed }: Pick<EvaluationFile, "generator" | "seed">,
): EvaluationFile {
  const metrics = Object.fromEntries(measurements.map((measured) => [measured.metric, summaryMetric(measured)]));
  return { version: 1, generator, step, data, seed, adapter, metrics, histograms };
}
