/** What a runtime does with runs that break off; bundled for each of them. */
import "saddlepoint/checkpoints";
import { hashOf } from "../../../src/cache/byte_cache.ts";
import type { EngineOptions } from "../../../src/engine/engine_options.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
// With all that a choice may need.
import { Engine } from "../../../src/public/extras/engine.ts";
import { reportsOf } from "../../gpu/fixtures.ts";
import { everyChoice, otherGames } from "../../gpu/gan/resumed_games.ts";

/** Odd, so that lazy terms and probes of every second step come out of step. */
const k = 3;

const games: Readonly<Record<string, TrainerConfig>> = { ...everyChoice, ...otherGames };

/** By game, a text: a file in base64, or a hash of the states. */
export type ByGame = Readonly<Record<string, string>>;

/** What came of runs, on which adapter. */
export interface RunsOf {
  readonly adapter: string;
  /** The file after k steps, in base64. */
  readonly files: ByGame;
  /** Hashes of all that lasts, after 2k steps without a break. */
  readonly ends: ByGame;
}

/** Plays games for k steps, saves them, and plays them to their end. */
export async function begin(options: EngineOptions, names: readonly string[]): Promise<RunsOf> {
  const engine = await Engine.create({ ...options, onWarning: () => undefined });
  const [files, ends]: [Record<string, string>, Record<string, string>] = [{}, {}];
  for (const name of names) {
    const trainer = await Trainer.create(engine, gameOf(name));
    await reportsOf(trainer, { steps: k, reportEvery: k });
    files[name] = toBase64(await trainer.save());
    await reportsOf(trainer, { steps: k, reportEvery: k });
    ends[name] = await hashed(trainer);
    trainer.dispose();
  }
  const { adapterName: adapter } = engine;
  engine.destroy();
  return { adapter, files, ends };
}

/** Goes on from files to the end of each game. */
export async function goOn(options: EngineOptions, files: ByGame): Promise<ByGame> {
  const engine = await Engine.create({ ...options, onWarning: () => undefined });
  const ends: Record<string, string> = {};
  for (const [name, file] of Object.entries(files)) {
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
    const trainer = await Trainer.load(engine, bytes, gameOf(name));
    await reportsOf(trainer, { steps: k, reportEvery: k });
    ends[name] = await hashed(trainer);
    trainer.dispose();
  }
  engine.destroy();
  return ends;
}

/** Every choice: those whose run, gone on with from a file, doesn't end as the one without a break. */
export async function everyRun(options: EngineOptions): Promise<{ readonly runs: number; readonly wrong: string[] }> {
  const names = Object.keys(games);
  const { files, ends } = await begin(options, names);
  const again = await goOn(options, files);
  return { runs: names.length, wrong: names.filter((name) => ends[name] !== again[name]) };
}

function gameOf(name: string): TrainerConfig {
  const game = games[name];
  if (!game) throw new Error(`There is no game with ${name}.`);
  return game;
}

async function hashed(trainer: Trainer): Promise<string> {
  const { step, controls, states, findings, telemetry } = await trainer.snapshot();
  const bytes = [...states]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ path, bytes }) => [path, new Uint8Array(bytes)]);
  return hashOf([JSON.stringify({ step, controls, findings }), ...bytes, new Uint8Array(telemetry.bytes)]);
}

const toBase64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
