import type { Controls } from "../../engine/controls.ts";
import type { RunConfiguration } from "../../probes/rules/rule.ts";
import type { ResolvedGame } from "../steps/resolve.ts";
import type { ResolvedRun } from "../steps/run_options.ts";

/** What rules of diagnosis are told of how a run is set up. */
export function configurationOf(
  { play, players }: ResolvedGame,
  { batchSize, precision }: ResolvedRun,
  controls: Controls,
): RunConfiguration {
  return {
    batchSize,
    precision,
    play: play.name,
    stepsPerTurn: Object.fromEntries(Object.entries(players).map(([name, { stepsPerTurn }]) => [name, stepsPerTurn])),
    controls: Object.fromEntries(controls.names.map((name) => [name, controls.get(name)])),
  };
}
