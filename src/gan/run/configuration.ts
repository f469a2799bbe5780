import type { Controls } from "../../engine/controls.ts";
import type { RunConfiguration } from "../../probes/rules/rule.ts";
import type { ResolvedGame } from "../steps/resolve.ts";
import type { ResolvedRun } from "../steps/run_options.ts";
import type { Parts } from "./fingerprint.ts";

/**
 * What rules of diagnosis are told of how a run is set up.
 *
 * @param parts of a GAN: its choices by name
 */
export function configurationOf(
  { play, players }: ResolvedGame,
  { batchSize, precision }: ResolvedRun,
  controls: Controls,
  { loss, penalties, tricks, optimizer: named }: Parts = {},
): RunConfiguration {
  const all = Object.entries(players);
  return {
    batchSize,
    precision,
    play: play.name,
    stepsPerTurn: Object.fromEntries(all.map(([name, { stepsPerTurn }]) => [name, stepsPerTurn])),
    controls: Object.fromEntries(controls.names.map((name) => [name, controls.get(name)])),
    momentum: Object.fromEntries(
      all.flatMap(([name, { optimizer }]) => {
        // A GAN's names are not in its table, which has objects alone.
        const momentum = momentumOf(Object(named)[name] ?? optimizer.config);
        return momentum === undefined ? [] : [[name, momentum] as const];
      }),
    ),
    intervals: Object.assign({}, ...all.map(([, { intervals }]) => intervals)),
    ...(loss !== undefined && { loss: typesOf([loss])[0] ?? "" }),
    ...(penalties !== undefined && { penalties: typesOf(penalties) }),
    ...(tricks !== undefined && { tricks: typesOf(tricks) }),
  };
}

/** The names of choices. */
const typesOf = (chosen: unknown): string[] =>
  Array.isArray(chosen) ? chosen.map((choice) => String(Object(choice).type)) : [];

/** The first beta of what has betas, or a momentum; undefined where the optimiser is an object, or has none. */
function momentumOf(config: object): number | undefined {
  const { type, betas, momentum }: Readonly<Record<string, unknown>> = { ...config };
  if (typeof type !== "string") return undefined;
  if (Array.isArray(betas)) return Number(betas[0]);
  if (typeof momentum === "number") return momentum;
  return /adam/i.test(type) ? 0.9 : undefined;
}
