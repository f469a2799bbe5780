/**
 * The benchmark in Deno or Node, as one bundled module. Its last argument is the configuration as JSON; in Node, the one
 * before it is the address of Dawn's module. Progress goes to stderr, the report to stdout.
 */
import type { EngineOptions } from "saddlepoint";
import { createCeiling } from "./ceiling/ceiling.ts";
import type { PeerModule } from "./comparison/peer.ts";
import { comparisonWorkloads } from "./comparison/registry.ts";
import { runBench } from "./core/bench.ts";
import type { PageConfig } from "./page_config.ts";
import { ownWorkloads } from "./workloads/registry.ts";

const [last, dawn] = process.argv.slice(2).reverse();
const { peers, ceiling, ...config } = JSON.parse(last ?? "{}") as PageConfig;

const engine = await engineOptions();
const compared = comparisonWorkloads({
  peers: peers.length > 0 ? await enginesOf(peers) : [],
  ceiling: ceiling ? createCeiling(engine.gpu ?? navigator.gpu) : undefined,
});
const report = await runBench([...ownWorkloads(), ...compared], config, {
  engine,
  progress: (what) => process.stderr.write(`${what}\n`),
});
process.stdout.write(JSON.stringify(report));

async function enginesOf(names: readonly string[]) {
  // TensorFlow.js takes Deno for Node, where it requires modules.
  Object.assign(globalThis, { require: process.getBuiltinModule("node:module").createRequire(import.meta.url) });
  const { createPeers } = (await import(new URL("./peers.js", import.meta.url).href)) as PeerModule;
  return createPeers(names);
}

async function engineOptions(): Promise<EngineOptions> {
  if (dawn === undefined) return {};
  const { create, globals } = (await import(dawn)) as DawnModule;
  Object.assign(globalThis, globals);
  return { gpu: create([]) };
}

interface DawnModule {
  create(flags: readonly string[]): GPU;
  readonly globals: object;
}
