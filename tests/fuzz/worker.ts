/**
 * The fuzzer's side that runs where WebGPU is: in a page, in Node through Dawn, or in Deno. The driver calls it with a method
 * and plain data, so that it can end a page that hangs and go on in another.
 */
import type { Engine } from "../../src/engine/engine.ts";
import type { EngineOptions } from "../../src/engine/engine_options.ts";
import { createRng } from "../reference/rng.ts";
import { type CompileChoice, compileRng, drawChoice, sourcesOf } from "./compile.ts";
import {
  type CheckOptions,
  checkProgram,
  createHarness,
  type Failure,
  formNames,
  type Harness,
  hasProducts,
  type Way,
} from "./execute.ts";
import { type GameCase, gameCode } from "./game.ts";
import { generate } from "./generate.ts";
import { generateGame } from "./generate_game.ts";
import { largestDifference, type Outcome, play } from "./play_game.ts";
import { merged, type Program, toCode } from "./program.ts";
import { reduced } from "./reduce.ts";
import { reducedGame } from "./reduce_game.ts";

/** What is wrong, as a person can read it. */
export interface Finding {
  readonly kind: "graph" | "compile" | "trainer";
  readonly seed: number;
  readonly way: string;
  readonly message: string;
  readonly code: string;
}

// ── Graphs that are executed ─────────────────────────────────────────────────────────────────────────────────────────

let harness: Promise<Harness> | undefined;

async function harnessOf(options: EngineOptions): Promise<Harness> {
  harness ??= createHarness(options);
  return harness;
}

export interface GraphsReport {
  readonly graphs: number;
  readonly derivatives: number;
  readonly evaluations: number;
  readonly pipelines: number;
  readonly findings: readonly Finding[];
}

/** Programs that are run as one plan: kernels of several run side by side, and there are fewer to compile. */
const programsPerPlan = 5;

/** How else a seed's graph is evaluated: a few ways for a few of them, since each kernel takes a while to compile. */
function checksOf(seed: number, program: Program, derivatives: boolean): CheckOptions {
  const rng = createRng(`ways ${seed}`);
  const withDerivatives = derivatives && rng.chance(0.2);
  const ways: Way[] = withDerivatives ? ["fused"] : [];
  if (rng.chance(0.12)) ways.push("unfused");
  if (rng.chance(0.08)) ways.push(rng.pick(["eager", "step by step"]));
  if (rng.chance(0.3) && hasProducts(program)) ways.push(`form ${rng.pick(formNames)}`);
  return { ways, derivatives: withDerivatives, differences: withDerivatives && rng.chance(0.3) };
}

export async function graphs(
  options: EngineOptions,
  {
    seeds,
    derivatives,
    reduce,
  }: { readonly seeds: readonly number[]; readonly derivatives: boolean; readonly reduce: boolean },
): Promise<GraphsReport> {
  const on = await harnessOf(options);
  const before = on.engine.stats().pipelinesCreated;
  const findings: Finding[] = [];
  let [withDerivatives, evaluations] = [0, 0];
  const check = async (seed: number, program: Program, checks: CheckOptions) => {
    const { failures, hasDerivatives } = await checkProgram(on, program, checks);
    if (on.engine.isLost) throw new Error(`The device is lost: ${failures[0]?.message}`);
    if (hasDerivatives) withDerivatives++;
    const [first] = failures;
    if (first) findings.push(await explained(on, seed, program, checks, first, reduce));
  };
  for (let i = 0; i < seeds.length; i += programsPerPlan) {
    const some = seeds.slice(i, i + programsPerPlan);
    const programs = some.map((seed) => generate(seed));
    await check(some[0] as number, merged(programs), { ways: ["fused"], derivatives: false });
    evaluations += some.length;
    for (const [k, seed] of some.entries()) {
      const checks = checksOf(seed, programs[k] as Program, derivatives);
      if (checks.ways.length > 0) await check(seed, programs[k] as Program, checks);
      evaluations += checks.ways.length;
    }
  }
  const pipelines = on.engine.stats().pipelinesCreated - before;
  return { graphs: seeds.length, derivatives: withDerivatives, evaluations, pipelines, findings };
}

