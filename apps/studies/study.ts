/** Experiments of papers, small enough to run again: variants of a game, each trained from several seeds. */
import type { gan, metrics } from "saddlepoint";

export interface Variant {
  readonly name: string;
  readonly config: Omit<gan.TrainerConfig, "seed">;
}

export interface Study {
  readonly title: string;
  /** Paragraphs of Markdown: what is asked, and the protocol. */
  readonly about: string;
  readonly variants: readonly Variant[];
  readonly seeds: readonly number[];
  /** Generator steps of each run. */
  readonly steps: number;
  /** Learning rates fall linearly from the middle of the run to this share of themselves. */
  readonly lastRate: number;
  /** What the table says, in words: of the run that is kept in the repository. */
  readonly reading: string;
  /** What has been published of it, as Markdown, with sources and where the protocol differs. */
  readonly published: string;
}

/** One run: what its samples were at its reports, the last of them at its end. */
export interface StudyRun {
  readonly variant: string;
  readonly seed: number;
  readonly reports: readonly metrics.ModeSummary[];
  readonly seconds: number;
}

/** Reports of a run. */
export const reportCount = 25;

/** VEEGAN's count. */
export const sampleCount = 2500;
