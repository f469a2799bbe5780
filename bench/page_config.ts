import type { BenchConfig } from "./core/bench.ts";

export interface PageConfig extends BenchConfig {
  /** Names of other engines to compare with; with none, this engine is measured alone. */
  readonly peers: readonly string[];
  /** Whether the hand-wired lists are measured, too. */
  readonly ceiling: boolean;
}
