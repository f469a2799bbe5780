import { OptionError } from "../../errors/errors.ts";
import type { Episode, Finding, Severity } from "../finding.ts";
import type { Rule, Watch } from "../rules/rule.ts";
import type { TelemetryTable } from "../telemetry.ts";
import { findingOf } from "./finding_of.ts";
import { after, type Stretch, severities } from "./stretch.ts";
import { type RunFacts, watchedRun } from "./watched_run.ts";

/** What is kept of one rule. */
interface RuleMemory {
  readonly kept: Record<string, number[]>;
  /** By site. */
  readonly stretches: Record<string, Stretch>;
  /** Those that are over: the first one, and the last ones. */
  readonly over: Episode[];
}

/** Episodes of one rule that are kept once they are over. */
const mostOver = 8;

/**
 * Looks at a run as it goes: each row once, and in bounded memory, so that nothing is forgotten however long it runs. What
 * it finds does not depend on how the rows are cut into tables.
 *
 *   const examiner = new probes.Examiner(probes.defaultRules);
 *   for await (const { telemetry } of trainer.train({ steps: 2_000 })) examiner.see(telemetry);
 *   console.log(examiner.findings(), examiner.episodes());
 */
export class Examiner {
  readonly #rules: readonly Rule[];
  #memories: Record<string, RuleMemory> = {};
  #watches = new Map<string, readonly Watch[]>();
  #facts: RunFacts = {};
  #next = 0;

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  /** The first step that it has not seen. */
  get next(): number {
    return this.#next;
  }

  /** Takes in the rows of steps that it has not seen. */
  see(table: TelemetryTable, facts: RunFacts = {}): void {
    const rows = table.rows.filter(({ step }) => step >= this.#next);
    this.#facts = facts;
    for (const rule of this.#rules) {
      const memory = this.#memoryOf(rule);
      const watches = rule.watch(watchedRun(table.columns, facts, memory.kept));
      this.#watches.set(rule.name, watches);
      for (const row of rows) for (const watch of watches) this.#observe(rule, watch, memory, row);
    }
    this.#next = (rows.at(-1)?.step ?? this.#next - 1) + 1;
  }

  /** What shows now, each ailment once, the most severe first. */
  findings(): Finding[] {
    return bySeverity(this.#rules.flatMap((rule) => this.#present(rule) ?? []));
  }

  /** What has shown, in the order in which it began; of an ailment that came and went often, the first and the last times. */
  episodes(): Episode[] {
    const all = this.#rules.flatMap((rule): Episode[] => {
      const present = this.#present(rule);
      return [...this.#memoryOf(rule).over, ...(present ? [present] : [])];
    });
    return all.sort((a, b) => a.sinceStep - b.sinceStep);
  }

  /** All that it has kept, as a text for `restore`. */
  save(): string {
    // JSON knows no infinity.
    const told = (_: string, value: unknown) =>
      typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
    return JSON.stringify({ next: this.#next, memories: this.#memories }, told);
  }

  /** Goes on from what `save` gave, or anew from an empty text. @throws OptionError for what it has not given. */
  restore(saved: string): void {
    const { next, memories } = saved === "" ? { next: 0, memories: {} } : read(saved);
    this.#next = next;
    this.#memories = memories;
    this.#watches.clear();
  }

  #memoryOf({ name }: Rule): RuleMemory {
    this.#memories[name] ??= { kept: {}, stretches: {}, over: [] };
    return this.#memories[name];
  }

  #observe(rule: Rule, watch: Watch, memory: RuleMemory, row: TelemetryTable["rows"][number]): void {
    const { site } = watch;
    const observation = watch.observe(row);
    if (!observation) return;
    const before = memory.stretches[site];
    const ended = before?.isFinding ? { ...before } : undefined;
    const now = after(before, watch, observation, row.step);
    if (now) memory.stretches[site] = now;
    else delete memory.stretches[site];
    if (now || !ended) return;
    memory.over.push({ ...this.#told(rule, watch, ended), untilStep: ended.lastStep });
    if (memory.over.length > mostOver) memory.over.splice(1, 1);
  }

  /** Of the places where a rule's ailment shows, the worst, and of those the first. */
  #present(rule: Rule): Finding | undefined {
    const { stretches } = this.#memoryOf(rule);
    const found = (this.#watches.get(rule.name) ?? []).flatMap((watch) => {
      const stretch = stretches[watch.site];
      return stretch?.isFinding ? [{ watch, stretch }] : [];
    });
    const rank = ({ stretch }: { readonly stretch: Stretch }) => severities[stretch.severity ?? usual(rule)];
    const [worst] = found.sort((a, b) => rank(a) - rank(b) || a.stretch.sinceStep - b.stretch.sinceStep);
    return worst && this.#told(rule, worst.watch, worst.stretch);
  }

  #told(rule: Rule, watch: Watch, stretch: Stretch): Finding {
    return findingOf(rule, watch, stretch, this.#facts.configuration);
  }
}

export const usual = ({ severity = "warning" }: Rule): Severity => severity;

const bySeverity = (findings: Finding[]): Finding[] =>
  findings.sort((a, b) => severities[a.severity] - severities[b.severity]);

/** @throws OptionError for what is no text of `save`. */
function read(saved: string): { readonly next: number; readonly memories: Record<string, RuleMemory> } {
  const numbers = (_: string, value: unknown) =>
    value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : value;
  try {
    const { next, memories } = JSON.parse(saved, numbers);
    if (Number.isInteger(next) && next >= 0 && Object.values(Object(memories)).every(isMemory)) {
      return { next, memories };
    }
  } catch {
    // Told below.
  }
  throw new OptionError("Examiner: restore() got what is no text of save(); give what that returned.");
}

function isMemory(given: unknown): given is RuleMemory {
  const { kept, stretches, over }: Readonly<Record<string, unknown>> = Object(given);
  const isNumbers = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === "number");
  const isStretch = (value: unknown) => {
    const { sinceStep, lastStep, score, count, numbers, first }: Readonly<Record<string, unknown>> = Object(value);
    const counts = [sinceStep, lastStep, score, count].every((number) => Number.isInteger(number));
    return counts && numbers === Object(numbers) && first === Object(first);
  };
  const isEpisode = (value: unknown) =>
    typeof Object(value).ailment === "string" && Number.isInteger(Object(value).sinceStep);
  return (
    kept === Object(kept) &&
    Object.values(Object(kept)).every(isNumbers) &&
    stretches === Object(stretches) &&
    Object.values(Object(stretches)).every(isStretch) &&
    Array.isArray(over) &&
    over.every(isEpisode)
  );
}
