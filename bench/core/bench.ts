import { Engine, type EngineOptions, OptionError } from "saddlepoint";
import type { Report, WorkloadResult } from "./report.ts";
import { runWorkload } from "./run_workload.ts";
import type { Workload } from "./workload.ts";

/** What to run, in a form that can be handed from one process to another. */
export interface BenchConfig {
  /** Words of which a workload's group or name holds one; all workloads without any. */
  readonly only: readonly string[];
  readonly rounds: number;
  readonly leastMilliseconds: number;
}

export interface BenchHooks {
  readonly engine?: EngineOptions;
  readonly progress?: (what: string) => void;
  readonly result?: (result: WorkloadResult) => void;
}

/** Runs workloads one after the other. */
export async function runBench(
  workloads: readonly Workload[],
  { only, rounds, leastMilliseconds }: BenchConfig,
  { engine, progress, result }: BenchHooks = {},
): Promise<Report> {
  const chosen = chooseWorkloads(workloads, only);
  const first = await Engine.create({ onWarning: () => undefined, ...engine });
  const { adapter, adapterName, features } = first;
  first.destroy();
  const results: WorkloadResult[] = [];
  for (const workload of chosen) {
    const done = await runWorkload(workload, {
      rounds,
      leastMilliseconds,
      ...(engine && { engine }),
      ...(progress && { progress }),
    });
    result?.(done);
    results.push(done);
  }
  return {
    date: new Date().toISOString(),
    runtime: runtimeName(),
    adapter,
    adapterName,
    features: [...features].sort(),
    rounds,
    leastMilliseconds,
    workloads: results,
  };
}

/** @throws OptionError for a word that no workload holds. */
export function chooseWorkloads(workloads: readonly Workload[], only: readonly string[]): Workload[] {
  const holds = ({ group, name }: Workload, word: string) =>
    `${group}: ${name}`.toLowerCase().includes(word.toLowerCase());
  const stray = only.find((word) => !workloads.some((workload) => holds(workload, word)));
  if (stray !== undefined) {
    const names = workloads.map(({ group, name }) => `${group}: ${name}`).join("; ");
    throw new OptionError(`There is no workload with "${stray}" in its name; these exist: ${names}.`);
  }
  return workloads.filter((workload) => only.length === 0 || only.some((word) => holds(workload, word)));
}

/** The browser or runtime, with its version. Node has a `navigator` too, in its later versions. */
function runtimeName(): string {
  const { Deno, process, navigator } = globalThis as {
    readonly Deno?: { readonly version: { readonly deno: string } };
    readonly process?: { readonly versions?: { readonly node?: string } };
    readonly navigator?: { readonly userAgent?: string };
  };
  if (Deno) return `Deno ${Deno.version.deno}`;
  if (process?.versions?.node) return `Node ${process.versions.node} with Dawn`;
  const browser = /(Chrome|Firefox|Version)\/[\d.]+/.exec(navigator?.userAgent ?? "")?.[0];
  return browser?.replace("/", " ") ?? "an unknown runtime";
}
