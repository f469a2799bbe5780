import type { Engine } from "saddlepoint";

/** What a run is counted in, how its rate is written, and by how much it is divided for that. */
export const units = {
  flop: { label: "GFLOP/s", scale: 1e9 },
  bytes: { label: "GB/s", scale: 1e9 },
  iterations: { label: "it/s", scale: 1 },
} as const;

export type UnitName = keyof typeof units;

/** Numbers that are shown beside the rate, by name; their unit is in the name. */
export type Facts = Readonly<Record<string, number>>;

/** Something that is set up and can be run again and again. */
export interface Runner {
  /** Runs so many times, one after the other, and resolves when the GPU has finished the last one. */
  run(times: number): Promise<void>;
  /** Some numbers of the result, to be compared with what they should be. Asked for once, before anything else. */
  answer(): Promise<readonly number[]>;
  /** What a run costs besides time. Asked for once, after the measurement. */
  facts?(): Promise<Facts>;
  /** What it has chosen for this machine, in a few words. */
  note?(): string;
  dispose(): void;
}

/** One of the things that a workload compares: a kernel, a setting, or an engine. */
export interface Variant {
  readonly name: string;
  /** FLOP, bytes or iterations of one run. */
  readonly work: number;
  prepare(engine: Engine): Promise<Runner>;
  /** What the answer should be; without it, what the workload's first variant gave. */
  expected?(): readonly number[];
  /** Largest error, relative to the largest expected number. Default 1e-4. */
  readonly tolerance?: number;
  /** Whether it is also compared with the variant before it, by its share of that one's rate. */
  readonly besidePrevious?: boolean;
}

/**
 * With which variant the others are compared, and how: by their share of its rate, by how much faster it is than they, or by how
 * many times its time they take.
 */
export interface Comparison {
  readonly reference: string;
  readonly as: "share" | "speedup" | "time";
}

/** Variants that are measured together, in turn, so that their ratios hold on a noisy machine. */
export interface Workload {
  readonly name: string;
  readonly group: GroupName;
  readonly unit: UnitName;
  /** Makes the data, and what is measured on it. */
  variants(): readonly Variant[];
  readonly comparison?: Comparison;
  /** The variant that shows what the machine can do: the others are told as their share of its rate, if it is right. */
  readonly limit?: string;
}

/** The pages, with what each one shows. */
export const groups = {
  matmul: "Products of square matrices.",
  convolution:
    "The three kernels of a convolution at the shapes of GANs, each under this engine's matrix product of the same size, and " +
    "all beside a large square one.",
  elementwise: "What memory bounds: a chain of ten operations in one kernel, a sum, a softmax.",
  training: "Whole training iterations, as the trainer runs them with its costlier probes off.",
  probes: "What the probes take: the same training without the costlier ones, and with them.",
  batches: "How the time of a step of the ring grows with its batch.",
  peers:
    "The same problems, weights and data in other engines, and where there is one, as a list of kernels wired by hand for the " +
    "problem and tuned on this machine: the limit.",
} as const;

export type GroupName = keyof typeof groups;

const fewRounds = 3;
const kernelGroups: readonly GroupName[] = ["matmul", "convolution", "elementwise"];

/**
 * Kernels take moments, whose ratios scatter: they are measured in three times as many rounds. What probes cost is a small
 * difference, which takes ten for its interval to mean something; fewer than three rounds are for a quick look, or a test.
 */
export function roundsOf(group: GroupName, rounds: number): number {
  if (group === "probes" && rounds >= fewRounds) return Math.max(10, rounds);
  return kernelGroups.includes(group) ? 3 * rounds : rounds;
}
