import type { Finding } from "../finding.ts";
import { prefixOf } from "../site_probe.ts";
import { series, type TelemetryTable } from "../telemetry.ts";
import { updateRatios } from "../update_ratio.ts";
import type { CriticOutput, RuleContext, RunConfiguration, SampleMetrics, SiteSeries } from "./rule.ts";

/** What is known of a run besides its telemetry. All of it can be left out. */
export interface RunFacts {
  /** The players' names, in the order of their turns. By default those whose losses were measured. */
  readonly players?: readonly string[];
  /** What the critic's output says, as its loss knows. Scores and errors have no accuracy. */
  readonly output?: CriticOutput | undefined;
  readonly metrics?: SampleMetrics;
  readonly configuration?: RunConfiguration | undefined;
}

/** A window of telemetry as a rule sees it. */
export function contextOf(
  table: TelemetryTable,
  { players = playersOf(table), output, metrics = {}, configuration }: RunFacts,
  before: Finding | undefined,
): RuleContext {
  return {
    table,
    players,
    output,
    metrics,
    configuration,
    before,
    steps: table.rows.map(({ step }) => step),
    series: (probe, column, index) => series(table, `${probe.name}/${column}`, index),
    sites: (probe, column, player = "generator") =>
      seriesBetween(table, `${prefixOf(player, probe.name)}/`, `/${column}`),
    losses: (player) => series(table, `loss/${player}`),
    updates: () => seriesBetween(table, `${updateRatios.name}/`, ""),
  };
}

/** The columns that begin and end so, by what stands between. */
function seriesBetween(table: TelemetryTable, start: string, end: string): SiteSeries[] {
  return table.columns
    .filter(({ name }) => name.startsWith(start) && name.endsWith(end) && name.length > start.length + end.length)
    .map(({ name }) => ({ site: name.slice(start.length, name.length - end.length), values: series(table, name) }));
}

/** The two usual players, and those of other names whose losses were measured. */
function playersOf({ columns }: TelemetryTable): string[] {
  const measured = columns.flatMap(({ name }) => (name.startsWith("loss/") ? [name.slice("loss/".length)] : []));
  return [...new Set(["discriminator", "generator", ...measured])];
}
