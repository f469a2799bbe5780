/** What is wrong with a run, and when each ailment showed, from what it told or from a table of its telemetry. */
import { gan, probes } from "saddlepoint";
import { contextOf, type RunFacts } from "../../../src/probes/rules/context.ts";
import type { RuleContext } from "../../../src/probes/rules/rule.ts";
import { prefixOf } from "../../../src/probes/site_probe.ts";
import { type SummaryFinding, summaryFinding } from "../files/summary.ts";
import { FindingsLog } from "../findings_log.ts";
import type { JobEntry } from "../job_entry.ts";

export interface Diagnosed {
  /** The steps that were looked at: the first and the last; undefined of none. */
  readonly steps: readonly [from: number, to: number] | undefined;
  /** Each ailment once, the worst first. */
  readonly findings: readonly SummaryFinding[];
  /** Rules that lack columns. */
  readonly silent: readonly SilentRule[];
}

/** A rule that could not look at all, or only at a part of what it looks at. */
export interface SilentRule {
  readonly rule: string;
  readonly partly: boolean;
  /** Columns that are not there, or were never measured. */
  readonly missing: readonly string[];
}

/** Rows that come at a time: as many as reports of a long run have. */
const rowsAtOnce = 100;
/** Rows that a diagnosis looks back on, as that of a trainer does. */
const rowsBefore = 512;

/** By the rules that looked on while it trained: they knew its configuration. */
export function diagnoseTold(told: readonly JobEntry[]): Diagnosed {
  const log = new FindingsLog();
  const reports = told.flatMap((entry) => (entry.kind === "report" ? [entry.report] : []));
  for (const { step, findings } of reports) log.add(step, findings);
  const rows = reports.flatMap(({ telemetry }) => telemetry.rows);
  const table = { columns: reports[0]?.telemetry.columns ?? [], rows };
  return { steps: stepsOf(table), findings: log.all.map(summaryFinding), silent: silentRules(table, factsOf(told)) };
}

/** What a run's loss says of its critic. */
export function factsOf(told: readonly JobEntry[]): RunFacts {
  const start = told.find((entry) => entry.kind === "start");
  return start ? { output: gan.createLoss(start.job.loss).output } : {};
}

/** By the library's rules, as if the rows came a hundred at a time. */
export function diagnoseTable(table: probes.TelemetryTable, facts: RunFacts = {}): Diagnosed {
  const { columns, rows } = table;
  const log = new FindingsLog();
  let before: readonly probes.Finding[] = [];
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const to = Math.min(rows.length, from + rowsAtOnce);
    const window = { columns, rows: rows.slice(Math.max(0, from - rowsBefore), to) };
    const found = probes.diagnose(window, before, facts);
    log.add((rows[to - 1]?.step ?? 0) + 1, found);
    before = found;
  }
  return { steps: stepsOf(table), findings: log.all.map(summaryFinding), silent: silentRules(table, facts) };
}

function stepsOf({ rows }: probes.TelemetryTable): Diagnosed["steps"] {
  const [first, last] = [rows[0], rows.at(-1)];
  return first && last ? [first.step, last.step] : undefined;
}

/** Rules that find nothing, and can't, since columns that they ask for are missing. */
function silentRules(table: probes.TelemetryTable, facts: RunFacts): SilentRule[] {
  return probes.defaultRules.flatMap((rule) => {
    const { context, missing, found } = watched(contextOf(table, facts, undefined));
    if (rule.examine(context) || missing.size === 0) return [];
    return [{ rule: rule.name, partly: found() && !isNeeded(missing), missing: [...missing.keys()] }];
  });
}

/** A rule needs a column that it asks for by name; of those at all sites, it takes what there is. */
const isNeeded = (missing: ReadonlyMap<string, "column" | "sites">) => [...missing.values()].includes("column");

/** A context that remembers what was asked for in vain. */
function watched(context: RuleContext) {
  const missing = new Map<string, "column" | "sites">();
  let hasFound = false;
  const noted = <Value>(what: string, kind: "column" | "sites", value: Value, isThere: boolean): Value => {
    if (isThere) hasFound = true;
    else missing.set(what, kind);
    return value;
  };
  const isMeasured = (values: readonly number[]) => values.some((value) => !Number.isNaN(value));
  const someMeasured = (sites: readonly { readonly values: readonly number[] }[]) =>
    sites.some(({ values }) => isMeasured(values));
  const watching: RuleContext = {
    ...context,
    series(probe, column, index) {
      const values = context.series(probe, column, index);
      return noted(`${probe.name}/${column}`, "column", values, isMeasured(values));
    },
    sites(probe, column, player = "generator") {
      const values = context.sites(probe, column, player);
      return noted(`${prefixOf(player, probe.name)}/SITE/${column}`, "sites", values, someMeasured(values));
    },
    losses(player) {
      const values = context.losses(player);
      return noted(`loss/${player}`, "sites", values, values.length > 0);
    },
    updates() {
      const values = context.updates();
      return noted("update/PARAMETER", "sites", values, someMeasured(values));
    },
  };
  return { context: watching, missing, found: () => hasFound };
}