/** The failure, of the smallest program that has it. */
async function explained(
  on: Harness,
  seed: number,
  program: Program,
  { derivatives, differences }: CheckOptions,
  failure: Failure,
  reduce: boolean,
): Promise<Finding> {
  const { way } = failure;
  const fails = async (smaller: Program) => {
    const ways = way === "differences" ? [] : [way as Way];
    const { failures } = await checkProgram(on, smaller, {
      ways,
      derivatives,
      differences: (differences ?? false) && way === "differences",
    });
    return failures.some((other) => kindOf(other.message) === kindOf(failure.message));
  };
  const smallest = reduce ? await reduced(program, fails) : program;
  return { kind: "graph", seed, way, message: failure.message, code: toCode(smallest, 40) };
}

/** The message without its numbers: what stays the same while a program gets smaller. */
const kindOf = (message: string): string => message.replace(/[-\d.e+]+/g, "0").slice(0, 40);

// ── Games ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface GamesReport {
  readonly trainers: number;
  readonly refused: number;
  /** Games that were played once more with `fuse: false`. */
  readonly playedUnfused: number;
  /** How often each sentence was the refusal, numbers apart. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

export async function games(
  options: EngineOptions,
  {
    seeds,
    reduce,
    judgesValues = true,
  }: { readonly seeds: readonly number[]; readonly reduce: boolean; readonly judgesValues?: boolean },
): Promise<GamesReport> {
  const { engine, warnings } = await harnessOf(options);
  const refusals: Record<string, number> = {};
  const findings: Finding[] = [];
  let playedUnfused = 0;
  for (const seed of seeds) {
    const game = generateGame(seed);
    const isTwice = judgesValues && createRng(`twice ${seed}`).chance(0.05);
    const outcome = await playedTwice(engine, game, warnings, { isTwice, judgesValues });
    if (engine.isLost) throw new Error(`The device is lost: ${JSON.stringify(outcome)}`);
    if (isTwice) playedUnfused++;
    if (outcome.kind === "refused") {
      const sentence = outcome.message.replace(/\d+/g, "N").slice(0, 100);
      refusals[sentence] = (refusals[sentence] ?? 0) + 1;
    }
    if (outcome.kind !== "failed") continue;
    const kind = gameFailure(outcome.message);
    const fails = async (smaller: GameCase) => {
      const other = await playedTwice(engine, smaller, warnings, { isTwice, judgesValues });
      return other.kind === "failed" && gameFailure(other.message) === kind;
    };
    const smallest = reduce ? await reducedGame(game, fails) : game;
    findings.push({ kind: "trainer", seed, way: "three steps", message: outcome.message, code: gameCode(smallest) });
  }
  const refused = Object.values(refusals).reduce((sum, times) => sum + times, 0);
  return { trainers: seeds.length, refused, playedUnfused, refusals, findings };
}

const gameFailure = (message: string): string => message.replace(/[^a-zA-Z ]+/g, "").slice(0, 30);

async function playedTwice(
  engine: Engine,
  game: GameCase,
  warnings: readonly string[],
  { isTwice, judgesValues }: { readonly isTwice: boolean; readonly judgesValues: boolean },
): Promise<Outcome> {
  const outcome = await play(engine, game, warnings, { judgesValues });
  if (!isTwice || outcome.kind !== "played") return outcome;
  const unfused = await play(engine, game, warnings, { fuse: false });
  if (unfused.kind !== "played") return { kind: "failed", message: `Unfused alone: ${JSON.stringify(unfused)}` };
  const difference = largestDifference(outcome.losses, unfused.losses);
  if (difference <= 0.01) return outcome;
  return {
    kind: "failed",
    message: `Fused and unfused differ: ${outcome.losses.join()} against ${unfused.losses.join()}`,
  };
}

// ── Graphs that are only compiled ────────────────────────────────────────────────────────────────────────────────────

export interface SourcesReport {
  readonly graphs: number;
  readonly derivatives: number;
  readonly sources: readonly (readonly [code: string, seed: number])[];
  readonly findings: readonly Finding[];
}

const seenSources = new Set<string>();

/** Distinct kernels of many graphs, each compiled in one way. Needs no GPU. */
export function sources(_: EngineOptions, { seeds }: { readonly seeds: readonly number[] }): SourcesReport {
  const findings: Finding[] = [];
  const found: (readonly [string, number])[] = [];
  let derivatives = 0;
  for (const seed of seeds) {
    const [program, choice] = caseOf(seed);
    if (choice.derivatives) derivatives++;
    try {
      for (const { code } of sourcesOf(program, choice)) {
        if (seenSources.has(code)) continue;
        seenSources.add(code);
        found.push([code, seed]);
      }
    } catch (error) {
      findings.push({
        kind: "compile",
        seed,
        way: JSON.stringify(choice),
        message: (error as Error).stack ?? String(error),
        code: toCode(program, 12),
      });
    }
  }
  return { graphs: seeds.length, derivatives, sources: found, findings };
}

