import { balanceRows } from "./balance.ts";
import { gradientRows } from "./gradients.ts";
import { healthyRows } from "./healthy.ts";
import { networkRows } from "./networks.ts";
import type { Row } from "./row.ts";
import { sampleRows } from "./samples.ts";

/** Every configuration of the suite. */
export const table: readonly Row[] = [...healthyRows, ...gradientRows, ...balanceRows, ...sampleRows, ...networkRows];

/** Thresholds are set by the runs of the first seeds alone; the others are looked at once a change is done. */
export const parts = { tuning: [1], validation: [2] } as const satisfies Record<string, readonly number[]>;

export type Part = keyof typeof parts;
