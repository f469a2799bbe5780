import type { TelemetryRing } from "../../probes/telemetry.ts";
import type { GameContext } from "../steps/context.ts";

/** A game on the GPU, and where its steps write what they measure. */
export interface Run {
  readonly context: GameContext;
  readonly ring: TelemetryRing;
}
