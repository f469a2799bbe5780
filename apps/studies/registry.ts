import { gridCoverage } from "./grid_coverage.ts";
import type { Study } from "./study.ts";
import { unrolledRing } from "./unrolled_ring.ts";

/** Studies by name. */
export const studies = { "grid-coverage": gridCoverage, "unrolled-ring": unrolledRing } as const satisfies Record<
  string,
  Study
>;

export type StudyName = keyof typeof studies;