export function caseOf(seed: number): readonly [Program, CompileChoice] {
  return [generate(`compiled ${seed}`), drawChoice(compileRng(seed))];
}

let compiler: Promise<GPUDevice> | undefined;

function compilerOf(options: EngineOptions): Promise<GPUDevice> {
  compiler ??= newCompiler(options);
  return compiler;
}

async function newCompiler({ gpu = navigator.gpu }: EngineOptions): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error("There is no adapter to compile for.");
  const features = (["subgroups", "shader-f16"] as const).filter((name) => adapter.features.has(name));
  return adapter.requestDevice({ requiredFeatures: features as GPUFeatureName[] });
}

export interface ValidationReport {
  readonly compiled: number;
  /** Sources that need a feature which this compiler has not. */
  readonly skipped: number;
  readonly rejected: readonly (readonly [seed: number, message: string])[];
}

/** What this runtime's WGSL compiler says of sources. */
export async function validate(
  options: EngineOptions,
  { sources: given }: { readonly sources: readonly (readonly [code: string, seed: number])[] },
): Promise<ValidationReport> {
  const device = await compilerOf(options);
  let [compiled, skipped] = [0, 0];
  const rejected: (readonly [number, string])[] = [];
  for (const [code, seed] of given) {
    if (!isOffered(device, code)) {
      skipped++;
      continue;
    }
    compiled++;
    const message = await messageOf(device, code);
    if (message !== undefined) rejected.push([seed, message]);
  }
  return { compiled, skipped, rejected };
}

function isOffered(device: GPUDevice, code: string): boolean {
  if (/^enable f16;/m.test(code) && !device.features.has("shader-f16")) return false;
  return !/^enable subgroups;/m.test(code) || device.features.has("subgroups" as GPUFeatureName);
}

async function messageOf(device: GPUDevice, code: string): Promise<string | undefined> {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ code });
  // Deno's promise of the messages may never settle; its errors come through the scope.
  const error = await device.popErrorScope();
  if (!error) return undefined;
  const infos = typeof module.getCompilationInfo === "function" ? await module.getCompilationInfo() : { messages: [] };
  const messages = infos.messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`);
  return [error.message, ...messages].join("\n").slice(0, 1500);
}

/** The smallest program, compiled in the seed's way, one of whose kernels this compiler rejects. */
export async function reduceCompiled(options: EngineOptions, { seed }: { readonly seed: number }): Promise<Finding> {
  const device = await compilerOf(options);
  const [program, choice] = caseOf(seed);
  const rejection = async (smaller: Program): Promise<string | undefined> => {
    for (const { code } of sourcesOf(smaller, choice)) {
      const message = isOffered(device, code) ? await messageOf(device, code) : undefined;
      if (message !== undefined) return message;
    }
    return undefined;
  };
  const smallest = await reduced(program, async (smaller) => (await rejection(smaller)) !== undefined);
  const message = (await rejection(smallest)) ?? "The kernel is rejected no more.";
  return { kind: "compile", seed, way: JSON.stringify(choice), message, code: toCode(smallest, 40) };
}
