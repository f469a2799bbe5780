/** What runs between the passes of the compiler, in tests and with `Engine.create({ debug: true })`. */
import { verifyKernels } from "./kernel_rules.ts";
import { verifyLowered } from "./lowered_rules.ts";
import { verifyPlaces } from "./place_rules.ts";
import { verifySchedule } from "./schedule_rules.ts";

export const verifier = {
  lowered: verifyLowered,
  scheduled: verifySchedule,
  placed: verifyPlaces,
  emitted: verifyKernels,
} as const;

export type Verifier = typeof verifier;
