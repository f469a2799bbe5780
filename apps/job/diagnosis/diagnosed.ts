/** What is wrong with a run, and when each ailment showed, from what it told or from a table of its telemetry. */
import { gan, probes } from "saddlepoint";
import { type RunFacts, watchedRun } from "../../../src/probes/diagnosis/watched_run.ts";
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
  if (!start) return {};
  const { output, boundary } = gan.createLoss(start.job.loss);
  return { output, boundary };
}

/** By the library's rules, as if the rows came a hundred at a time. */
export function diagnoseTable(table: probes.TelemetryTable, facts: RunFacts = {}): Diagnosed {
  const { columns, rows } = table;
  const log = new FindingsLog();
  const examiner = new probes.Examiner(probes.defaultRules);
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const part = rows.slice(from, from + rowsAtOnce);
    examiner.see({ columns, rows: part }, facts);
    log.add((part.at(-1)?.step ?? 0) + 1, examiner.findings());
  }
  return { steps: stepsOf(table), findings: log.all.map(summaryFinding), silent: silentRules(table, facts) };
}

function stepsOf({ rows }: probes.TelemetryTable): Diagnosed["steps"] {
  const [first, last] = [rows[0], rows.at(-1)];
  return first && last ? [first.step, last.step] : undefined;
}

/** Rules that find nothing, and can't, since columns that they ask for are missing. */
function silentRules(table: probes.TelemetryTable, facts: RunFacts): SilentRule[] {
  const found = probes.diagnose(table, facts);
  return probes.defaultRules.flatMap((rule) => {
    const { run, missing, hasSome } = watching(table, facts);
    rule.watch(run);
    if (missing.size === 0 || found.some(({ ailment }) => ailment === rule.name)) return [];
    return [{ rule: rule.name, partly: hasSome() && !isNeeded(missing), missing: [...missing.keys()] }];
  });
}

/** A rule needs a column that it asks for by name; of those at all sites, it takes what there is. */
const isNeeded = (missing: ReadonlyMap<string, "column" | "sites">) => [...missing.values()].includes("column");

/** A run that remembers which columns a rule asked for in vain. */
function watching({ columns, rows }: probes.TelemetryTable, facts: RunFacts) {
  const missing = new Map<string, "column" | "sites">();
  let hasFound = false;
  const noted = <Value>(what: string, kind: "column" | "sites", value: Value, isThere: boolean): Value => {
    if (isThere) hasFound = true;
    else missing.set(what, kind);
    return value;
  };
  const isMeasured = (read: probes.Reader) => rows.some((row) => !Number.isNaN(read(row)));
  const someMeasured = (sites: readonly probes.SiteReader[]) => sites.some(({ read }) => isMeasured(read));
  const all = watchedRun(columns, facts, {});
  const run: probes.WatchedRun = {
    ...all,
    column(probe, column, index) {
      const read = all.column(probe, column, index);
      return noted(`${probe.name}/${column}`, "column", read, isMeasured(read));
    },
    sites(probe, column, player = "generator") {
      const sites = all.sites(probe, column, player);
      return noted(`${prefixOf(player, probe.name)}/SITE/${column}`, "sites", sites, someMeasured(sites));
    },
    loss(player) {
      const read = all.loss(player);
      return noted(`loss/${player}`, "sites", read, isMeasured(read));
    },
    updates() {
      const updates = all.updates();
      return noted("update/PARAMETER", "sites", updates, someMeasured(updates));
    },
  };
  return { run, missing, hasSome: () => hasFound };
}
