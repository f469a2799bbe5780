import type { CriticOutput, Reader, RunConfiguration, SampleMetrics, SiteReader, WatchedRun } from "../rules/rule.ts";
import { prefixOf } from "../site_probe.ts";
import type { TelemetryColumn } from "../telemetry.ts";
import { updateRatios } from "../update_ratio.ts";

/** What is known of a run besides its telemetry. All of it can be left out. */
export interface RunFacts {
  /** The players' names, in the order of their turns. By default those whose losses were measured. */
  readonly players?: readonly string[];
  /** What the critic's output says, as its loss knows. Scores and errors have no accuracy. */
  readonly output?: CriticOutput | undefined;
  /** The critic's output that says neither real nor generated. Default: 0 for logits, and none for what has no boundary. */
  readonly boundary?: number | undefined;
  readonly metrics?: SampleMetrics;
  readonly configuration?: RunConfiguration | undefined;
}

const unmeasured: Reader = () => Number.NaN;

/**
 * A run as a rule sees it.
 *
 * @param memory what the rule keeps, by name: given out to be written
 */
export function watchedRun(
  columns: readonly TelemetryColumn[],
  { players = playersOf(columns), output, boundary, metrics = {}, configuration }: RunFacts,
  memory: Record<string, number[]>,
): WatchedRun {
  const places = new Map(columns.map(({ name, offset }) => [name, offset]));
  const reader = (name: string, index = 0): Reader => {
    const offset = places.get(name);
    return offset === undefined ? unmeasured : ({ values }) => values[offset + index] ?? Number.NaN;
  };
  /** The columns that begin and end so, by what stands between. */
  const between = (start: string, end: string): SiteReader[] =>
    columns
      .filter(({ name }) => name.startsWith(start) && name.endsWith(end) && name.length > start.length + end.length)
      .map(({ name }) => ({ site: name.slice(start.length, name.length - end.length), read: reader(name) }));
  return {
    columns,
    players,
    output,
    // Of what nobody knows, the usual is taken.
    boundary: boundary ?? (output === undefined || output === "logit" ? 0 : undefined),
    metrics,
    configuration,
    column: (probe, column, index) => reader(`${probe.name}/${column}`, index),
    sites: (probe, column, player = "generator") => between(`${prefixOf(player, probe.name)}/`, `/${column}`),
    loss: (player) => reader(`loss/${player}`),
    terms: (player) => between(`term/${player}/`, ""),
    pulls: (player) => between(`termGradient/${player}/`, ""),
    updates: () => between(`${updateRatios.name}/`, ""),
    keep: (name, first) => {
      memory[name] ??= [...first];
      return memory[name];
    },
  };
}

/** The two usual players, and those of other names whose losses were measured. */
function playersOf(columns: readonly TelemetryColumn[]): string[] {
  const measured = columns.flatMap(({ name }) => (name.startsWith("loss/") ? [name.slice("loss/".length)] : []));
  return [...new Set(["discriminator", "generator", ...measured])];
}
