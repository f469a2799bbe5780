import type { AdapterSummary } from "saddlepoint";
import type { Interval, Spread } from "./statistics.ts";
import type { Comparison, Facts, GroupName, UnitName } from "./workload.ts";

/** A run of the benchmark, as it is written to a file. */
export interface Report {
  /** ISO 8601. */
  readonly date: string;
  /** The browser or runtime that it ran in. */
  readonly runtime: string;
  readonly adapter: AdapterSummary;
  readonly adapterName: string;
  readonly features: readonly string[];
  readonly rounds: number;
  readonly leastMilliseconds: number;
  readonly workloads: readonly WorkloadResult[];
}

export interface WorkloadResult {
  readonly name: string;
  readonly group: GroupName;
  readonly unit: UnitName;
  readonly comparison?: Comparison;
  readonly variants: readonly VariantResult[];
  /** What WebGPU complained of meanwhile: then the numbers mean nothing. */
  readonly warnings: readonly string[];
}

export type VariantResult = MeasuredVariant | FailedVariant;

export interface MeasuredVariant {
  readonly name: string;
  readonly work: number;
  /** Of one run, in every round. */
  readonly milliseconds: readonly number[];
  /** In the workload's unit. */
  readonly rate: Spread;
  /** What the workload's comparison says; not of the reference itself. */
  readonly ratio?: Spread;
  /** Where the ratio's median lies, by 95 %: with enough rounds. */
  readonly ratioInterval?: Interval;
  /** Its share of the rate of the variant before it, where the two belong together. */
  readonly shareOfPrevious?: Spread;
  /** Its share of the rate of the workload's limit: above 1, it is faster. */
  readonly shareOfLimit?: Spread;
  /** What it has chosen for this machine. */
  readonly note?: string;
  /** From the beginning of its setup to the end of its first run. */
  readonly startMilliseconds: number;
  /** Error of the answer relative to the largest expected number. */
  readonly error: number;
  readonly isRight: boolean;
  readonly facts: Facts;
}

export interface FailedVariant {
  readonly name: string;
  readonly failure: string;
}

/** Whether all that this engine did was measured, and right. Other engines, which follow it, may fail. */
export function isSound({ group, variants, warnings }: WorkloadResult): boolean {
  const own = group === "peers" ? variants.slice(0, 1) : variants;
  return warnings.length === 0 && own.every((variant) => isMeasured(variant) && variant.isRight);
}

export function isMeasured(variant: VariantResult): variant is MeasuredVariant {
  return "rate" in variant;
}
