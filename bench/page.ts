/** The benchmark in a page: one group of workloads, which a button or the one who drives the browser runs. */
import { Engine, NoWebGpuError } from "saddlepoint";
import { escapeText } from "../apps/charts/text.ts";
import { element } from "../apps/live/shared/element.ts";
import { startThemeButton } from "../apps/live/shared/theme_button.ts";
import { createCeiling } from "./ceiling/ceiling.ts";
import type { PeerModule } from "./comparison/peer.ts";
import { comparisonWorkloads } from "./comparison/registry.ts";
import { runBench } from "./core/bench.ts";
import { chartsOf } from "./core/charts.ts";
import type { Report, WorkloadResult } from "./core/report.ts";
import { htmlTable, tablesOf } from "./core/table.ts";
import { type GroupName, groups } from "./core/workload.ts";
import type { PageConfig } from "./page_config.ts";
import { ownWorkloads } from "./workloads/registry.ts";

export interface BenchPage {
  run(config: PageConfig): Promise<Report>;
}

declare global {
  interface Window {
    saddlepointBench?: BenchPage;
    /** Exposed by the one who drives the page. */
    onBenchProgress?: (what: string) => Promise<void>;
  }
}

const group = new URLSearchParams(location.search).get("group") as GroupName | null;
/** Of a run by the button. */
const usual = { rounds: 3, leastMilliseconds: 600 };

let report: Report | undefined;

window.saddlepointBench = { run };

async function run({ peers, ceiling, ...config }: PageConfig): Promise<Report> {
  const compared = comparisonWorkloads({
    peers: peers.length > 0 ? await enginesOf(peers) : [],
    ceiling: ceiling ? createCeiling(navigator.gpu) : undefined,
  });
  const workloads = [...ownWorkloads(), ...compared];
  const done: WorkloadResult[] = [];
  const shown = group ? workloads.filter((workload) => workload.group === group) : workloads;
  return runBench(shown, config, {
    progress: (what) => {
      say(what);
      void window.onBenchProgress?.(what);
    },
    result: (result) => {
      done.push(result);
      show(done);
    },
  });
}

/** The other engines are a bundle of their own, which is there where `npm run bench -- --peers` has installed them. */
async function enginesOf(names: readonly string[]) {
  const address = new URL("/peers.js", location.href).href;
  const { createPeers } = (await import(address).catch(() => {
    throw new Error("The other engines are not here; `npm run bench -- --serve --peers` serves them with this page.");
  })) as PeerModule;
  return createPeers(names);
}

function show(results: readonly WorkloadResult[]): void {
  element("results").innerHTML = [
    ...tablesOf(results).map((table) => `<div class="card scroll">${htmlTable(table)}</div>`),
    '<div class="charts">',
    ...chartsOf(results).map(
      ({ svg, least }) => `<figure class="card"><div class="scroll" style="--least:${least}px">${svg}</div></figure>`,
    ),
    "</div>",
  ].join("");
  // What scrolls must be reachable by keyboard.
  for (const scroll of document.querySelectorAll<HTMLElement>(".scroll")) scroll.tabIndex = 0;
}

function say(text: string): void {
  element("status").textContent = text;
}

async function showMachine(): Promise<void> {
  const engine = await Engine.create({ onWarning: () => undefined });
  const { vendor, architecture, device, software } = engine.adapter;
  const tiles = {
    vendor,
    architecture,
    device,
    "runs on": software ? "the CPU (software)" : "a GPU",
    features: [...engine.features].sort().join(", "),
  };
  element("machine").innerHTML = Object.entries(tiles)
    .map(([name, value]) => `<div class="tile"><dt>${name}</dt><dd>${escapeText(value || "not told")}</dd></div>`)
    .join("");
  engine.destroy();
}

function showGroups(): void {
  const names = Object.keys(groups) as GroupName[];
  const isGroup = group !== null && Object.hasOwn(groups, group);
  element("bench").hidden = !isGroup;
  element("list").hidden = isGroup;
  if (isGroup) {
    element("title").textContent = `Benchmark: ${group}`;
    element("lead").textContent = groups[group];
    element("groups").innerHTML = names
      .map((name) => `<a href="?group=${name}"${name === group ? ' aria-current="page"' : ""}>${name}</a>`)
      .join("");
    return;
  }
  element("lead").textContent = "How fast the engine's kernels and training steps are on this machine.";
  element("list").innerHTML = names
    .map(
      (name) => `<section class="card"><h3><a href="?group=${name}">${name}</a></h3><p>${groups[name]}</p></section>`,
    )
    .join("");
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  say(error instanceof NoWebGpuError ? message : `Failed: ${message}`);
}

const runButton = element<HTMLButtonElement>("run");
const exportButton = element<HTMLButtonElement>("export");

runButton.onclick = async () => {
  runButton.disabled = true;
  try {
    const isCompared = group === "peers";
    const peers = isCompared ? ["jax-webgpu", "tfjs-webgpu"] : [];
    report = await run({ ...usual, only: [], peers, ceiling: isCompared });
    exportButton.disabled = false;
    say(`Done, ${report.rounds} rounds on ${report.adapterName}.`);
  } catch (error) {
    fail(error);
  }
  runButton.disabled = false;
};

exportButton.onclick = () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: "application/json" }));
  link.download = `saddlepoint-${group}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
};

startThemeButton();
showGroups();
showMachine().catch(fail);
