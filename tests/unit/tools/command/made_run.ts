/** Folders of runs that no training made, and commands that are called here and not as a program. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import type { JobConfig } from "../../../../apps/job/job_config.ts";
import { resolveJob } from "../../../../apps/job/job_config.ts";
import type { JobEntry } from "../../../../apps/job/job_entry.ts";
import { dataSets } from "../../../../apps/job/options/data_sets.ts";
import { toText } from "../../../../apps/job/wire.ts";
import { type GeneratorCard, writeGenerator } from "../../../../src/gan/generator/generator_file.ts";
import { isParameterSpec } from "../../../../src/nn/layer.ts";
import { layers } from "../../../../src/nn/layers/all.ts";
import { architectureOf } from "../../../../src/nn/network/architecture.ts";
import type { Network } from "../../../../src/nn/network/network.ts";
import * as nn from "../../../../src/public/nn.ts";
import { flatten } from "../../../../src/tensor/tree.ts";
import { CommandLineError } from "../../../../tools/terminal/command_line_error.mjs";
import { finding, report, stats } from "../../apps/job/fixtures.ts";

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const source = dataSets.ring.create();
const adapter = { name: "a GPU", vendor: "v", architecture: "a", device: "d", description: "", software: false };

/** What a run of 400 steps on the ring tells until it has done so many. In steps 100 to 199 something was wrong. */
export function toldUntil(steps: number, config: Partial<JobConfig> = {}): JobEntry[] {
  const job = resolveJob({ data: { kind: "set", name: "ring" }, steps: 400, ...config }, source);
  const taken = (step: number) => ({
    ...{ step, seconds: step / 100, stats: stats(), aside: { dispatches: 0, buffersCreated: 0 } },
  });
  const samples = { values: Float32Array.of(1, 2, 3, 4), shape: [2, 2] };
  const reports = Array.from({ length: steps / 100 }, (_, i): JobEntry => {
    const findings = i === 1 ? [finding({ sinceStep: 130 })] : [];
    return { kind: "report", report: { ...report(100 * i, 100, findings), samples }, taken: taken(100 * (i + 1)) };
  });
  return [
    { kind: "start", title: "a run", adapter, job, isImages: false, modes: source.modes, stats: stats() },
    { kind: "ready", real: Float32Array.of(0, 0), seconds: 2 },
    ...reports,
    ...(steps === 400 ? [{ kind: "end", taken: taken(400) } as const] : []),
  ];
}

export const card = {
  format: 1,
  library: "0.1.0",
  begun: "2026-01-02T03:04:05.000Z",
  options: { data: { set: "ring" }, penalties: [], tricks: [], help: false },
};

export async function madeRun(told: readonly JobEntry[], generator?: Uint8Array): Promise<string> {
  const folder = join(await temporaryFolder(), "ring");
  await mkdir(folder);
  await writeFile(join(folder, "run.json"), JSON.stringify(card));
  await writeFile(join(folder, "log.jsonl"), told.map((entry) => `${toText(entry)}\n`).join(""));
  if (generator) await writeFile(join(folder, "generator.safetensors"), generator);
  return folder;
}

/** A generator's file with numbers that are its own. */
export function generatorFile(
  network: Network = nn.mlp([2, 8, 2]),
  about: Partial<GeneratorCard> = {},
  scale?: { readonly factor: Float32Array; readonly offset: Float32Array },
): Promise<Uint8Array> {
  const { leaves, paths } = flatten(network.parameters, isParameterSpec);
  const filled = (shape: readonly number[], from: number) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return { shape, values: Float32Array.from({ length: size }, (_, i) => Math.sin(from + i)) };
  };
  return writeGenerator({
    about: {
      architecture: architectureOf(network, layers),
      latentShape: network.inputShape,
      sampleShape: network.outputShape,
      step: 300,
      libraryVersion: "0.1.0",
      ...about,
    },
    parameters: new Map(leaves.map(({ shape }, i) => [paths[i] ?? "", filled(shape, i)])),
    buffers: new Map(Object.entries(network.buffers).map(([path, { shape }]) => [path, filled(shape, 3)])),
    ...(scale && { scale }),
  });
}

export type Command = (words: readonly string[], program: string) => Promise<number>;

/** What a command prints, with its exit code. */
export async function called(command: Command, ...words: string[]): Promise<{ code: number; said: string }> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    const code = await command(words, "npx saddlepoint it");
    return { code, said: log.mock.calls.flat().join("\n") };
  } finally {
    log.mockRestore();
  }
}

/** A mistake in what was asked is a sentence, for which the program ends with code 2. */
export async function expectMistake(command: Command, words: readonly string[], says: RegExp): Promise<void> {
  const error = await command(words, "npx saddlepoint it").then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CommandLineError);
  expect(String(Object(error).message)).toMatch(says);
}

/** Its help fits a terminal of 80 columns, and has a line for each option. */
export async function expectHelp(command: Command, options: readonly string[]): Promise<void> {
  const { code, said } = await called(command, "--help");
  expect(code).toBe(0);
  expect(said.split("\n").filter((line) => line.length > 80)).toEqual([]);
  for (const name of options) expect(said).toMatch(new RegExp(`^ {2}--${name}\\b`, "m"));
}
